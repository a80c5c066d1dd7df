import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNotesServer, type NotesServer } from './notes-server.js';

const ORIGIN = 'http://127.0.0.1:6274';
const VERSION = '2026-07-28';

let issuer: TestIssuer;
let notes: NotesServer;
let url: string;
let close: () => Promise<void>;

beforeEach(async () => {
  const http = createServer((req, res) => {
    notes.app(req, res);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  // A server on a TCP port has an address with a port.
  const { port } = http.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/mcp`;
  issuer = await createTestIssuer({ alg: 'ES256', audience: url });
  notes = createNotesServer({ issuer: issuer.issuer, url, notes: [] });
  close = async () => {
    notes.api.close();
    http.close();
    http.closeAllConnections();
    await issuer.close();
  };
});

afterEach(() => close());

/** Sends a JSON-RPC request as the SDK's client does, but from a web page. */
async function send(
  method: string,
  token?: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const headers = new Headers({
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-method': method,
    'mcp-protocol-version': VERSION,
    origin: ORIGIN,
  });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (typeof params['name'] === 'string') headers.set('mcp-name', params['name']);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientInfo': { name: 'page', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } });
  return fetch(url, { method: 'POST', headers, body });
}

const addNote = { name: 'add-note', arguments: { text: 'buy milk' } };

describe('createNotesServer', () => {
  it('responds to malformed JSON without a token with 401, because nothing is parsed', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await fetch(url, init)).status).toBe(401);
    const authorized = { ...init.headers, ...issuer.bearer({ scope: 'notes:read' }) };
    expect((await fetch(url, { ...init, headers: authorized })).status).toBe(400);
  });

  it.each(['GET', 'DELETE', 'PUT'])('guards %s requests too', async (method) => {
    expect((await fetch(url, { method })).status).toBe(401);
  });

  it('refuses a call without scope with 403 before any event, and does not run the tool', async () => {
    const token = await issuer.mint({ scope: 'notes:read' });
    const response = await send('tools/call', token, addNote);
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", error_description="Insufficient scope", scope="notes:write", ' +
        `resource_metadata="${new URL(url).origin}/.well-known/oauth-protected-resource/mcp"`,
    );
    expect(await response.text()).not.toContain('data:');
    const list = await send('tools/call', token, { name: 'list-notes' });
    expect(await list.text()).toContain('"text":""');
  });

  it('accepts a token with notes:write for both tools, because it implies notes:read', async () => {
    const token = await issuer.mint({ scope: 'notes:write', subject: 'ann' });
    expect(await (await send('tools/call', token, addNote)).text()).toContain('added for ann');
    const list = await send('tools/call', token, { name: 'list-notes' });
    expect(await list.text()).toContain('ann: buy milk');
  });

  it.each([
    { what: 'without a token', status: 401, mint: () => undefined },
    {
      what: 'for another server',
      status: 401,
      mint: () => issuer.mint({ scope: 'notes:read', audience: 'https://calendar.example.com' }),
    },
    {
      what: 'without the scope of the tool',
      status: 403,
      mint: () => issuer.mint({ scope: 'notes:read' }),
    },
  ])('lets web pages read the challenge to a request $what', async ({ status, mint }) => {
    const response = await send('tools/call', await mint(), addNote);
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toMatch(/\bWWW-Authenticate\b/);
  });

  it('answers the preflights of web pages', async () => {
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', url);
    for (const target of [url, metadata]) {
      const response = await fetch(target, {
        method: 'OPTIONS',
        headers: {
          origin: ORIGIN,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, mcp-protocol-version',
        },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-headers')).toContain(
        'mcp-protocol-version',
      );
    }
    expect(await (await fetch(metadata)).json()).toMatchObject({
      resource: url,
      authorization_servers: [issuer.issuer],
    });
  });

  it('ends a stream of notifications when the key of the token is withdrawn', async () => {
    const token = await issuer.mint({ scope: 'notes:read' });
    const filter = { toolsListChanged: true };
    const response = await send('subscriptions/listen', token, { notifications: filter });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    const [key] = await issuer.publicKeys();
    await issuer.rotateKey();
    issuer.withdrawKey(String(key?.kid));
    await notes.api.refresh();
    const drain = async (): Promise<unknown> => {
      while ((await reader?.read())?.done === false);
      return undefined;
    };
    await expect(drain()).rejects.toThrow('terminated');
  });
});
