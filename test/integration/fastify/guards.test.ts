import { allOf, createResourceServer } from '@scopegate/fastify';
import { createTestIssuer } from '@scopegate/testing';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { openApi, openApp, tokenWith } from './open-app.js';

const REALM = 'Bearer realm="https://api.example.com"';

describe('guard of a Fastify route', () => {
  it.each([
    ['no token', {}, 401, `${REALM}, scope="read"`],
    [
      'malformed credentials',
      { authorization: 'Bearer a b' },
      400,
      `${REALM}, error="invalid_request", error_description="the Authorization header must be Bearer, a space and one token"`,
    ],
    [
      'a token without the scope',
      tokenWith('write'),
      403,
      `${REALM}, error="insufficient_scope", error_description="the access token lacks scope for this resource", scope="read"`,
    ],
  ])('refuses %s before the handler', async (_what, headers, status, challenge) => {
    const api = openApi();
    const app = openApp();
    let calls = 0;
    app.get('/sales', { onRequest: api.requireScope('read') }, () => (calls += 1));
    const response = await app.inject({ url: '/sales', headers });
    const { date, ...fields } = response.headers;
    expect(date).toBeTypeOf('string');
    expect(fields).toEqual({
      vary: 'Authorization',
      'www-authenticate': challenge,
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'content-length': String(response.rawPayload.length),
      connection: 'keep-alive',
    });
    expect(response.json()).toMatchObject({ type: 'about:blank', status });
    expect(calls).toBe(0);
  });

  it('passes a token on to the handler, with its claims', async () => {
    const api = openApi();
    const app = openApp();
    app.get('/sales', { onRequest: api.requireScope('read') }, (request) => ({
      client: api.accessToken(request).clientId,
      mayWrite: api.hasScope(request, 'write'),
    }));
    const response = await app.inject({ url: '/sales', headers: tokenWith('read') });
    expect(response.json()).toEqual({ client: 'reports', mayWrite: false });
    expect(response.headers.vary).toBe('Authorization');
  });

  it('has its name and its policy, frozen', () => {
    const guard = openApi().requireScope('read');
    expect([guard.name, guard.length]).toEqual(['requireScope', 3]);
    expect(guard.policy).toMatchObject({ authentication: 'required', scope: allOf('read') });
    expect(Object.isFrozen(guard)).toBe(true);
  });

  it('decides synchronously when the keys are available', () => {
    const api = openApi();
    const calls: unknown[][] = [];
    const request = { raw: { headers: tokenWith('read') }, routeOptions: {} } as never;
    const reply = { getHeader: () => undefined, header: () => undefined } as never;
    api.requireScope('read')(request, reply, (...given) => {
      calls.push(given);
    });
    expect(calls).toEqual([[]]);
  });

  it('runs before preParsing, and after earlier onRequest hooks', async () => {
    const api = openApi();
    const app = openApp();
    const steps: string[] = [];
    const check = { name: 'step', test: () => steps.push('guard') > 0 };
    app.addHook('onRequest', (_request, _reply, done) => {
      steps.push('onRequest');
      done();
    });
    app.addHook('preParsing', (_request, _reply, payload, done) => {
      steps.push('preParsing');
      done(null, payload);
    });
    app.post('/', { onRequest: api.require({ check }) }, () => steps.push('handler'));
    await app.inject({ method: 'POST', url: '/', headers: tokenWith('read'), payload: {} });
    expect(steps).toEqual(['onRequest', 'guard', 'preParsing', 'handler']);
    steps.length = 0;
    await app.inject({ method: 'POST', url: '/', payload: {} });
    expect(steps).toEqual(['onRequest']);
  });

  it('guards HEAD as GET, and leaves routes for other methods alone', async () => {
    const api = openApi();
    const app = openApp();
    app.get('/sales', { onRequest: api.requireScope('read') }, () => 'sales');
    app.options('/sales', () => 'GET');
    const ask = async (method: 'GET' | 'HEAD' | 'OPTIONS', headers = {}): Promise<unknown> => {
      const { statusCode, body } = await app.inject({ method, url: '/sales', headers });
      return [statusCode, body];
    };
    expect(await ask('HEAD')).toEqual([401, '']);
    expect(await ask('HEAD', tokenWith('read'))).toEqual([200, '']);
    expect(await ask('OPTIONS')).toEqual([200, 'GET']);
  });

  it('publishes the declared path with its prefix', async () => {
    const events = listenToDecisions();
    const api = openApi();
    const app = openApp();
    await app.register(
      (v1, _options, done) => {
        v1.get('/sales/:id', { onRequest: api.requireScope('read') }, () => 'sales');
        done();
      },
      { prefix: '/v1' },
    );
    await app.inject({ url: '/v1/sales/secret?q=1', headers: tokenWith('read') });
    await app.inject('/v1/sales/secret');
    expect(events.map(({ outcome, method, route }) => [outcome, method, route])).toEqual([
      ['allowed', 'GET', '/v1/sales/:id'],
      ['refused', 'GET', '/v1/sales/:id'],
    ]);
  });

  it('passes the request to a check as Fastify creates it', async () => {
    const api = openApi();
    const app = openApp();
    const check = {
      name: 'own',
      test: (_token: unknown, { params }: FastifyRequest) =>
        (params as { id: string }).id === 'mine',
    };
    app.get('/sales/:id', { onRequest: api.require({ check }) }, () => 'sales');
    const headers = tokenWith('read');
    expect((await app.inject({ url: '/sales/mine', headers })).statusCode).toBe(200);
    expect((await app.inject({ url: '/sales/yours', headers })).statusCode).toBe(403);
  });
});

