import {
  auditRoutes,
  createResourceServer,
  declarePublic,
  expectAllGuarded,
  formatAudit,
  type Guard,
  type RouteAudit,
} from '@scopegate/express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';

const answer: RequestHandler = (_req, res) => {
  res.end();
};
const pass: RequestHandler = (_req, _res, next) => {
  next();
};

const onError: ErrorRequestHandler = (error, _req, _res, next) => {
  next(error);
};
const asyncHandler: RequestHandler = (...args) => {
  args[1].end();
};

const api = createResourceServer({
  ...SECRET_OPTIONS,
  scopes: ['read', 'write', 'admin'],
});
const guard = (): Guard => api.requireScope('read');

describe.each(EXPRESS_VERSIONS)('auditRoutes on Express $version', ({ express }) => {
  function auditOf(mount: (app: Express) => void): RouteAudit {
    const app = express();
    mount(app);
    return api.auditRoutes(app);
  }

  describe('shadowedBy', () => {
    function shadows(mount: (app: Express) => void): unknown[] {
      return auditOf(mount)
        .routes.filter(({ impliedByGet }) => !impliedByGet)
        .map(({ path, shadowedBy }) => [
          path,
          shadowedBy && [shadowedBy.route, shadowedBy.isCertain],
        ]);
    }

    it('names the route that answers instead of a guarded one', () => {
      const found = shadows((app) => {
        app.get('/v1/:id', answer);
        app.use('/v1', api.requireAccessToken());
        app.get('/v1/me', guard(), answer);
        app.post('/v1/me', guard(), answer);
      });
      expect(found).toEqual([
        ['/v1/:id', undefined],
        ['/v1/me', ['GET /v1/:id', true]],
        ['/v1/me', undefined],
      ]);
    });

    it('reports that a route whose handler may take next may answer', () => {
      const found = shadows((app) => {
        app.get('/v1/:id', asyncHandler);
        app.all('/v1/*'.replace('*', ':any'), pass);
        app.get('/v1/me', guard(), answer);
      });
      expect(found.at(-1)).toEqual(['/v1/me', ['GET /v1/:id', false]]);
    });

    it('prefers a route that always answers', () => {
      const found = shadows((app) => {
        app.get('/v1/:id', asyncHandler);
        app.all('/v1/:id', answer);
        app.get('/v1/me', guard(), answer);
      });
      expect(found.at(-1)).toEqual(['/v1/me', ['ALL /v1/:id', true]]);
    });

    it('names a function that answers everything beneath a path', () => {
      const found = shadows((app) => {
        app.use('/v1', answer);
        app.get('/v1/me', guard(), answer);
      });
      expect(found).toEqual([
        ['/v1/*', undefined],
        ['/v1/me', ['ALL /v1/*', true]],
      ]);
    });

    it('ignores a route that matches only some of the paths', () => {
      const found = shadows((app) => {
        app.get('/v1/me', answer);
        app.get('/v1/:id', guard(), answer);
      });
      expect(found.at(-1)).toEqual(['/v1/:id', undefined]);
    });
  });

  describe('of middleware functions', () => {
    it('lists a function that answers as a route, but not the fallback of the application', () => {
      const { routes } = auditOf((app) => {
        app.use('/health', answer);
        app.use('/live', declarePublic('a probe'), answer);
        app.use('/admin', guard(), answer);
        const router = express.Router();
        router.use(answer);
        app.use('/v1', router);
        app.use(answer);
        app.use(onError);
      });
      expect(routes.map(({ method, path, access }) => `${method} ${path} ${access}`)).toEqual([
        'ALL /health/* open',
        'ALL /live/* public',
        'ALL /admin/* guarded',
        'ALL /v1/* open',
      ]);
    });

    it('lists middleware that it cannot inspect as unseen', () => {
      const { unseen } = auditOf((app) => {
        app.use(express.json());
        app.use('/files', express.static('.'));
        app.use('/private', guard(), express.static('.'));
        app.use((_req, _res, next) => {
          next();
        });
      });
      const rows = unseen.map(({ name, path, hasOwnPath, isGuarded }) => {
        return [name, path, hasOwnPath, isGuarded];
      });
      expect(rows).toEqual([
        ['jsonParser', '/', false, false],
        ['serveStatic', '/files', true, false],
        ['serveStatic', '/private', true, true],
        ['', '/', false, false],
      ]);
    });

    it('recognizes a guard of another copy of the package, but no imitation', () => {
      const { routes } = auditOf((app) => {
        const { policy } = guard();
        const imitate = (claimed: object): RequestHandler =>
          Object.assign(pass.bind(undefined), claimed);
        app.get('/copy', imitate({ policy }), answer);
        app.get('/thawed', imitate({ policy: { ...policy } }), answer);
        app.get('/poor', imitate({ policy: Object.freeze({ scope: 'read' }) }), answer);
        app.get(
          '/odd',
          imitate({ policy: Object.freeze({ ...policy, scope: { kind: 'allOf', parts: [] } }) }),
          answer,
        );
        app.get('/named', imitate({ policy: 'required' }), answer);
      });
      const rows = routes.filter(({ impliedByGet }) => !impliedByGet);
      expect(rows.map(({ path, access }) => `${path} ${access}`)).toEqual([
        '/copy guarded',
        '/thawed open',
        '/poor open',
        '/odd open',
        '/named open',
      ]);
    });
  });

  describe('scopes and metadata', () => {
    it('lists declared scopes that no route requires', () => {
      const { scopes } = auditOf((app) => {
        app.get('/a', guard(), answer);
        app.get('/b', api.require({ scope: 'read', atMost: ['read', 'admin'] }), answer);
      });
      expect(scopes).toEqual({
        declared: ['read', 'write', 'admin'],
        unused: ['write', 'admin'],
        undeclared: [],
      });
    });

    it('lists required scopes that are not declared', () => {
      const app = express();
      app.get('/a', guard(), answer);
      expect(auditRoutes(app, { scopes: ['write'] }).scopes).toEqual({
        declared: ['write'],
        unused: ['write'],
        undeclared: ['read'],
      });
      expect(auditRoutes(app).scopes).toEqual({
        declared: undefined,
        unused: [],
        undeclared: [],
      });
    });

    it('compares the mounted metadata with the routes', () => {
      const app = express();
      app.use(api.metadata());
      app.get('/a', guard(), answer);
      const { metadata, scopes, unseen } = auditRoutes(app);
      expect(metadata).toEqual({
        scopesSupported: ['read', 'write', 'admin'],
        missing: [],
        needless: ['write', 'admin'],
      });
      expect(scopes.declared).toEqual(['read', 'write', 'admin']);
      expect(unseen).toEqual([]);
    });

    it('lists missing scopes of metadata without scopes_supported', () => {
      const silent = createResourceServer(SECRET_OPTIONS);
      const app = express();
      app.use(silent.metadata());
      app.get('/a', silent.requireScope('read'), answer);
      expect(silent.auditRoutes(app).metadata).toEqual({
        scopesSupported: undefined,
        missing: ['read'],
        needless: [],
      });
    });

    it('has no metadata when none is mounted', () => {
      expect(auditOf((app) => app.get('/a', guard(), answer)).metadata).toBeUndefined();
    });
  });

  describe('formatAudit', () => {
    it('writes every route and the findings as a table', () => {
      const audit = auditOf((app) => {
        app.use(express.json());
        app.get('/health', declarePublic('the load balancer has no token'), answer);
        app.get('/v1/:id', answer);
        app.get('/v1/me', guard(), answer);
        app.post('/v1', api.require({ scope: 'write', atMost: ['write'] }), answer);
      });
      expect(formatAudit(audit, 'table')).toBe(
        [
          'METHOD     PATH     ACCESS   SCOPES  AT MOST  BY',
          'GET, HEAD  /health  public                    the load balancer has no token',
          'GET, HEAD  /v1/:id  OPEN',
          'GET        /v1/me   guarded  read             requireScope',
          'POST       /v1      guarded  write   write    requirePolicy',
          '',
          '1 of 4 routes is open',
          'GET /v1/me is answered first by GET /v1/:id, so its guards do not run',
          'declared scopes that no route requires: admin',
          'middleware that the audit cannot inspect, assumed to pass requests on: jsonParser',
        ].join('\n'),
      );
    });
  });

  describe('expectAllGuarded', () => {
    it('accepts guards and declarations', () => {
      const app = express();
      app.get('/health', declarePublic('a probe'), answer);
      app.get('/maybe', declarePublic('previews'), api.optionalAccessToken(), answer);
      app.get('/a', guard(), answer);
      expect(() => {
        expectAllGuarded(app);
      }).not.toThrow();
    });

    it('throws with a table of the open routes', () => {
      const app = express();
      app.get('/a', guard(), answer);
      app.get('/forgotten', answer);
      app.delete('/forgotten/:id', answer);
      expect(() => {
        expectAllGuarded(app);
      }).toThrow(
        new Error(
          [
            'routes are open:',
            '',
            'METHOD     PATH            ACCESS',
            'GET, HEAD  /forgotten      OPEN',
            'DELETE     /forgotten/:id  OPEN',
            '',
            "guard them, or declare those that are meant to be open with declarePublic('why')",
          ].join('\n'),
        ),
      );
    });

    it('throws when there are no routes', () => {
      expect(() => {
        expectAllGuarded(express());
      }).toThrow(
        new Error('no routes found: call expectAllGuarded() after all routes are mounted'),
      );
    });
  });
});

