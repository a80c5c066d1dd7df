import type { ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  type InspectorResponse,
  listenInspector,
  type OpenInspector,
} from '../../support/inspectors.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

describe('api/explain of an inspector', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let opened: OpenInspector;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({ ...issuer.options(), name: 'sales' });
    opened = await listenInspector({ servers: { sales: api } });
  });

  async function post(body: unknown, type = 'application/json'): Promise<InspectorResponse> {
    return ask(new URL('api/explain', opened.base), {
      method: 'POST',
      headers: { ...opened.authorized, 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  it('explains a token by the options of a resource server', async () => {
    const token = ` ${await issuer.mint({ scope: 'read' })}\n`;
    const { status, headers, body } = await post({ token, server: 'sales', scope: 'write' });
    expect([status, headers['cache-control']]).toEqual([200, 'no-store, no-transform']);
    expect(JSON.parse(body)).toMatchObject({ verdict: 'refused', reason: 'scope' });
  });

  it('explains a token without a scope', async () => {
    const token = await issuer.mint();
    for (const scope of [undefined, '']) {
      const { body } = await post({ token, server: 'sales', scope });
      expect(JSON.parse(body)).toMatchObject({ verdict: 'accepted' });
    }
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'the body must be JSON'],
    ['an array', '[]', 'the body must have "token" and "server"'],
    ['no token', { server: 'sales' }, 'the body must have "token" and "server"'],
    ['a number as scope', { server: 'sales', token: '', scope: 1 }, 'the body must have "token"'],
    ['an unknown server', { token: 'x', server: 'constructor' }, 'the server must be one of those'],
    [
      'a malformed scope',
      { token: 'x', server: 'sales', scope: 'a"b' },
      'the scope must be scope-tokens',
    ],
  ])('answers 400 to %s', async (_case, body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(response.body).toContain(message.replaceAll('"', '\\"'));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', ''])(
    'answers 415 to the media type %j, which another site could send',
    async (type) => {
      expect((await post({ token: 'x', server: 'sales' }, type)).status).toBe(415);
    },
  );

  it('answers 413 to a token of 33 KiB, and to one of 33 MiB', async () => {
    for (const size of [33 * 1024, 33 * 1024 * 1024]) {
      const { status, body } = await post({ token: 'x'.repeat(size), server: 'sales' });
      expect([status, body]).toEqual([413, '{"error":"the body must have at most 32 KiB"}']);
    }
  });

  it('explains a token of 31 KiB', async () => {
    const { status } = await post({ token: 'x'.repeat(31 * 1024), server: 'sales' });
    expect(status).toBe(200);
  });

  it('answers 404 when the option "explain" is false', async () => {
    opened = await listenInspector({ servers: { sales: api }, explain: false });
    const { status, body } = await post({ token: await issuer.mint(), server: 'sales' });
    expect(status).toBe(404);
    expect(body).toContain('scopegate explain');
  });
});
