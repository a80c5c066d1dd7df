import cors from '@fastify/cors';
import {
  anyOf,
  auditRoutes,
  declarePublic,
  expectAllGuarded,
  formatAudit,
  type Guard,
  watchRoutes,
} from '@scopegate/fastify';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { openApi, openApp, tokenWith } from './open-app.js';

const handler = (): string => 'answer';
const early = (_request: unknown, _reply: unknown, done: () => void): void => {
  done();
};

function watched(): FastifyInstance {
  return watchRoutes(openApp());
}

/** Method, path, access and guards of every route. */
async function rowsOf(app: FastifyInstance): Promise<readonly unknown[]> {
  await app.ready();
  return auditRoutes(app).routes.map(({ method, path, access, guards }) =>
    [method, path, access, ...guards].join(' '),
  );
}

describe('auditRoutes() on Fastify', () => {
  it('counts the guards of a route', async () => {
    const api = openApi();
    const app = watched();
    app.get('/sales/:id', { onRequest: api.requireScope('read') }, handler);
    app.post('/sales', { onRequest: [api.requireAccessToken(), api.requireScope('a')] }, handler);
    app.get('/news', { onRequest: api.optionalAccessToken() }, handler);
    app.put('/late', { preHandler: api.requireScope('write') }, handler);
    app.all('/all', { onRequest: api.requireAccessToken() }, handler);
    app.route({ method: ['PUT', 'PATCH'], url: '/both', handler });
    app.get('/health', { onRequest: declarePublic('a probe'), exposeHeadRoute: false }, handler);
    expect(await rowsOf(app)).toEqual([
      'GET /sales/:id guarded requireScope',
      'HEAD /sales/:id guarded requireScope',
      'POST /sales guarded requireAccessToken requireScope',
      'GET /news optional optionalAccessToken',
      'HEAD /news optional optionalAccessToken',
      'PUT /late guarded requireScope',
      'ALL /all guarded requireAccessToken',
      'PUT /both open',
      'PATCH /both open',
      'GET /health public',
    ]);
    expect(auditRoutes(app).exposures).toEqual([
      { endpoint: 'GET /news', cause: 'optional', reason: 'its guard lets requests without a token pass' }, // prettier-ignore
      { endpoint: 'HEAD /news', cause: 'optional', reason: 'its guard lets requests without a token pass' }, // prettier-ignore
      { endpoint: 'PUT /both', cause: 'open', reason: 'no guard runs before its handlers' },
      { endpoint: 'PATCH /both', cause: 'open', reason: 'no guard runs before its handlers' },
    ]);
  });

  it('counts guardAll() exactly where Fastify runs the guard', async () => {
    const api = openApi();
    const app = watched();
    await app.register((before, _options, done) => {
      before.get('/before', handler);
      done();
    });
    await app.register((guarded, _options, done) => {
      guarded.get('/earlier', handler);
      api.guardAll(guarded, api.requireAccessToken());
      guarded.get('/later', { onRequest: api.requireScope('read') }, handler);
      guarded.register(
        (inner, _inner, ready) => {
          inner.get('/', handler);
          ready();
        },
        { prefix: '/inner' },
      );
      done();
    });
    app.get('/own', handler);
    await app.ready();
    const { routes } = auditRoutes(app);
    const claimed = routes.map(({ method, path, access }) => [method, path, access]);
    expect(routes.filter(({ impliedByGet }) => !impliedByGet)).toHaveLength(5);
    for (const [method = '', path = '', access] of claimed) {
      const { statusCode } = await app.inject({ method: method as 'GET', url: path });
      expect([method, path, statusCode]).toEqual([method, path, access === 'guarded' ? 401 : 200]);
    }
    expect(routes.find(({ path }) => path === '/later')?.guards).toEqual([
      'requireAccessToken',
      'requireScope',
    ]);
  });

  it('does not count a guard that addHook() has added', async () => {
    const api = openApi();
    const app = watched();
    app.addHook('onRequest', api.requireAccessToken());
    app.get('/', { exposeHeadRoute: false }, handler);
    expect(await rowsOf(app)).toEqual(['GET / open']);
  });

  it('reports hooks of a route in front of its guard, unless an instance is guarded', async () => {
    const api = openApi();
    const app = watched();
    const onRequest = [early, api.requireScope('read')];
    app.post('/early', { onRequest }, handler);
    app.post('/declared', { onRequest: [declarePublic('limits'), ...onRequest] }, handler);
    await app.register((v1, _options, done) => {
      api.guardAll(v1, api.requireAccessToken());
      v1.post('/inner', { onRequest }, handler);
      done();
    });
    await app.ready();
    const { routes, exposures } = auditRoutes(app);
    expect(routes.map(({ earlyHandlers }) => earlyHandlers)).toEqual([['early'], ['early'], []]);
    expect(exposures).toEqual([
      { endpoint: 'POST /early', cause: 'early_handler', reason: 'early runs before the guard' },
    ]);
  });

  it('reports a preParsing hook in front of a guard that is a later hook', async () => {
    const api = openApi();
    const app = watched();
    const preParsing = (_request: unknown, _reply: unknown, payload: unknown): unknown => payload;
    app.post('/', { preParsing, preHandler: api.requireScope('read') } as object, handler);
    await app.ready();
    expect(auditRoutes(app).exposures).toEqual([
      { endpoint: 'POST /', cause: 'early_handler', reason: 'preParsing runs before the guard' },
    ]);
  });

  it('compares the scopes of routes, options and metadata', async () => {
    const api = openApi({ scopes: ['read', 'write', 'admin'] });
    const app = watched();
    await app.register(api.metadata({ scopes_supported: ['read', 'admin'] }));
    app.post('/', { onRequest: api.require({ scope: anyOf('read', 'write') }) }, handler);
    await app.ready();
    const { routes, scopes, metadata } = api.auditRoutes(app);
    expect(routes).toHaveLength(1);
    expect(scopes.unused).toEqual(['admin']);
    expect([metadata?.missing, metadata?.needless]).toEqual([['write'], ['admin']]);
  });

  it('reports a route that copies the config of the metadata', async () => {
    const api = openApi();
    const app = watched();
    let config = {};
    app.addHook('onRoute', (route) => {
      config = { ...config, ...route.config };
    });
    await app.register(api.metadata());
    app.post('/copy', { config }, handler);
    expect(await rowsOf(app)).toEqual(['POST /copy open']);
  });

  it('ignores routes of plugins that the options name', async () => {
    const app = watched();
    await app.register(cors);
    await app.ready();
    expect(auditRoutes(app).exposures.map(({ endpoint }) => endpoint)).toEqual(['OPTIONS *']);
    const { routes, exposures } = auditRoutes(app, { ignoreRoutes: ['OPTIONS *'] });
    expect([routes[0]?.access, exposures]).toEqual(['public', []]);
    expect(() => auditRoutes(app, { ignoreRoutes: ['OPTIONS /'] })).toThrow(
      new TypeError(
        'option "ignoreRoutes" must name routes that would be exposed; remove "OPTIONS /"; did you mean "OPTIONS *"?',
      ),
    );
    expect(() => auditRoutes(app, { ignored: [] } as object)).toThrow(/"ignored"/);
  });
});