describe('auditRoutes of a router that keeps no mount paths, as router 2.0 to 2.2', () => {
  const { express } = EXPRESS_VERSIONS[1];

  /** Removes what router 2.3 added. */
  function removeMountPaths(router: unknown): void {
    const { stack } = router as { stack: Record<string, unknown>[] };
    // A router that is mounted several times is changed once.
    for (const layer of stack.filter((each) => 'rawPath' in each)) {
      const match = Reflect.get(layer, 'match') as (path: string) => { path: string } | false;
      delete layer['rawPath'];
      layer['match'] = (path: string) => {
        const matched = match.call(layer, path);
        layer['path'] = matched === false ? undefined : matched.path;
        return matched !== false;
      };
      const inner = layer['handle'];
      if (typeof inner === 'function' && 'stack' in inner) removeMountPaths(inner);
    }
  }

  function outline(mount: (app: Express) => void, mountPaths?: readonly string[]): string[] {
    const app = express();
    mount(app);
    removeMountPaths(app.router);
    return auditRoutes(app, { mountPaths })
      .routes.filter(({ impliedByGet }) => !impliedByGet)
      .map(({ method, path, access }) => `${method} ${path} ${access}`);
  }

  const mountAll = (app: Express): void => {
    const router = express.Router();
    router.get('/a', answer).get('/b', guard(), answer);
    app.get('/v1/own', answer);
    app.use('/v1', api.requireAccessToken(), router);
    app.use('/t/:tenant', router);
    const inner = express();
    inner.get('/in', answer);
    app.use('/app', inner);
    app.use(api.requireAccessToken());
    app.use('/v2', router);
  };

  it('writes unknown mount paths, and counts no guard that depends on them', () => {
    expect(outline(mountAll)).toEqual([
      'GET /v1/own open',
      'GET /(unknown)/a open',
      'GET /(unknown)/b guarded',
      'GET /(unknown)/a open',
      'GET /(unknown)/b guarded',
      'GET /app/in open',
      'GET /(unknown)/a guarded',
      'GET /(unknown)/b guarded',
    ]);
  });

  it('lists every matching path of mountPaths, and does not assume that they are complete', () => {
    expect(outline(mountAll, ['/v1', '/v2', '/t/:tenant'])).toEqual([
      'GET /v1/own open',
      'GET /v1/a guarded',
      'GET /v1/b guarded',
      'GET /(unknown)/a open',
      'GET /(unknown)/b guarded',
      'GET /t/:tenant/a open',
      'GET /t/:tenant/b guarded',
      'GET /(unknown)/a open',
      'GET /(unknown)/b guarded',
      'GET /app/in open',
      'GET /v2/a guarded',
      'GET /v2/b guarded',
      'GET /(unknown)/a guarded',
      'GET /(unknown)/b guarded',
    ]);
  });

  it('lists a router under each of its mount paths when only one of them is guarded', () => {
    const rows = outline(
      (app) => {
        app.use('/admin', api.requireAccessToken());
        app.use(['/admin', '/open'], express.Router().get('/x', answer));
      },
      ['/admin', '/open'],
    );
    expect(rows).toEqual(['GET /admin/x guarded', 'GET /open/x open', 'GET /(unknown)/x open']);
  });

  it('does not count a guard on an expression', () => {
    const rows = outline((app) => {
      app.use('/v1', api.requireAccessToken());
      app.get('/v1/:id', answer);
      app.use(/^\/v2\/[\w-]+/i, api.requireAccessToken());
      app.get('/v2/:id', answer);
    });
    expect(rows).toEqual(['GET /v1/:id guarded', 'GET /v2/:id open']);
  });
});
