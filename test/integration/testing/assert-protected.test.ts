import {
  allOf,
  anyOf,
  createResourceServer,
  declarePublic,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import { assertProtected, createTestIssuer, type ProtectionOptions } from '@scopegate/testing';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import request from 'supertest';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestIssuer } from '@scopegate/testing';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';

const handler = vi.fn<RequestHandler>((_req, res) => {
  res.json({ ok: true });
});

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
});

afterEach(() => {
  handler.mockClear();
});

describe.each(EXPRESS_VERSIONS)('assertProtected on Express $version', ({ express }) => {
  function open(
    mount: (app: Express, api: ResourceServer) => void,
    options: Partial<ResourceServerOptions> = {},
  ): { app: Express; api: ResourceServer } {
    const api = createResourceServer({
      ...issuer.options({ audience: 'https://sales.example' }),
      scopes: ['read', 'write', 'admin'],
      ...options,
    } as ResourceServerOptions);
    const app = express();
    mount(app, api);
    return { app, api };
  }

  /** The rows of the table of failures, without its heading. */
  async function failuresOf(
    { app, api }: { app: Express; api: ResourceServer },
    options: Partial<ProtectionOptions> = {},
  ): Promise<string[]> {
    const attack = assertProtected(app, api, { issuer, ...options });
    const error: unknown = await attack.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(Error);
    const [title, , heading, ...rows] = (error as Error).message.split('\n');
    expect(title).toBe('the application is not fully protected:');
    expect(heading?.split(/ {2,}/)).toEqual(['ROUTE', 'ATTACK', 'EXPECTED', 'GOT']);
    const end = rows.indexOf('');
    return rows.slice(0, end === -1 ? undefined : end).map((row) => row.replace(/ {2,}/g, ' | '));
  }

  it('attacks every route without running a handler', async () => {
    const { app, api } = open(
      (mounted, guards) => {
        mounted.use(guards.metadata());
        mounted.get('/health', declarePublic('a probe'), handler);
        mounted.use('/v1', guards.requireAccessToken());
        const router = express.Router();
        router.get('/:id', guards.requireScope('read', 'write'), handler);
        router.post('/', guards.require({ scope: 'write', atMost: ['write'] }), handler);
        router.put('/', guards.require({ principal: 'user' }), handler);
        router.all('/any', guards.require({ principal: 'client', scope: 'read' }), handler);
        router.delete('/', guards.require({ scope: allOf('a', anyOf('b', 'c')) }), handler);
        mounted.use('/v1', router);
        mounted.get('/maybe', declarePublic('previews'), guards.optionalAccessToken(), handler);
      },
      { scopes: undefined },
    );
    const report = await assertProtected(app, api, { issuer });
    expect(report.routes).toEqual([
      'GET /v1/:id',
      'HEAD /v1/:id',
      'POST /v1',
      'PUT /v1',
      'ALL /v1/any',
      'DELETE /v1',
      'GET /maybe',
      'HEAD /maybe',
    ]);
    expect(report.skipped).toEqual(['GET /health', 'HEAD /health']);
    expect(report.attacks).toBeGreaterThan(50);
    expect(handler).not.toHaveBeenCalled();
  });

  it('leaves the application and its guards unchanged', async () => {
    const { app, api } = open((mounted, guards) => {
      mounted.get('/a', guards.requireScope('read'), handler);
    });
    await assertProtected(app, api, { issuer });
    await request(app)
      .get('/a')
      .set(issuer.bearer({ scope: 'read' }))
      .expect(200);
  });

  describe('rejects', () => {
    it('an open route, without sending a request to it', async () => {
      const app = open((mounted, guards) => {
        mounted.get('/a', guards.requireScope('read'), handler);
        mounted.delete('/a/:id', handler);
      });
      expect(await failuresOf(app)).toEqual([
        'DELETE /a/:id | any | a guard | no guard runs before its handlers',
      ]);
      expect(handler).not.toHaveBeenCalled();
    });

    it('a route with an optional guard, or with a handler before its guard, not declared public', async () => {
      const pass: RequestHandler = function parse(_req, _res, next) {
        handler(_req, _res, next);
      };
      const app = open((mounted, guards) => {
        mounted.use(guards.optionalAccessToken());
        mounted.post('/a', handler);
        mounted.post('/b', pass, guards.requireAccessToken(), handler);
      });
      expect(await failuresOf(app)).toEqual([
        'POST /a | any | a guard | its guard lets requests without a token pass',
        'POST /b | any | a guard | parse runs before the guard',
      ]);
      expect(handler).not.toHaveBeenCalled();
    });

    it('a route whose guard does not count, with the reason', async () => {
      const app = open((mounted, guards) => {
        mounted.all('/files', guards.requireScope('read'));
        mounted.use('/files', handler);
      });
      expect(await failuresOf(app)).toEqual([
        'ALL /files/* | any | a guard | requireScope does not count because some requests reach the ' +
          'route without it',
      ]);
    });

    it('an open route, with advice', async () => {
      const { app, api } = open((mounted) => mounted.get('/health', handler));
      await expect(assertProtected(app, api, { issuer })).rejects.toThrow(
        /\n\nAdd a guard before every other handler of a route\. .* add declarePublic\('reason'\)/,
      );
    });

    it('middleware on a path that accepts requests without a token, at the path or below', async () => {
      const app = open((mounted, guards) => {
        mounted.post('/a', guards.requireAccessToken(), handler);
        mounted.use('/graphql', function apollo(_req, res, next) {
          if (_req.method === 'POST') res.json({});
          else next();
        });
        mounted.use('/proxy', function proxy(req, res, next) {
          if (req.path === '/') next();
          else res.sendStatus(204);
        });
        mounted.use('/own', function checksItself(...args) {
          args[1].sendStatus(401);
        });
        mounted.use('/css', declarePublic('style'), express.static('.'));
      });
      expect(await failuresOf(app)).toEqual([
        'apollo on /graphql | no token | a guard | POST /graphql: 200, no guard ran',
        'apollo on /graphql | no token | a guard | POST /graphql/sample: 200, no guard ran',
        'proxy on /proxy | no token | a guard | GET /proxy/sample: 204, no guard ran',
        'proxy on /proxy | no token | a guard | POST /proxy/sample: 204, no guard ran',
        'checksItself on /own | no token | a guard | GET /own: 401, no guard ran',
        'checksItself on /own | no token | a guard | POST /own: 401, no guard ran',
        'checksItself on /own | no token | a guard | GET /own/sample: 401, no guard ran',
        'checksItself on /own | no token | a guard | POST /own/sample: 401, no guard ran',
      ]);
      const ignoreUnseen = ['apollo on /graphql', 'proxy on /proxy', 'checksItself on /own'];
      await assertProtected(app.app, app.api, { issuer, ignoreUnseen });
    });

    it('middleware on a path that responds 400, 500 or not at all without a token', async () => {
      const app = open((mounted, guards) => {
        mounted.post('/a', guards.requireAccessToken(), handler);
        mounted.use('/graphql', function graphql(req, res, next) {
          if (req.method === 'GET') next();
          else res.status(400).json({ errors: ['there is no query'] });
        });
        mounted.use('/broken', function broken(req, res, next) {
          if (req.method === 'GET' || req.path !== '/') res.redirect('/a');
          else next(new TypeError('there is no body'));
        });
        mounted.use('/silent', function silent(req, res, next) {
          if (req.method === 'GET' || req.path !== '/') res.status(405).end();
          // Like middleware that hangs: there is no response.
          else req.socket.destroy();
          if (res.closed) next();
        });
        mounted.use((_error: unknown, _req: Request, res: Response, next: NextFunction) => {
          res.status(500).end();
          if (res.closed) next();
        });
      });
      expect(await failuresOf(app)).toEqual([
        'graphql on /graphql | no token | a guard | POST /graphql: 400, no guard ran',
        'graphql on /graphql | no token | a guard | POST /graphql/sample: 400, no guard ran',
        'broken on /broken | no token | a guard | POST /broken: 500, no guard ran',
        'silent on /silent | no token | a guard | POST /silent: not reached: socket hang up',
      ]);
    });

    it('no middleware on a path that passes requests on to a guard', async () => {
      const app = open((mounted, guards) => {
        mounted.use('/a', function cors(_req, _res, next) {
          next();
        });
        mounted.use('/a', express.Router().post('/', guards.requireAccessToken(), handler));
        mounted.use('/b', function first(_req, _res, next) {
          next();
        });
        mounted.use('/b', guards.requireAccessToken(), handler);
      });
      await assertProtected(app.app, app.api, { issuer });
    });

    it('a route whose requests are answered by middleware before its guard', async () => {
      const app = open((mounted, guards) => {
        mounted.use((req, res, next) => {
          if (req.path === '/a') res.json({});
          else next();
        });
        mounted.post('/a', guards.requireAccessToken(), handler);
      });
      const got = '200, no guard ran';
      expect(await failuresOf(app)).toEqual([
        `POST /a | no token | 401 without an error code | ${got}`,
        `POST /a | forged: expired | 401 invalid_token | ${got}`,
        `POST /a | forged: wrongAudience | 401 invalid_token | ${got}`,
        `POST /a | forged: foreignKey | 401 invalid_token | ${got}`,
        `POST /a | forged: tampered | 401 invalid_token | ${got}`,
        `POST /a | forged: algNone | 401 invalid_token | ${got}`,
      ]);
    });

    it.each<[string, RequestHandler]>([
      ['', handler],
      [', with a response that never ends', (_req, res) => void res.write('data: 1\n\n')],
    ])('a route that accepts an expired token%s', async (_with, respond) => {
      const clock = (): number => issuer.clock() - 90 * 60_000;
      const app = open((to, api) => to.post('/a', api.requireAccessToken(), respond), { clock });
      expect(await failuresOf(app, { forgeries: ['expired'] })).toEqual([
        'POST /a | forged: expired | 401 invalid_token | 200, accepted',
      ]);
    });

    it('refusals with a wrong status, challenge or error code', async () => {
      const app = open(
        (mounted, guards) => mounted.post('/a', guards.requireScope('read'), handler),
        {
          onRefusal(error, _req, res) {
            if (error.reason === 'missing_credentials') {
              res.end();
            } else if (error.reason === 'scope') {
              res.writeHead(404).end();
            } else {
              res.writeHead(401, { 'www-authenticate': 'Bearer error="expired"' }).end();
            }
          },
        },
      );
      expect(await failuresOf(app, { forgeries: ['expired'] })).toEqual([
        'POST /a | no token | 401 without an error code | 200 without a challenge',
        'POST /a | forged: expired | 401 invalid_token | 401 expired',
        'POST /a | no scope | 403 insufficient_scope | 404 without a challenge',
      ]);
    });

    it('refusals for another reason than that of the attack', async () => {
      const app = open((mounted, guards) => {
        mounted.post('/a', guards.requireScope('read'), handler);
      });
      const token = { audience: 'https://other.example' };
      expect(await failuresOf(app, { token, forgeries: ['expired', 'tampered'] })).toEqual([
        'POST /a | forged: expired | 401 invalid_token | 401, but with reason "audience"',
        'POST /a | no scope | 403 insufficient_scope | 401, but with reason "audience"',
      ]);
    });

    it('refusals by a claims schema, with advice', async () => {
      const validate = (): { issues: [] } => ({ issues: [] });
      const app = open(
        (mounted, guards) => mounted.post('/a', guards.requireScope('read'), handler),
        { claims: { '~standard': { version: 1, vendor: 'test', validate } } },
      );
      expect(await failuresOf(app, { forgeries: ['expired'] })).toContain(
        'POST /a | no scope | 403 insufficient_scope | 401, but with reason "claim"; ' +
          'add the claims that the schema requires: token: { claims: { … } }',
      );
    });

    it('503 because the keys of the issuer are unavailable', async () => {
      const app = open(
        (mounted, guards) => mounted.post('/a', guards.requireScope('read'), handler),
        { fetch: () => Promise.reject(new Error('no network')) },
      );
      expect(await failuresOf(app, { forgeries: ['expired'] })).toEqual([
        'POST /a | forged: expired | 401 invalid_token | 503, no keys: does the API trust this issuer?',
        'POST /a | no scope | 403 insufficient_scope | 503, no keys: does the API trust this issuer?',
      ]);
    });

    it('a route that cannot be reached, with the reason', async () => {
      const app = open((mounted, guards) => {
        mounted.post('/checked', (_req, res) => void res.sendStatus(415) as never, handler);
        mounted.use((req, res, next) => {
          if (req.path === '/picky' && req.headers['x-tenant'] === undefined) res.sendStatus(400);
          else next();
        });
        mounted.post('/picky', guards.requireAccessToken(), handler);
        mounted.post(/^\/report-\d+$/, guards.requireAccessToken(), handler);
        mounted.post('/v1/:id', guards.requireAccessToken(), (_req, res) => void res.end());
        mounted.post('/v1/late', guards.requireAccessToken(), handler);
      });
      expect(await failuresOf(app, { forgeries: [] })).toEqual([
        'POST /checked | any | a guard | no guard runs before its handlers',
        'POST /picky | no token | 401 without an error code | not reached: 400 before any guard',
        'POST (/^\\/report-\\d+$/) | any | a guard | not reached: set a path in option "paths"',
        'POST /v1/late | any | a guard | not reached: POST /v1/:id answers first',
      ]);
      const reached = {
        headers: { 'X-Tenant': 'acme' },
        paths: { 'POST (/^\\/report-\\d+$/)': '/report-1' },
        except: ['POST /checked', 'POST /v1/late'],
      };
      const report = await assertProtected(app.app, app.api, { issuer, ...reached });
      expect(report.routes).toEqual(['POST /picky', 'POST (/^\\/report-\\d+$/)', 'POST /v1/:id']);
      expect(report.skipped).toEqual(['POST /checked', 'POST /v1/late']);
    });

    it('a connection that ends without a response', async () => {
      const app = open((mounted, guards) => {
        mounted.use((req, _res, next) => {
          if (req.headers.authorization === undefined) req.socket.destroy();
          else next();
        });
        mounted.post('/a', guards.requireAccessToken(), handler);
      });
      expect(await failuresOf(app, { forgeries: ['expired'] })).toEqual([
        'POST /a | no token | 401 without an error code | not reached: socket hang up',
      ]);
    });

    it('an application without routes to attack', async () => {
      const { app, api } = open((mounted) => mounted.get('/a', declarePublic('why not'), handler));
      await expect(assertProtected(app, api, { issuer })).rejects.toThrow(
        new Error('no routes to attack: call assertProtected() after all routes are mounted'),
      );
    });
  });

  it('sends a token for each kind of attack', async () => {
    const seen: string[] = [];
    const { app, api } = open((mounted, guards) => {
      mounted.use((req, _res, next) => {
        seen.push(describeRequest(req.headers.authorization));
        next();
      });
      const policy = { scope: 'read', atMost: ['read', 'write'], principal: 'client' } as const;
      mounted.post('/a', guards.require(policy), handler);
    });
    await assertProtected(app, api, { issuer, forgeries: ['expired'] });
    expect(seen).toEqual([
      'nothing',
      'test-client: read',
      'test-client:',
      'test-client: read admin',
      'test-client: read scopegate-testing:not-declared',
      'test-user: read',
    ]);
  });

  it('applies the option "token" to every token', async () => {
    const seen: string[] = [];
    const { app, api } = open((mounted, guards) => {
      mounted.use((req, _res, next) => {
        seen.push(describeRequest(req.headers.authorization));
        next();
      });
      mounted.post('/a', guards.requireScope('read'), handler);
      mounted.post('/b', guards.require({ principal: 'client' }), handler);
    });
    const token = { like: 'auth0', clientId: 'reports', subject: 'ann' } as const;
    await assertProtected(app, api, { issuer, token, forgeries: ['algNone'] });
    expect(seen).toEqual([
      'nothing',
      'auth0|ann: read',
      'auth0|ann:',
      'nothing',
      'reports@clients:',
      'auth0|ann:',
    ]);
  });

  it('ignores the decisions of guards about other requests', async () => {
    const { app, api } = open((mounted, guards) => {
      mounted.use((_req, _res, next) => {
        void request(other.app)
          .get('/')
          .then(() => {
            next();
          });
      });
      mounted.post('/a', guards.requireAccessToken(), handler);
    });
    const other = open((mounted, guards) =>
      mounted.get('/', guards.optionalAccessToken(), handler),
    );
    await assertProtected(app, api, { issuer, forgeries: ['expired'] });
  });
});

/** Describes the subject and the scopes of the token in a request. */
function describeRequest(authorization: string | undefined): string {
  if (authorization === undefined) return 'nothing';
  const claims: unknown = JSON.parse(
    Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString(),
  );
  const { sub = '', scope = '' } = claims as { sub?: string; scope?: string };
  return `${sub}: ${scope}`.trim();
}