describe('ignoreRoutes on Fastify', () => {
  it('names a route with the HEAD that it implies, and keeps its access', async () => {
    const app = watched();
    app.get('/news', { onRequest: openApi().optionalAccessToken() }, handler);
    await app.ready();
    expect(auditRoutes(app).exposures).toHaveLength(2);
    const { routes, exposures } = auditRoutes(app, { ignoreRoutes: ['GET /news'] });
    expect(routes.map(({ method, access }) => [method, access])).toEqual([
      ['GET', 'optional'],
      ['HEAD', 'optional'],
    ]);
    expect(exposures).toEqual([]);
  });
});

describe('watchRoutes()', () => {
  it('refuses an application that has routes, because they would be missing', () => {
    const app = openApp();
    app.get('/', handler);
    expect(() => watchRoutes(app)).toThrow(
      new TypeError(
        'watchRoutes() must be called before any route is declared; call it directly after the application is created',
      ),
    );
  });

  it('refuses an application whose plugins have routes', async () => {
    const app = openApp();
    await app.register((v1, _options, done) => {
      v1.delete('/v1', handler);
      done();
    });
    expect(() => watchRoutes(app)).toThrow(TypeError);
  });

  it('returns the application, and watches it once', async () => {
    const app = watched();
    expect(watchRoutes(app)).toBe(app);
    app.post('/', handler);
    expect(watchRoutes(app)).toBe(app);
    expect(await rowsOf(app)).toEqual(['POST / open']);
  });

  it('watches the routes of a plugin alone', async () => {
    const app = openApp();
    app.post('/outer', handler);
    let plugin = app;
    await app.register((v1, _options, done) => {
      // The plugin shares the router of the application.
      expect(() => watchRoutes(v1)).toThrow(TypeError);
      plugin = v1;
      done();
    });
    await app.ready();
    expect(() => auditRoutes(plugin)).toThrow(TypeError);
  });

  it('must have been called before an audit, and the application must be ready', async () => {
    expect(() => auditRoutes(openApp())).toThrow(
      new TypeError(
        'the routes of this application are not watched; call watchRoutes(app) before they are declared',
      ),
    );
    const app = watched();
    expect(() => {
      expectAllGuarded(app);
    }).toThrow(
      new TypeError(
        'the routes of this application are not complete; await app.ready() before the audit',
      ),
    );
    await app.ready();
    expect(() => {
      expectAllGuarded(app);
    }).toThrow(/^no routes found/);
  });
});

