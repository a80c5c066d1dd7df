import { assertProtected, createTestIssuer, type TestIssuer } from '@scopegate/testing';
import {
  allOf,
  createResourceServer,
  type Guard,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/web';
import { Hono, type MiddlewareHandler } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
});

function open(options: Partial<ResourceServerOptions> = {}): ResourceServer {
  return createResourceServer({
    ...issuer.options({ audience: 'https://sales.example' }),
    ...options,
  } as ResourceServerOptions);
}

type Handler = (request: Request) => Response | Promise<Response>;

const OK: Handler = () => new Response('rows');

async function failuresOf(attack: Promise<unknown>): Promise<string[]> {
  const error: unknown = await attack.catch((failure: unknown) => failure);
  if (!(error instanceof Error)) return [];
  const [title, , , ...rows] = error.message.split('\n');
  expect(title).toBe('the application is not fully protected:');
  return rows.filter((row) => row !== '').map((row) => row.replace(/ {2,}/g, ' | '));
}

describe('assertProtected with an application of the Fetch Standard', () => {
  it('attacks every listed route, and runs no handler', async () => {
    const api = open({ scopes: ['read', 'write', 'admin'] });
    let calls = 0;
    const count: Handler = () => {
      calls += 1;
      return new Response();
    };
    const guards = {
      'GET /v1/sales/1': api.require({ scope: allOf('read', 'write'), principal: 'user' }),
      'POST /v1/sales': api.require({ scope: 'write', atMost: ['write'] }),
      'GET /v1/news': api.optionalAccessToken(),
    };
    const routes = new Map<string, Handler>(
      Object.entries(guards).map(([name, guard]) => [name, guard.wrap(count)]),
    );
    const fetch: Handler = (request) => {
      const { pathname } = new URL(request.url);
      return (
        routes.get(`${request.method} ${pathname}`)?.(request) ??
        new Response(null, { status: 404 })
      );
    };
    const report = await assertProtected({ fetch }, guards, { issuer });
    expect(report.routes).toEqual(Object.keys(guards));
    // Five forgeries each; then: no token (2), scopes (3 + 1), excess (2), the other principal (1).
    expect(report.attacks).toBe(15 + 2 + 4 + 2 + 1);
    expect(calls).toBe(0);
  });

  it('attacks a Hono application', async () => {
    const api = open();
    const mount =
      (guard: Guard): MiddlewareHandler =>
      async (c, next) =>
        (await guard(c.req.raw)) ?? next();
    const readSales = api.requireScope('read');
    const app = new Hono();
    app.get('/v1/sales', mount(readSales), (c) => c.text('rows'));
    app.get('/v1/forgotten', (c) => c.text('rows'));
    await assertProtected(app, { 'GET /v1/sales': readSales }, { issuer });
    const attack = assertProtected(app, { 'GET /v1/forgotten': readSales }, { issuer });
    expect(await failuresOf(attack)).toContain(
      'GET /v1/forgotten | no token | 401 without an error code | 200, no guard ran',
    );
  });

  it.each<[string, (api: ResourceServer) => Handler, string]>([
    [
      'a guard without the scope',
      (api) => api.requireAccessToken().wrap(OK),
      'no scope | 403 insufficient_scope | 200, accepted',
    ],
    [
      'an optional guard',
      (api) => api.optionalAccessToken().wrap(OK),
      'no token | 401 without an error code | 200, accepted',
    ],
    [
      'a guard whose response is ignored',
      (api) => async (request) => {
        await api.requireScope('read')(request);
        return new Response('rows');
      },
      'no token | 401 without an error code | 200 without a challenge',
    ],
    [
      'a handler that throws',
      () => () => {
        throw new Error('the handler failed');
      },
      'no token | 401 without an error code | not reached: the handler failed',
    ],
    [
      'a path that does not exist',
      () => () => new Response(null, { status: 404 }),
      'no token | 401 without an error code | not reached: 404 before any guard',
    ],
  ])('finds %s', async (_what, create, failure) => {
    const api = open();
    const fetch = create(api);
    const routes = { 'GET /v1/sales': api.requireScope('read') };
    expect(await failuresOf(assertProtected({ fetch }, routes, { issuer }))).toContain(
      `GET /v1/sales | ${failure}`,
    );
  });

  it('ends accepted streams, which may never end themselves', async () => {
    const api = open();
    let cancelled = 0;
    const fetch: Handler = (request) => {
      const ended = new Promise((resolve) => {
        request.signal.addEventListener('abort', resolve);
      });
      void ended.then(() => (cancelled += 1));
      return new Response(new ReadableStream());
    };
    const attack = assertProtected({ fetch }, { 'GET /v1': api.requireAccessToken() }, { issuer });
    const failures = await failuresOf(attack);
    expect(failures).toHaveLength(6);
    expect(cancelled).toBe(6);
  });

  it.each<[unknown, string]>([
    [{ '/v1/sales': {} }, 'the name of a route must be as "GET /v1/sales"; rename "/v1/sales"'],
    [{ 'GET /v1/sales': () => undefined }, 'the value of route "GET /v1/sales" must be a guard'],
    [[], 'the routes must be an object, such as { "GET /v1/sales": readSales }'],
    [undefined, 'the routes must be an object, such as { "GET /v1/sales": readSales }'],
  ])('refuses the routes %j', async (routes, message) => {
    const attack = assertProtected({ fetch: OK }, routes as never, { issuer });
    await expect(attack).rejects.toThrow(new TypeError(message));
  });

  it('refuses to attack nothing, and a list of routes for an Express application', async () => {
    await expect(assertProtected({ fetch: OK }, {}, { issuer })).rejects.toThrow(
      'no routes to attack',
    );
    await expect(assertProtected(() => undefined, {} as never, { issuer })).rejects.toThrow(
      'assertProtected() requires the resource server that guards the application; to list the routes, pass the application as { fetch }',
    );
  });
});
