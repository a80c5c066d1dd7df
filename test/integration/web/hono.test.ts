import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { describe, expect, it } from 'vitest';
import { openServer } from '../../support/listen.js';
import { signToken } from '../../support/tokens.js';
import { api } from './api.js';
import { app, guard } from './hono-app.js';

const SALES = '/v1/sales/analytics';
const ORIGIN = 'https://api.example.com';

/** How requests reach an application. */
const DELIVERIES: [
  string,
  (hono: Hono) => Promise<(path: string, init?: RequestInit) => Promise<Response>>,
][] = [
  [
    'app.request',
    (hono) => Promise.resolve(async (path, init) => hono.request(`${ORIGIN}${path}`, init)),
  ],
  [
    '@hono/node-server',
    async (hono) => {
      // Without `createServer`, it is a server of `node:http`.
      const url = await openServer(createAdaptorServer({ fetch: hono.fetch }) as Server);
      return (path, init) => fetch(new URL(path, url), { redirect: 'manual', ...init });
    },
  ],
];

const bearer = (scope: string): RequestInit => ({
  headers: { authorization: `Bearer ${signToken({ scope, client_id: 'reports' })}` },
});

describe.each(DELIVERIES)('Hono by %s', (_name, deliver) => {
  it('passes a guarded request to the handler, with Vary once', async () => {
    const send = await deliver(app);
    const response = await send(SALES, bearer('read:analytics'));
    expect([response.status, response.headers.get('vary')]).toEqual([200, 'Authorization']);
    await expect(response.json()).resolves.toEqual({ client: 'reports', rows: [] });
  });

  it.each<[string, RequestInit, number]>([
    ['no token', {}, 401],
    ['a bad token', { headers: { authorization: 'Bearer abc' } }, 401],
    ['a malformed header', { headers: { authorization: 'Bearer' } }, 400],
    ['too little scope', bearer('write:analytics'), 403],
  ])('refuses %s', async (_what, init, status) => {
    const send = await deliver(app);
    const response = await send(SALES, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toContain(
      'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"',
    );
    expect(response.headers.get('vary')).toBe('Authorization');
    await expect(response.json()).resolves.toMatchObject({ status });
  });

  it('serves the metadata document without a token', async () => {
    const send = await deliver(app);
    const response = await send('/.well-known/oauth-protected-resource');
    await expect(response.json()).resolves.toMatchObject({ resource: ORIGIN });
  });

  it('answers a refusal that a handler throws, and no other error', async () => {
    const hono = new Hono();
    const mayWrite = api.policy({ scope: 'write:analytics' });
    hono.use(guard(api.requireAccessToken()));
    hono.get('/write', (c) => {
      api.assertAllowed(c.req.raw, mayWrite);
      return c.text('written');
    });
    hono.get('/broken', () => {
      throw new Error('the handler failed');
    });
    hono.onError(
      async (error, c) => (await api.respondTo(error, c.req.raw)) ?? c.text('Error', 500),
    );
    const send = await deliver(hono);
    const refused = await send('/write', bearer('read:analytics'));
    expect([refused.status, refused.headers.get('vary')]).toEqual([403, 'Authorization']);
    const broken = await send('/broken', bearer('read:analytics'));
    expect([broken.status, await broken.text()]).toEqual([500, 'Error']);
  });

  it('merges Vary with that of the handler, whose headers may be immutable', async () => {
    const hono = new Hono();
    hono.use(guard(api.requireAccessToken()));
    hono.get('/text', (c) => c.text('rows', 200, { Vary: 'Accept' }));
    hono.get('/moved', () => Response.redirect('https://api.example.com/elsewhere', 302));
    const send = await deliver(hono);
    const text = await send('/text', bearer('read:analytics'));
    expect([text.headers.get('vary'), await text.text()]).toEqual([
      'Accept, Authorization',
      'rows',
    ]);
    const moved = await send('/moved', bearer('read:analytics'));
    expect([moved.status, moved.headers.get('vary')]).toEqual([302, 'Authorization']);
  });

  it('keeps the header fields of CORS middleware on a refusal', async () => {
    const hono = new Hono();
    hono.use(cors({ origin: 'https://app.example.com', exposeHeaders: ['WWW-Authenticate'] }));
    hono.use(guard(api.requireAccessToken()));
    const send = await deliver(hono);
    const { headers } = await send('/', { headers: { origin: 'https://app.example.com' } });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toBe('WWW-Authenticate');
    expect(headers.get('vary')).toContain('Authorization');
  });

  it('has no token behind middleware that replaces the request', async () => {
    const hono = new Hono();
    const errors: unknown[] = [];
    const limit = bodyLimit({ maxSize: 1000 });
    hono.post('/in-front', limit, guard(api.requireAccessToken()), (c) =>
      c.text(api.accessToken(c.req.raw).clientId ?? ''),
    );
    hono.post('/behind', guard(api.requireAccessToken()), limit, (c) =>
      c.text(api.accessToken(c.req.raw).clientId ?? ''),
    );
    hono.onError((error, c) => {
      errors.push(error);
      return c.text('Error', 500);
    });
    const send = await deliver(hono);
    const stream = (): RequestInit => ({
      ...bearer('read:analytics'),
      method: 'POST',
      body: new Blob(['rows']).stream(), // chunked: `bodyLimit` counts it
      duplex: 'half',
    });
    const inFront = await send('/in-front', stream());
    expect([inFront.status, await inFront.text()]).toEqual([200, 'reports']);
    const behind = await send('/behind', stream());
    expect(behind.status).toBe(500);
    expect(errors).toEqual([
      new TypeError('no guard of this resource server ran on this request; mount one in front of the handler'), // prettier-ignore
    ]);
  });
});
