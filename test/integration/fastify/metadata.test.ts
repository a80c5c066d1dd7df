import cors from '@fastify/cors';
import { describe, expect, it } from 'vitest';
import { listen, openApi, openApp, sendLines, tokenWith } from './open-app.js';

const PATH = '/.well-known/oauth-protected-resource';
const DOCUMENT = {
  resource: 'https://api.example.com',
  authorization_servers: ['https://auth.example.com'],
  scopes_supported: ['read'],
  bearer_methods_supported: ['header'],
};

/** Of the document without scopes. */
const LENGTH = String(JSON.stringify({ ...DOCUMENT, scopes_supported: undefined }).length);

describe('metadata() on Fastify', () => {
  it('serves the document, and names it in later challenges', async () => {
    const api = openApi({ scopes: ['read'] });
    const app = openApp();
    app.get('/', { onRequest: api.requireScope('read') }, () => 'sales');
    await app.register(api.metadata());
    const response = await app.inject(PATH);
    expect([response.statusCode, response.json()]).toEqual([200, DOCUMENT]);
    expect(response.headers).toEqual({
      'access-control-allow-origin': '*',
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'content-length': String(response.rawPayload.length),
      connection: 'keep-alive',
      date: expect.any(String),
    });
    const refused = await app.inject('/');
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="https://api.example.com", scope="read", resource_metadata="https://api.example.com${PATH}"`,
    );
  });

  it.each([
    ['HEAD', 200, undefined, LENGTH],
    ['OPTIONS', 204, 'GET, HEAD, OPTIONS', undefined],
    ['POST', 405, 'GET, HEAD, OPTIONS', '0'],
    ['PUT', 405, 'GET, HEAD, OPTIONS', '0'],
    ['DELETE', 405, 'GET, HEAD, OPTIONS', '0'],
  ] as const)('answers %s', async (method, status, allow, length) => {
    const api = openApi();
    const app = openApp();
    await app.register(api.metadata());
    const payload = method === 'POST' ? { payload: '{', headers: { 'content-type': 'a/b' } } : {};
    const { statusCode, headers, body } = await app.inject({ method, url: PATH, ...payload });
    expect([statusCode, headers.allow, headers['content-length'], body]).toEqual([
      status,
      allow,
      length,
      '',
    ]);
  });

  it('is public at the root of the host, whatever guards and prefixes there are', async () => {
    const api = openApi({ scopes: ['read'] });
    const app = openApp();
    api.guardAll(app, api.requireAccessToken());
    app.addHook('onRequest', api.requireScope('read'));
    await app.register(cors, { origin: true });
    await app.register(
      async (v1) => {
        v1.addHook('onRequest', api.requireScope('read'));
        await v1.register(api.metadata(), { prefix: '/deep' });
      },
      { prefix: '/v1' },
    );
    app.get('/', () => 'sales');
    const forged = { authorization: 'Bearer x' };
    expect((await app.inject({ url: PATH, headers: forged })).json()).toEqual(DOCUMENT);
    expect((await app.inject('/')).statusCode).toBe(401);
    expect((await app.inject(`/v1${PATH}`)).statusCode).toBe(401);
    expect((await app.inject(`/?x=${PATH}`)).statusCode).toBe(401);
    expect((await app.inject(`${PATH}/x`)).statusCode).toBe(401);
    const headers = tokenWith('read');
    expect((await app.inject({ url: `/v1${PATH}`, headers })).statusCode).toBe(404);
  });

  it.each([
    '/sales',
    '/a%20b',
    '/a:b',
    '/a:b(c)/d',
    '/%E2%82%AC',
    '/x%2Fy',
    '/50%25',
    '/*/a*b',
    '/tenants/:id',
  ])('serves the document of a resource with the path %s', async (path) => {
    const resource = `https://api.example.com${path}`;
    const api = openApi({ audience: resource });
    const app = openApp();
    await app.register(api.metadata());
    expect((await app.inject(PATH + path)).json()).toMatchObject({ resource });
    for (const other of [PATH, `${PATH}${path}/x`, `${PATH}/other`]) {
      expect((await app.inject(other)).statusCode).toBe(404);
    }
  });

  it('guards requests for another query than that of the resource', async () => {
    const resource = 'https://api.example.com/sales?tenant=1';
    const api = openApi({ resource });
    const app = openApp();
    app.addHook('onRequest', api.requireAccessToken());
    await app.register(api.metadata());
    app.setNotFoundHandler(() => 'secret');
    expect((await app.inject(`${PATH}/sales?tenant=1`)).json()).toMatchObject({ resource });
    expect((await app.inject(`${PATH}/sales?tenant=2`)).statusCode).toBe(401);
    expect((await app.inject(`${PATH}/sales`)).statusCode).toBe(401);
    const headers = tokenWith('');
    expect((await app.inject({ url: `${PATH}/sales`, headers })).body).toBe('secret');
  });

  it('serves the documents of two resource servers', async () => {
    const app = openApp();
    const resources = ['https://api.example.com/a', 'https://api.example.com/b'];
    for (const audience of resources) await app.register(openApi({ audience }).metadata());
    const served = await Promise.all(
      ['/a', '/b'].map(async (path) =>
        (await app.inject(PATH + path)).json<{ resource: string }>(),
      ),
    );
    expect(served.map(({ resource }) => resource)).toEqual(resources);
  });

  it('rejects the start of an application that has a route at its path', async () => {
    const api = openApi();
    const app = openApp();
    await app.register(api.metadata());
    const again = async (): Promise<void> => {
      await app.register(api.metadata());
    };
    await expect(again()).rejects.toMatchObject({ code: 'FST_ERR_DUPLICATED_ROUTE' });
  });

  it('answers a request target in absolute form', async () => {
    const api = openApi();
    const app = openApp();
    app.addHook('onRequest', api.requireAccessToken());
    await app.register(api.metadata());
    const lines = [`GET http://api.example.com${PATH} HTTP/1.1`, 'Connection: close'];
    expect(await sendLines(await listen(app), lines)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('throws at start-up for an unknown option', () => {
    const api = openApi();
    expect(() => api.metadata({ resource_nam: 'x' } as object)).toThrow(/"resource_nam"/);
  });
});