describe('guard of a Fastify instance', () => {
  it('guards the routes of a plugin, and not those of its sibling', async () => {
    const api = openApi();
    const app = openApp();
    await app.register((guarded, _options, done) => {
      guarded.addHook('onRequest', api.requireAccessToken());
      guarded.get('/guarded', () => 'guarded');
      guarded.register((inner, _inner, ready) => {
        inner.get('/inner', { onRequest: api.requireScope('read') }, () => 'inner');
        ready();
      });
      done();
    });
    await app.register((sibling, _options, done) => {
      sibling.get('/open', (request) => {
        expect(() => api.accessToken(request)).toThrow(/^no guard of this resource server ran/);
        return 'open';
      });
      done();
    });
    const status = async (url: string, headers = {}): Promise<number> =>
      (await app.inject({ url, headers })).statusCode;
    expect(await status('/open')).toBe(200);
    expect(await status('/guarded')).toBe(401);
    expect(await status('/inner')).toBe(401);
    expect(await status('/guarded', tokenWith('write'))).toBe(200);
    expect(await status('/inner', tokenWith('write'))).toBe(403);
    expect(await status('/inner', tokenWith('read'))).toBe(200);
  });

  it('guards unknown paths, with an event without a route', async () => {
    const events = listenToDecisions();
    const api = openApi();
    const app = openApp();
    app.addHook('onRequest', api.requireAccessToken());
    expect((await app.inject('/unknown')).statusCode).toBe(401);
    expect((await app.inject({ url: '/unknown', headers: tokenWith('') })).statusCode).toBe(404);
    expect(events.map(({ route }) => route)).toEqual([undefined, undefined]);
  });
});

describe('two resource servers in one Fastify application', () => {
  it('keep their tokens and challenges apart', async () => {
    const sales = openApi();
    const stock = openApi({ audience: 'https://stock.example.com' });
    const app = openApp();
    app.get('/sales', { onRequest: sales.requireAccessToken() }, (request) => {
      expect(() => stock.accessToken(request)).toThrow(TypeError);
      return sales.accessToken(request).clientId;
    });
    app.get('/stock', { onRequest: stock.requireAccessToken() }, () => 'stock');
    const headers = tokenWith('read');
    expect((await app.inject({ url: '/sales', headers })).body).toBe('reports');
    const refused = await app.inject({ url: '/stock', headers });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('realm="https://stock.example.com"');
  });
});

