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
import { SECRET_OPTIONS } from '../../support/secret-tokens.js';

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

describe.each(EXPRESS_VERSIONS)('the route audit on Express $version', ({ express }) => {
  function auditOf(mount: (app: Express) => void): RouteAudit {
    const app = express();
    mount(app);
    return api.auditRoutes(app);
  }

  describe('of what comes first', () => {
    function shadows(mount: (app: Express) => void): unknown[] {
      return auditOf(mount)
        .routes.filter(({ impliedByGet }) => !impliedByGet)
        .map(({ path, shadowedBy }) => [
          path,
          shadowedBy && [shadowedBy.route, shadowedBy.isCertain],
        ]);
    }

    it('names the route that answers in place of one that is guarded', () => {
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

    it('says that one with a handler of unknown habits may answer', () => {
      const found = shadows((app) => {
        app.get('/v1/:id', asyncHandler);
        app.all('/v1/*'.replace('*', ':any'), pass);
        app.get('/v1/me', guard(), answer);
      });
      expect(found.at(-1)).toEqual(['/v1/me', ['GET /v1/:id', false]]);
    });

    it('prefers the one that answers for sure', () => {
      const found = shadows((app) => {
        app.get('/v1/:id', asyncHandler);
        app.all('/v1/:id', answer);
        app.get('/v1/me', guard(), answer);
      });
      expect(found.at(-1)).toEqual(['/v1/me', ['ALL /v1/:id', true]]);
    });

    it('names a function that takes everything beneath a path', () => {
      const found = shadows((app) => {
        app.use('/v1', answer);
        app.get('/v1/me', guard(), answer);
      });
      expect(found).toEqual([
        ['/v1/*', undefined],
        ['/v1/me', ['ALL /v1/*', true]],
      ]);
    });

    it('does not mind a route that takes some of the paths alone', () => {
      const found = shadows((app) => {
        app.get('/v1/me', answer);
        app.get('/v1/:id', guard(), answer);
      });
      expect(found.at(-1)).toEqual(['/v1/:id', undefined]);
    });
  });

  describe('of middleware', () => {
    it('takes a function that answers for a route, and the last of the application for the end of all', () => {
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

    it('names what it cannot look into', () => {
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

    it('knows a guard of another copy of the package, and no pretender', () => {
      const { routes } = auditOf((app) => {
        const { policy } = guard();
        const pretend = (claimed: object): RequestHandler =>
          Object.assign(pass.bind(undefined), claimed);
        app.get('/copy', pretend({ policy }), answer);
        app.get('/thawed', pretend({ policy: { ...policy } }), answer);
        app.get('/poor', pretend({ policy: Object.freeze({ scope: 'read' }) }), answer);
        app.get(
          '/odd',
          pretend({ policy: Object.freeze({ ...policy, scope: { kind: 'allOf', parts: [] } }) }),
          answer,
        );
        app.get('/named', pretend({ policy: 'required' }), answer);
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

  describe('of scopes', () => {
    it('finds declared scopes that no route needs', () => {
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

    it('finds needed scopes that nobody declared', () => {
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

    it('holds the mounted metadata against the routes', () => {
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

    it('finds metadata that keeps the scopes to itself', () => {
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

    it('has nothing to say of metadata that is not mounted', () => {
      expect(auditOf((app) => app.get('/a', guard(), answer)).metadata).toBeUndefined();
    });
  });

  describe('as a table', () => {
    it('shows every route, and what somebody should look at', () => {
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
          'GET /v1/me is answered first by GET /v1/:id, without reaching what guards it',
          'no route needs the declared admin',
          'not looked into, and taken to pass requests on: jsonParser',
        ].join('\n'),
      );
    });
  });

  describe('expectAllGuarded', () => {
    it('is content with guards and marks', () => {
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
            "guard them, or mark those that are meant to be open by declarePublic('why')",
          ].join('\n'),
        ),
      );
    });

    it('throws when there is nothing to be guarded', () => {
      expect(() => {
        expectAllGuarded(express());
      }).toThrow(new Error('there are no routes: audit after they are mounted'));
    });
  });
});

describe('the route audit of a router that keeps no mount paths, as of router 2.0 to 2.2', () => {
  const { express } = EXPRESS_VERSIONS[1];

  /** Takes away what router 2.3 added. */
  function forget(router: unknown): void {
    const { stack } = router as { stack: Record<string, unknown>[] };
    // A router that is mounted several times forgets once.
    for (const layer of stack.filter((each) => 'rawPath' in each)) {
      const match = Reflect.get(layer, 'match') as (path: string) => { path: string } | false;
      delete layer['rawPath'];
      layer['match'] = (path: string) => {
        const matched = match.call(layer, path);
        layer['path'] = matched === false ? undefined : matched.path;
        return matched !== false;
      };
      const inner = layer['handle'];
      if (typeof inner === 'function' && 'stack' in inner) forget(inner);
    }
  }

  function outline(mount: (app: Express) => void, mountPaths?: readonly string[]): string[] {
    const app = express();
    mount(app);
    forget(app.router);
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

  it('says what it does not know, and counts no guard that depends on it', () => {
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

  it('names every mount path that fits, and does not trust the list to be whole', () => {
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

  it('sees a router under each of its mount paths, of which a guard stands on one', () => {
    const rows = outline(
      (app) => {
        app.use('/admin', api.requireAccessToken());
        app.use(['/admin', '/open'], express.Router().get('/x', answer));
      },
      ['/admin', '/open'],
    );
    expect(rows).toEqual(['GET /admin/x guarded', 'GET /open/x open', 'GET /(unknown)/x open']);
  });

  it('does not take an expression for a path that it would know', () => {
    const rows = outline((app) => {
      app.use('/v1', api.requireAccessToken());
      app.get('/v1/:id', answer);
      app.use(/^\/v2\/[\w-]+/i, api.requireAccessToken());
      app.get('/v2/:id', answer);
    });
    expect(rows).toEqual(['GET /v1/:id guarded', 'GET /v2/:id open']);
  });
});
