import { createServer } from 'node:http';
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import { createInspector, type InspectorOptions } from '@scopegate/inspector';
import { beforeEach, describe, expect, it } from 'vitest';
import { ask, listenInspector, openInspector } from '../../support/inspectors.js';
import { openServer } from '../../support/listen.js';
import { publishRefusal } from '../../support/decision-events.js';
import { openApi } from '../../support/test-issuers.js';
import { typeErrorMessageOf } from '../../support/type-error-message.js';

const TRUST = { issuer: 'https://issuer.example', audience: 'https://api.example.com' };

describe('createInspector', () => {
  let api: ResourceServer;

  beforeEach(() => {
    api = openApi({ ...TRUST, name: 'sales' });
  });

  it.each<[string, (server: ResourceServer) => unknown, string]>([
    ['no options', () => undefined, 'createInspector expects an options object'],
    ['no server', () => ({}), 'option "servers" must contain resource servers by name'],
    ['an empty list of servers', () => ({ servers: {} }), 'option "servers" must contain'],
    [
      'the server itself',
      (server) => ({ servers: server }),
      'option "servers" must contain resource servers by name, as in { servers: { sales: api } }',
    ],
    ['a server that is none', () => ({ servers: { a: {} } }), 'option "servers.a" must be what'],
    [
      'an unknown option',
      (server) => ({ server }),
      'has no option "server"; did you mean "servers"',
    ],
    [
      'an application that is none',
      (server) => ({ servers: { a: server }, app: 'x' }),
      'option "app" must be an application, not a string',
    ],
    [
      'the recorder under another name',
      (server) => ({ servers: { a: server }, recorder: {} }),
      'createInspector has no option "recorder"; write "privileges"',
    ],
    [
      'an option of listen()',
      (server) => ({ servers: { a: server }, port: 9230 }),
      'createInspector has no option "port"; pass it to listen()',
    ],
    [
      'a recorder that is none',
      (server) => ({ servers: { a: server }, privileges: {} }),
      'createPrivilegeRecorder()',
    ],
    [
      'a string for explain',
      (server) => ({ servers: { a: server }, explain: 'yes' }),
      'option "explain" must be true or false',
    ],
  ])('refuses %s', (_case, createOptions, message) => {
    const options = createOptions(api) as InspectorOptions;
    expect(typeErrorMessageOf(() => createInspector(options))).toContain(message);
  });

  it('refuses two servers with the same name in events', () => {
    const other = openApi({ ...TRUST, name: 'sales' });
    expect(typeErrorMessageOf(() => createInspector({ servers: { a: api, b: other } }))).toBe(
      'option "servers" must have different names; set the option "name" of "a" and "b"',
    );
  });

  it('takes the realm as the name of a server that has none', async () => {
    const unnamed = createResourceServer(TRUST);
    expect(unnamed.name).toBe('https://api.example.com');
    const { base, authorized } = await listenInspector({ servers: { api: unnamed } });
    const { body } = await ask(new URL('api/overview', base), { headers: authorized });
    expect(JSON.parse(body)).toMatchObject({ servers: ['api'] });
  });

  it('names the trial of a route, and how often it would have refused', async () => {
    const { base, authorized } = await listenInspector({ servers: { api } });
    const judged = { outcome: 'allowed', server: 'sales', reason: undefined } as const;
    const refused = { outcome: 'refused', reason: 'excess_scope' } as const;
    const { policy } = api.require({ scope: 'read', trial: { scope: 'read', atMost: ['read'] } });
    publishRefusal({ ...judged, policy, trial: { outcome: 'allowed', reason: undefined } });
    publishRefusal({ ...judged, policy, trial: refused, clientId: 'nightly' });
    publishRefusal({ ...judged, policy, trial: { outcome: 'error', reason: undefined } });
    publishRefusal({
      ...judged,
      route: '/other',
      trial: { outcome: 'allowed', reason: undefined },
    });
    const { body } = await ask(new URL('api/overview', base), { headers: authorized });
    expect((JSON.parse(body) as { trials: unknown }).trials).toEqual([
      {
        server: 'api',
        method: 'GET',
        route: '/v1/sales/:id',
        requires: 'read; atMost read',
        judged: 2,
        wouldRefuse: 1,
        clients: ['nightly'],
      },
      {
        server: 'api',
        method: 'GET',
        route: '/other',
        requires: 'the trial of the resource server',
        judged: 1,
        wouldRefuse: 0,
        clients: [],
      },
    ]);
  });

  it('answers 500 when a resource server throws, and goes on', async () => {
    const broken = {
      name: 'broken',
      health: () => {
        throw new Error('secret');
      },
      explain: () => Promise.reject(new Error('secret')),
    };
    const { base, authorized } = await listenInspector({ servers: { broken } });
    for (const path of ['overview', 'keys']) {
      const { status, body } = await ask(new URL(`api/${path}`, base), { headers: authorized });
      expect([status, body]).toEqual([500, '{"error":"the inspector has failed to answer"}']);
    }
    expect((await ask(new URL('api/routes', base), { headers: authorized })).status).toBe(200);
  });

  it('ignores messages that are not decisions', async () => {
    const { base, authorized } = await listenInspector({ servers: { api } });
    publishRefusal({ server: 7 as never });
    publishRefusal({ earlier: null as never });
    const { status } = await ask(new URL('api/overview', base), { headers: authorized });
    expect(status).toBe(200);
  });
});

describe('listen() of an inspector', () => {
  let api: ResourceServer;

  beforeEach(() => {
    api = openApi(TRUST);
  });

  it('listens on 127.0.0.1 only, on a free port by default', async () => {
    const { url, port } = await openInspector({ servers: { api } }).listen();
    expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#key=[\\w-]{43}$`));
    expect(port).toBeGreaterThan(0);
  });

  it.each<[string, unknown, string]>([
    ['a negative port', { port: -1 }, 'option "port" must be an integer from 0 to 65535'],
    ['a string as port', { port: '9230' }, 'option "port" must be an integer from 0 to 65535'],
    [
      'an address',
      { host: '0.0.0.0' },
      'listen() has no option "host"; the page is served on 127.0.0.1 only; use a tunnel, or middleware()',
    ],
  ])('refuses %s', async (_case, options, message) => {
    const inspector = openInspector({ servers: { api } });
    await expect(inspector.listen(options as never)).rejects.toThrow(message);
  });

  it('rejects when the port is in use, and can be called again', async () => {
    const taken = await openServer(createServer());
    const inspector = openInspector({ servers: { api } });
    await expect(inspector.listen({ port: Number(taken.port) })).rejects.toThrow('EADDRINUSE');
    expect((await inspector.listen()).port).not.toBe(Number(taken.port));
  });

  it('rejects a second call, and one after close()', async () => {
    const inspector = openInspector({ servers: { api } });
    await inspector.listen();
    await expect(inspector.listen()).rejects.toThrow('the inspector listens already');
    await inspector.close();
    await inspector.close();
    await expect(inspector.listen()).rejects.toThrow('the inspector is closed; create another one');
  });
});