describe('accessToken() with another object than the guarded request', () => {
  it.each<[string, (request: FastifyRequest) => FastifyRequest]>([
    ['a copy', (request) => Object.create(request) as FastifyRequest],
    ['the raw request', ({ raw }) => raw as unknown as FastifyRequest],
  ])('throws for %s', async (_what, replace) => {
    const api = openApi();
    const app = openApp();
    app.get('/', { onRequest: api.requireAccessToken() }, (request) => {
      expect(() => api.accessToken(replace(request))).toThrow(
        new TypeError(
          'no guard of this resource server ran on this request; mount one in front of the handler',
        ),
      );
      return 'checked';
    });
    expect((await app.inject({ url: '/', headers: tokenWith('') })).body).toBe('checked');
  });
});

describe('guard of a Fastify route while keys are fetched', () => {
  it('waits for the keys, and refuses as soon as they are available', async () => {
    const issuer = await createTestIssuer({ alg: 'ES256' });
    onTestFinished(() => issuer.close());
    const api = createResourceServer(issuer.options());
    const app = openApp();
    app.get('/', { onRequest: api.requireScope('read') }, () => 'sales');
    const ask = async (scope: string): Promise<number> => {
      const authorization = `Bearer ${await issuer.mint({ scope })}`;
      return (await app.inject({ url: '/', headers: { authorization } })).statusCode;
    };
    expect(await Promise.all([ask('read'), ask('write')])).toEqual([200, 403]);
    expect(await ask('read')).toBe(200);
  });

  it('answers 503 during an outage', async () => {
    const issuer = await createTestIssuer({ alg: 'ES256' });
    const authorization = `Bearer ${await issuer.mint()}`;
    const api = createResourceServer(issuer.options());
    await issuer.close();
    const app = openApp();
    app.get('/', { onRequest: api.requireAccessToken() }, () => 'sales');
    const response = await app.inject({ url: '/', headers: { authorization } });
    expect([response.statusCode, response.json()]).toEqual([
      503,
      {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'the keys of the authorization server are unavailable',
      },
    ]);
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
  });
});

describe('a hook of a guard that fails on Fastify', () => {
  it.each<[string, () => boolean | Promise<boolean>]>([
    ['by throwing', () => { throw new Error('broken'); }], // prettier-ignore
    ['by rejecting', () => Promise.reject(new Error('broken'))],
    ['by returning no boolean', () => 'yes' as unknown as boolean],
  ])('%s reaches the error handler once, and not the route', async (_what, test) => {
    const api = openApi();
    const app = openApp();
    const errors: unknown[] = [];
    let calls = 0;
    app.setErrorHandler((error, _request, reply) => {
      errors.push(error);
      void reply.code(500).send('failed');
    });
    const onRequest = api.require({ check: { name: 'broken', test } });
    app.get('/', { onRequest }, () => (calls += 1));
    const response = await app.inject({ url: '/', headers: tokenWith('') });
    expect([response.statusCode, response.body]).toEqual([500, 'failed']);
    expect(response.headers.vary).toBe('Authorization');
    expect([errors.length, errors[0] instanceof Error, calls]).toEqual([1, true, 0]);
  });

  it('reaches the error handler if the guard is not called', async () => {
    const api = openApi();
    const app = openApp();
    app.get('/', { onRequest: Reflect.get(api, 'requireAccessToken') as never }, () => 'open');
    const response = await app.inject('/');
    expect([response.statusCode, response.json()]).toMatchObject([
      500,
      { message: 'requireAccessToken() must be called when the route is declared; write api.requireAccessToken()' }, // prettier-ignore
    ]);
  });
});