describe('guardAll() on Fastify', () => {
  it('refuses anything but a guard', () => {
    const api = openApi();
    const uncalled: unknown = Reflect.get(api, 'requireAccessToken');
    for (const given of [early, uncalled, undefined, declarePublic('why')]) {
      expect(() => {
        api.guardAll(openApp(), given as Guard);
      }).toThrow(/^the second argument of guardAll\(\) must be a guard/);
    }
  });

  it('runs the guard once on each request', async () => {
    const api = openApi();
    const app = openApp();
    let checks = 0;
    const check = { name: 'count', test: () => (checks += 1) > 0 };
    api.guardAll(app, api.require({ check }));
    app.get('/', handler);
    expect((await app.inject({ url: '/', headers: tokenWith('') })).body).toBe('answer');
    expect(checks).toBe(1);
  });
});

describe('declarePublic() on Fastify', () => {
  it('passes every request on, and needs a reason', async () => {
    const app = openApp();
    app.get('/', { onRequest: declarePublic(' a probe ') }, handler);
    expect((await app.inject('/')).body).toBe('answer');
    expect(declarePublic(' a probe ').publicReason).toBe('a probe');
    expect(() => declarePublic(' ')).toThrow(TypeError);
  });
});

describe('formatAudit() and expectAllGuarded() on Fastify', () => {
  async function open(): Promise<FastifyInstance> {
    const api = openApi();
    const app = watched();
    app.get('/sales/:id', { onRequest: api.requireScope('read') }, handler);
    app.get('/files/*', { onRequest: declarePublic('style sheets') }, handler);
    app.post('/sales', handler);
    await app.ready();
    return app;
  }

  it('write and assert the audit as for Express', async () => {
    const app = await open();
    const table = [
      'METHOD     PATH        ACCESS   SCOPES  BY',
      'GET, HEAD  /sales/:id  guarded  read    requireScope',
      'GET, HEAD  /files/*    public           style sheets',
      'POST       /sales      OPEN',
    ];
    const audit = auditRoutes(app);
    expect(formatAudit(audit, 'table').split('\n')).toEqual([
      ...table,
      '',
      '1 of 3 routes is open',
    ]);
    expect(JSON.parse(formatAudit(audit, 'json'))).toEqual(JSON.parse(JSON.stringify(audit)));
    expect(() => {
      expectAllGuarded(app);
    }).toThrow(
      new Error(
        [
          'routes are open:',
          'METHOD  PATH    ACCESS',
          'POST    /sales  OPEN',
          "guard them, or declare those that are meant to be open with declarePublic('why')",
        ]
          .join('\n\n')
          .replace('ACCESS\n\n', 'ACCESS\n'),
      ),
    );
    expect(() => {
      expectAllGuarded(app, { ignoreRoutes: ['POST /sales'] });
    }).not.toThrow();
  });

  it('write the security of OpenAPI operations', async () => {
    const audit = auditRoutes(await open());
    expect(JSON.parse(formatAudit(audit, 'openapi'))).toEqual({
      paths: {
        '/sales/{id}': {
          get: { security: [{ accessToken: ['read'] }], 'x-scopegate-access': 'guarded' },
        },
        '/files/{wildcard}': { get: { security: [], 'x-scopegate-access': 'public' } },
        '/sales': { post: { security: [], 'x-scopegate-access': 'open' } },
      },
    });
  });
});
