import {
  type AuditedRoute,
  auditRoutes,
  allOf,
  anyOf,
  createResourceServer,
  declarePublic,
  type ResourceServer,
} from '@scopegate/express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';

const answer: RequestHandler = (_req, res) => {
  res.end();
};
const pass: RequestHandler = (_req, _res, next) => {
  next();
};

function createApi(options: object = {}): ResourceServer {
  return createResourceServer({
    ...SECRET_OPTIONS,
    scopes: ['read', 'write', 'admin'],
    ...options,
  });
}

type Api = ReturnType<typeof createApi>;

/** Method, path and access of every route, without the HEAD that follows from GET. */
function outline(routes: readonly AuditedRoute[]): readonly string[] {
  return routes
    .filter(({ impliedByGet }) => !impliedByGet)
    .map(({ method, path, access }) => `${method} ${path} ${access}`);
}

describe.each(EXPRESS_VERSIONS)('auditRoutes on Express $version', ({ version, express }) => {
  const wildcard = version === 4 ? '*' : '*rest';
  const optional = version === 4 ? '/:id?' : '{/:id}';

  function audit(mount: (app: Express, api: Api) => void): readonly string[] {
    const app = express();
    mount(app, createApi());
    return outline(auditRoutes(app).routes);
  }

  it.each<[string, (app: Express, api: Api) => void, readonly string[]]>([
    ['an application without routes', () => undefined, []],
    ['a route without a guard', (app) => app.get('/a', answer), ['GET /a open']],
    [
      'a route behind its own guard',
      (app, api) => app.get('/a', api.requireScope('read'), answer),
      ['GET /a guarded'],
    ],
    [
      'a route behind an optional guard',
      (app, api) => app.get('/a', api.optionalAccessToken(), answer),
      ['GET /a optional'],
    ],
    [
      'a route that is declared public',
      (app) => app.get('/a', declarePublic('a probe'), answer),
      ['GET /a public'],
    ],
    [
      'a guard behind declarePublic(), which still guards',
      (app, api) => app.get('/a', declarePublic('no'), api.requireAccessToken(), answer),
      ['GET /a guarded'],
    ],
    [
      'a guard behind the handler, which does not guard it',
      (app, api) => app.get('/a', answer, api.requireAccessToken()),
      ['GET /a open'],
    ],
    [
      'a guard behind middleware of the route',
      (app, api) => app.get('/a', pass, api.requireAccessToken(), answer),
      ['GET /a guarded'],
    ],
    [
      'guards in nested arrays',
      (app, api) => app.get('/a', [pass, [api.requireAccessToken()]] as never, [answer]),
      ['GET /a guarded'],
    ],
    [
      'an array of paths',
      (app, api) => {
        app.use('/a', api.requireAccessToken());
        app.get(['/a', '/b'], answer);
      },
      ['GET /a guarded', 'GET /b open'],
    ],
    [
      'app.route with guards on some methods',
      (app, api) =>
        app.route('/a').get(api.requireScope('read'), answer).post(answer).put(pass, answer),
      ['GET /a guarded', 'POST /a open', 'PUT /a open'],
    ],
    [
      'app.route with a guard on all methods that follow',
      (app, api) => app.route('/a').get(answer).all(api.requireAccessToken()).post(answer),
      ['GET /a open', 'POST /a guarded'],
    ],
    [
      'app.all',
      (app, api) => {
        app.all('/a', answer);
        app.all('/b', api.requireAccessToken(), answer);
      },
      ['ALL /a open', 'ALL /b guarded'],
    ],
    [
      'app.all with only a guard, which is not a route but guards what follows',
      (app, api) => {
        app.get('/a/1', answer);
        app.all(`/a/${wildcard}`, api.requireAccessToken());
        app.get('/a/2', answer);
      },
      ['GET /a/1 open', 'GET /a/2 guarded'],
    ],
    [
      'a guard on one method of a wildcard, which guards only that method',
      (app, api) => {
        app.get(`/a/${wildcard}`, api.requireAccessToken());
        app.get('/a/1', answer);
        app.post('/a/1', answer);
      },
      ['GET /a/1 guarded', 'POST /a/1 open'],
    ],
    [
      'parameters and wildcards',
      (app, api) => {
        app.use('/t/:tenant/admin', api.requireAccessToken());
        app.get('/t/:id/admin/users', answer);
        app.get('/t/:id/:section/users', answer);
        app.get(`/files/${wildcard}`, answer);
      },
      [
        'GET /t/:id/admin/users guarded',
        'GET /t/:id/:section/users open',
        `GET /files/${wildcard} open`,
      ],
    ],
    [
      'a guard on one value of a parameter, which does not guard the others',
      (app, api) => {
        app.use('/t/acme', api.requireAccessToken());
        app.get('/t/:tenant', answer);
      },
      ['GET /t/:tenant open'],
    ],
    [
      'an optional part with a guard on the longer path only',
      (app, api) => {
        app.use('/a/:id', api.requireAccessToken());
        app.get(`/a${optional}`, answer);
      },
      [`GET /a${optional} open`],
    ],
    [
      'expressions',
      (app, api) => {
        app.get(/^\/x(\d+)$/, answer);
        app.get(/^\/y(\d+)$/, api.requireAccessToken(), answer);
        app.use(api.requireAccessToken());
        app.get(/^\/z(\d+)$/, answer);
      },
      [
        String.raw`GET (/^\/x(\d+)$/) open`,
        String.raw`GET (/^\/y(\d+)$/) guarded`,
        String.raw`GET (/^\/z(\d+)$/) guarded`,
      ],
    ],
    [
      'an expression as the path of a guard',
      (app, api) => {
        app.use(/^\/a/i, api.requireAccessToken());
        app.get('/a/1', answer);
        app.get('/b', answer);
      },
      ['GET /a/1 guarded', 'GET /b open'],
    ],
    [
      'a case-sensitive guard before a route that is not',
      (app, api) => {
        app.use(/^\/a/, api.requireAccessToken());
        app.get('/a/1', answer);
        const strict = express.Router({ caseSensitive: true });
        strict.use('/b', api.requireAccessToken());
        app.use(strict);
        app.get('/b/1', answer);
      },
      ['GET /a/1 open', 'GET /b/1 open'],
    ],
  ])('audits %s', (_what, mount, rows) => {
    expect(audit(mount)).toEqual(rows);
  });

  it('counts a mounted guard for what follows beneath its path', () => {
    const rows = audit((app, api) => {
      app.get('/v1/early', answer);
      app.use('/v1', api.requireAccessToken());
      app.get('/v1', answer);
      app.get('/v1/late', answer);
      app.get('/v10', answer);
      app.get('/v2', answer);
      app.use(api.requireAccessToken());
      app.get('/v3', answer);
    });
    expect(rows).toEqual([
      'GET /v1/early open',
      'GET /v1 guarded',
      'GET /v1/late guarded',
      'GET /v10 open',
      'GET /v2 open',
      'GET /v3 guarded',
    ]);
  });

  it('lists nested routers under every path they are mounted on', () => {
    const rows = audit((app, api) => {
      const inner = express.Router();
      inner.get('/a', answer);
      const outer = express.Router();
      outer.use('/in', api.requireAccessToken(), inner);
      outer.get('/b', answer);
      app.use(['/v1', '/t/:tenant'], outer);
      app.use(inner);
    });
    expect(rows).toEqual([
      'GET /v1/in/a guarded',
      'GET /v1/b open',
      'GET /t/:tenant/in/a guarded',
      'GET /t/:tenant/b open',
      'GET /a open',
    ]);
  });

  it('counts the guard of a router that requests run before they reach the next one', () => {
    const rows = audit((app, api) => {
      const guarding = express.Router();
      guarding.use(api.requireAccessToken());
      app.use('/v1', guarding);
      app.get('/v1/a', answer);
      app.get('/a', answer);
    });
    expect(rows).toEqual(['GET /v1/a guarded', 'GET /a open']);
  });

  it('lists mounted applications, and those mounted on them', () => {
    const rows = audit((app, api) => {
      const inner = express();
      inner.get('/a', answer);
      const outer = express();
      outer.use(api.requireAccessToken());
      outer.use('/in', inner);
      app.use('/out', outer);
      app.use('/empty', express());
      const router = express.Router();
      // A router mounts the application itself; app.use() wraps it.
      router.use('/app', inner);
      app.use('/r', router);
    });
    expect(rows).toEqual(['GET /out/in/a guarded', 'GET /r/app/a open']);
  });

  it('calls no handler while it reads mounted applications', () => {
    const app = express();
    const inner = express();
    const fail: RequestHandler = () => {
      throw new Error('this must not run');
    };

    const failToo: ErrorRequestHandler = (_error, _req, _res, next) => {
      next(new Error('nor this'));
    };
    inner.use(fail);
    inner.use(failToo);
    inner.get('/a', fail);
    app.use('/in', inner);
    expect(outline(auditRoutes(app).routes)).toEqual(['GET /in/a open']);
  });

  it('accepts a router', () => {
    const router = express.Router();
    router.get('/a', answer);
    expect(outline(auditRoutes(router).routes)).toEqual(['GET /a open']);
  });

  it('lists a router that is mounted on itself once', () => {
    const app = express();
    const router = express.Router();
    router.get('/a', answer);
    router.use('/again', router);
    app.use(router);
    const { routes, unseen } = auditRoutes(app);
    expect(outline(routes)).toEqual(['GET /a open']);
    expect(unseen).toMatchObject([{ name: 'router', path: '/again', isGuarded: false }]);
  });

  it('combines what several guards require', () => {
    const api = createApi({ excessScopes: 'refuse' });
    const app = express();
    app.use('/v1', api.requireAccessToken());
    const policy = api.require({
      scope: allOf('read', anyOf('write', 'admin')),
      atMost: ['read', 'write', 'admin'],
      principal: 'client',
      check: { name: 'tenant', test: () => true },
    });
    app.get('/v1/a/:id', policy, api.requireScope('read'), answer);
    const [route, head] = auditRoutes(app).routes;
    expect(route).toEqual({
      method: 'GET',
      path: '/v1/a/:id',
      access: 'guarded',
      guards: ['requireAccessToken', 'requirePolicy', 'requireScope'],
      partialGuards: [],
      earlyHandlers: [],
      scope: allOf(allOf('read', anyOf('write', 'admin')), allOf('read')),
      scopes: ['read', 'write', 'admin'],
      atMost: ['read'],
      principal: 'client',
      senderConstraints: [],
      acrValues: undefined,
      maxAgeSeconds: undefined,
      fresh: false,
      checks: ['tenant'],
      publicReason: undefined,
      impliedByGet: false,
      shadowedBy: undefined,
      samplePaths: ['/v1/a/sample', '/v1/a/1', '/v1/a/00000000-0000-4000-8000-000000000000'],
    });
    expect(head).toEqual({ ...route, method: 'HEAD', impliedByGet: true });
  });

  it('distinguishes HEAD from GET where their handlers differ', () => {
    const api = createApi();
    const app = express();
    app.route('/a').head(answer).get(api.requireAccessToken(), answer);
    // The guard below runs for GET, but not for HEAD.
    app.route('/b').head(pass).get(api.requireAccessToken());
    app.get('/b', answer);
    const rows = auditRoutes(app).routes.map(({ method, path, access }) => [method, path, access]);
    expect(rows).toEqual([
      ['HEAD', '/a', 'open'],
      ['GET', '/a', 'guarded'],
      ['HEAD', '/b', 'open'],
      ['GET', '/b', 'guarded'],
      ['HEAD', '/b', 'open'],
    ]);
  });

  it('returns frozen objects', () => {
    const app = express();
    app.get('/a', answer);
    const audited = auditRoutes(app);
    const parts = [audited, audited.routes, audited.routes[0], audited.unseen, audited.scopes];
    expect(parts.every(Object.isFrozen)).toBe(true);
  });

  it('does not change the application', async () => {
    const app = express();
    app.use(
      '/v1/:tenant',
      express.Router().get('/a', (_req, res) => void res.send('a')),
    );
    auditRoutes(app);
    await request(app).get('/v1/acme/a').expect(200, 'a');
  });

  it.each<[unknown]>([[undefined], [null], ['app'], [{}], [() => undefined], [{ stack: [1] }]])(
    'throws for %j, which is not an application or a router',
    (application) => {
      expect(() => auditRoutes(application as Express)).toThrow(
        new TypeError('auditRoutes() expects an application or a router of Express 4 or 5'),
      );
    },
  );

  it.each<[object, string]>([
    [{ scope: ['read'] }, 'auditRoutes() has no option "scope"; did you mean "scopes"?'],
    [{ scopes: 'read' }, 'option "scopes" must be an array of non-empty strings'],
    [{ mountPaths: [''] }, 'option "mountPaths" must be an array of non-empty strings'],
  ])('throws for the options %j', (options, message) => {
    expect(() => auditRoutes(express(), options)).toThrow(new TypeError(message));
  });
});
