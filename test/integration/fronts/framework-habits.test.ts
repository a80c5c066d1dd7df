/**
 * What only some frameworks do: replaced requests and streams of web standards, the scopes and hooks of
 * Fastify.
 *
 * @module
 */
import { createResourceServer as createForFastify } from '@scopegate/fastify';
import { createResourceServer as createForWeb } from '@scopegate/web';
import fastify, { type FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const authorization = `Bearer ${signToken({ scope: 'read' })}`;
const request = (): Request =>
  new Request('https://api.example.com/sales', { headers: { authorization } });

describe('Request that was replaced', () => {
  const api = createForWeb(SECRET_OPTIONS);
  const guard = api.requireScope('read');

  it.each<[string, (original: Request) => Request]>([
    ['by a copy', (original) => new Request(original)],
    ['by a clone', (original) => original.clone()],
    ['by a copy with other fields', (original) => new Request(original, { headers: {} })],
  ])('%s has no token', async (_how, replace) => {
    const seen: unknown[] = [];
    const run = guard.wrap((original) => {
      const replaced = replace(original);
      expect(() => api.accessToken(replaced)).toThrow(TypeError);
      expect(() => api.accessToken(replaced)).toThrow(/^no guard .* ran on this request/);
      expect(() => api.accessTokenIfAny(replaced)).toThrow(TypeError);
      expect(() => api.hasScope(replaced, 'read')).toThrow(TypeError);
      seen.push(api.accessToken(original).clientId);
      return new Response();
    });
    expect((await run(request())).status).toBe(200);
    expect(seen).toEqual(['reports']);
  });

  it('behind the guard of Hono has no token, so the handler fails', async () => {
    const app = new Hono();
    app.use(async (c, next) =>
      guard.wrap(async () => {
        c.req.raw = new Request(c.req.raw);
        await next();
        return c.res;
      })(c.req.raw),
    );
    app.get('/sales', (c) => c.json({ client: api.accessToken(c.req.raw).clientId }));
    app.onError((error, c) => c.text(error.name, 500));
    const response = await app.request('/sales', { headers: { authorization } });
    expect([response.status, await response.text()]).toEqual([500, 'TypeError']);
  });

  it('in front of the guard is guarded', async () => {
    expect(await guard(new Request(request()))).toBeUndefined();
    const refused = await guard(new Request(request(), { headers: {} }));
    expect(refused?.status).toBe(401);
  });
});

describe('Response behind a guard', () => {
  const api = createForWeb(SECRET_OPTIONS);
  const guard = api.requireScope('read');

  it.each<[before: string | undefined, after: string]>([
    [undefined, 'Authorization'],
    ['Origin', 'Origin, Authorization'],
    ['Accept-Encoding, Authorization', 'Accept-Encoding, Authorization'],
    ['authorization', 'authorization'],
    ['*', '*'],
  ])('with Vary: %s has Vary: %s, after two guards as well', async (before, after) => {
    const handler = (): Response =>
      new Response('{}', { headers: before === undefined ? {} : { Vary: before } });
    const once = await guard.wrap(handler)(request());
    const twice = await api.optionalAccessToken().wrap(guard.wrap(handler))(request());
    expect([once, twice].map(({ headers }) => headers.get('vary'))).toEqual([after, after]);
  });

  it('with a stream keeps it unread', async () => {
    const pulled: number[] = [];
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: (controller) => {
          pulled.push(pulled.length);
          controller.enqueue(new Uint8Array([pulled.length]));
        },
      },
      { highWaterMark: 0 },
    );
    const response = await guard.wrap(() => new Response(body))(request());
    expect(pulled).toEqual([]);
    expect(response.body).toBe(body);
    const reader = body.getReader();
    expect(await reader.read()).toEqual({ done: false, value: new Uint8Array([1]) });
    expect(pulled).toEqual([0]);
    await reader.cancel();
  });
});

describe('scope of Fastify', () => {
  const api = createForFastify(SECRET_OPTIONS);

  /** An application with a guarded scope between two open ones. */
  async function openScopes(): Promise<FastifyInstance> {
    const app = fastify();
    await app.register(
      (inside, _options, done) => {
        inside.addHook('onRequest', api.requireScope('read'));
        inside.get('/sales', (req) => ({ client: api.accessToken(req).clientId }));
        void inside.register((deeper, _deeperOptions, end) => {
          deeper.get('/deeper', (req) => ({ client: api.accessToken(req).clientId }));
          end();
        });
        done();
      },
      { prefix: '/v1' },
    );
    await app.register(
      (sibling, _options, done) => {
        sibling.get('/sales', (req) => ({ client: api.accessToken(req).clientId }));
        done();
      },
      { prefix: '/v2' },
    );
    app.get('/open', () => ({}));
    return app;
  }

  it.each([
    ['/v1/sales', [401, 200]],
    ['/v1/deeper', [401, 200]],
    ['/v2/sales', [500, 500]],
    ['/open', [200, 200]],
  ])('guards its own routes only: %s', async (url, statuses) => {
    const app = await openScopes();
    const answers = [
      await app.inject({ url }),
      await app.inject({ url, headers: { authorization } }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(statuses);
  });
});

describe('hooks of Fastify', () => {
  const api = createForFastify(SECRET_OPTIONS);

  it('run after the guard, and not for a refusal', async () => {
    const steps: string[] = [];
    const app = fastify();
    for (const name of ['preParsing', 'preValidation', 'preHandler'] as const) {
      app.addHook(name, () => {
        steps.push(name);
        return Promise.resolve();
      });
    }
    const check = {
      name: 'step',
      test: () => {
        steps.push('guard');
        return true;
      },
    };
    app.post('/sales', { onRequest: api.require({ scope: 'read', check }) }, ({ body }) => {
      steps.push('handler');
      return { body };
    });
    const sent = { method: 'POST', url: '/sales', payload: { a: 1 } } as const;
    const refused = await app.inject(sent);
    expect([refused.statusCode, steps]).toEqual([401, []]);
    const malformed = { ...sent, payload: '{', headers: { 'content-type': 'application/json' } };
    expect((await app.inject(malformed)).statusCode).toBe(401);
    expect(steps).toEqual([]);
    const passed = await app.inject({ ...sent, headers: { authorization } });
    expect([passed.statusCode, passed.json()]).toEqual([200, { body: { a: 1 } }]);
    expect(steps).toEqual(['guard', 'preParsing', 'preValidation', 'preHandler', 'handler']);
  });
});
