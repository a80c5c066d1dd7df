import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import {
  auditRoutes,
  createResourceServer,
  declarePublic,
  expectAllGuarded,
  type Exposure,
} from '@scopegate/express';
import type { Express, RequestHandler } from 'express';
import type express5 from 'express';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { openServer } from '../../support/listen.js';

const answer: RequestHandler = (_req, res) => {
  res.end();
};
const pass: RequestHandler = function pass(_req, _res, next) {
  next();
};
const wrapped: RequestHandler = (...args) => {
  args[1].end();
};
const api = createResourceServer(SECRET_OPTIONS);
const guard = api.requireAccessToken();
const maybe = api.optionalAccessToken();

type Mount = (app: Express, express: typeof express5) => void;

function exposuresOf(express: typeof express5, mount: Mount): readonly string[] {
  const app = express();
  mount(app, express);
  return describeAll(auditRoutes(app).exposures);
}

function describeAll(exposures: readonly Exposure[]): readonly string[] {
  return exposures
    .filter(({ endpoint }) => !endpoint.startsWith('HEAD '))
    .map(({ endpoint, cause }) => `${endpoint}: ${cause}`);
}

describe.each(EXPRESS_VERSIONS)('auditRoutes on Express $version', ({ version, express }) => {
  const wildcard = version === 4 ? '*' : '*rest';

  it.each<[string, Mount, readonly string[]]>([
    [
      'a guard behind a handler with any number of parameters',
      (app) => {
        app.get('/a', wrapped, guard);
        app.get('/b', pass, guard);
        app.route('/c').get(wrapped).all(guard);
        app.get('/d', guard, wrapped, guard);
      },
      ['GET /a: open', 'GET /b: open', 'GET /c: open'],
    ],
    [
      'a handler before the guard of its route, unless a guard runs before both',
      (app) => {
        app.delete('/a/:id', pass, guard, answer);
        app.delete('/declared', declarePublic('it only counts'), pass, guard, answer);
        app.use(guard);
        app.delete('/b/:id', pass, guard, answer);
      },
      ['DELETE /a/:id: early_handler'],
    ],
    [
      'a function that answers everything beneath a path, behind a guard on the path only',
      (app) => {
        app.all('/files', guard);
        app.use('/files', answer);
      },
      ['ALL /files/*: open'],
    ],
    [
      'a wildcard in a router, behind a guard on the path of the router only',
      (app, { Router }) => {
        app.all('/files', guard);
        app.use('/files', Router().get(version === 4 ? '*' : '{*rest}', answer));
      },
      [`GET /files${version === 4 ? '*' : '{*rest}'}: open`],
    ],
    [
      'guards on the first levels of a wildcard',
      (app) => {
        for (const path of ['/d', '/d/:a', '/d/:a/:b', '/d/:a/:b/:c']) app.all(path, guard);
        app.get(`/d/${wildcard}`, answer);
      },
      [`GET /d/${wildcard}: open`],
    ],
    [
      'a guard on an expression that is narrower than the parameter behind it',
      (app) => {
        app.use(/^\/d\/[\w-]+/i, guard);
        app.get('/d/:id', answer);
        app.get('/d/fixed', answer);
      },
      ['GET /d/:id: open'],
    ],
    [
      'a guard on a stateful expression',
      (app) => {
        app.use(/^\/d/gi, guard);
        app.get('/d', answer);
      },
      ['GET /d: open'],
    ],
    [
      'a guard and a router on the same expression, which match the same requests',
      (app, { Router }) => {
        app.use(/^\/v\d/, guard, Router().get('/a', answer));
        app.all(/^\/r(\d+)$/, guard);
        app.get(/^\/r(\d+)$/, answer);
      },
      [],
    ],
    [
      'declarePublic() in an earlier route, which declares only that route',
      (app) => {
        app.get('/:slug', declarePublic('pages'), pass);
        app.get('/admin', answer);
      },
      ['GET /admin: open'],
    ],
    [
      'declarePublic() in another router',
      (app, { Router }) => {
        app.use('/a', Router().use(declarePublic('pages')));
        app.get('/a/b', answer);
        app.use('/c', declarePublic('pages'), Router().get('/d', answer));
      },
      ['GET /a/b: open'],
    ],
    [
      'optional guards, unless they are declared in the route or before it',
      (app) => {
        app.use(maybe);
        app.delete('/a', answer);
        app.get('/b', declarePublic('previews'), answer);
        app.use('/c', declarePublic('previews'));
        app.get('/c/d', answer);
        app.get('/e', guard, answer);
      },
      ['DELETE /a: optional'],
    ],
    [
      'functions with the names and members of other functions',
      (app, { Router }) => {
        const query: RequestHandler = (_req, res) => void res.end();
        const expressInit: RequestHandler = (_req, res) => void res.end();
        const metadata = { resource: 'users', action: 'list' };
        app.use('/query', query);
        app.use('/init', Router().use('/in', expressInit));
        app.get('/users', Object.assign(wrapped.bind(undefined), { metadata }));
        app.get('/frozen', Object.assign(wrapped.bind(undefined), Object.freeze({ metadata })));
      },
      ['ALL /query/*: open', 'ALL /init/in/*: open', 'GET /users: open', 'GET /frozen: open'],
    ],
    [
      'the only function of a router, but not the fallback of the application',
      (app, { Router }) => {
        app.use('/graphql', Router().use(answer));
        app.use('/in', express().use('/a', guard, answer).use(answer));
        app.get('/a', guard, answer);
        app.use(answer);
      },
      ['ALL /graphql/*: open', 'ALL /in/*: open'],
    ],
    ['the only function of an application', (app) => void app.use(answer), ['ALL /*: open']],
    [
      'middleware that is mounted on a path, but not without one',
      (app, { Router, json, static: files }) => {
        app.use(json());
        app.use('/static', files('.'));
        app.use('/private', guard, files('.'));
        app.use('/css', declarePublic('style'), files('.'));
        app.use('/graphql', Router().use(pass));
        app.use('/v1', Router().use(pass).get('/a', guard, answer));
        app.use(pass);
      },
      ['serveStatic on /static: unseen', 'pass on /graphql: unseen'],
    ],
    [
      'middleware on an array of paths that contains the root',
      (app) => {
        app.use(['/feed', '/'], pass);
        app.get('/a', guard, answer);
      },
      ['pass on /feed: unseen', 'pass: unseen'],
    ],
    [
      'a guard outside a router with a parameter in its path, which a URL with a fragment bypasses',
      (app, { Router }) => {
        app.use('/t/:tenant/admin', guard);
        app.use('/t/:tenant', Router().get('/admin', answer));
      },
      ['GET /t/:tenant/admin: open'],
    ],
    [
      'a guard on the path of a router, which two slashes at the end of a URL bypass',
      (app, { Router }) => {
        app.all('/a', guard);
        app.use('/a', Router().get('/', answer));
      },
      ['GET /a: open'],
    ],
    [
      'a guard in a case-sensitive router before a router that is not',
      (app, { Router }) => {
        app.use(Router({ caseSensitive: true }).use('/v1', guard));
        app.use('/v1', Router({ caseSensitive: true }).get('/a', answer));
      },
      ['GET /v1/a: open'],
    ],
  ])('finds the exposures of %s', (_what, mount, exposures) => {
    expect(exposuresOf(express, mount)).toEqual(exposures);
  });

  it.each<[string, Mount, string]>([
    [
      'that some requests bypass',
      (app) => app.all('/files', guard).use('/files', answer),
      'requireAccessToken does not count because some requests reach the route without it',
    ],
    [
      'on an expression',
      (app) => app.use(/^\/[^/]+/, guard).get('/:id', answer),
      'requireAccessToken does not count because the regular expression in its path may not match every request',
    ],
    [
      'behind an optional one, that some requests bypass',
      (app) => app.use(maybe).all('/files', guard).use('/files', answer),
      'its guard lets requests without a token pass, and requireAccessToken does not count because ' +
        'some requests reach the route without it',
    ],
    [
      'that runs too late',
      (app) => app.delete('/a', pass, guard, answer),
      'pass runs before the guard',
    ],
  ])('gives the reason for a guard %s', (_what, mount, reason) => {
    const app = express();
    mount(app, express);
    const { exposures, routes } = auditRoutes(app);
    expect(exposures[0]?.reason).toBe(reason);
    expect(routes.find(({ exposure }) => exposure !== undefined)?.exposure?.reason).toBe(reason);
    expect(() => {
      expectAllGuarded(app);
    }).toThrow(reason);
  });

  it('accepts an optional guard that its router declares', () => {
    const router = express.Router();
    router.use(maybe, declarePublic('previews'));
    router.get('/a', answer);
    const app = express();
    app.use('/v1', router);
    app.get('/b', maybe, answer);
    const { routes } = auditRoutes(app);
    const rows = routes.map(({ method, path, access, exposure }) => [
      `${method} ${path} ${access}`,
      exposure?.cause,
    ]);
    expect(rows).toEqual([
      ['GET /v1/a optional', undefined],
      ['HEAD /v1/a optional', undefined],
      ['GET /b optional', 'optional'],
      ['HEAD /b optional', 'optional'],
    ]);
  });

  it.each([
    ['/t/x/admin', 401],
    ['/t/{/x/admin#', 200],
  ])(
    'agrees with Express on a guard outside such a router: %s is answered with %i',
    async (path, status) => {
      const app = express();
      app.use('/t/:tenant/admin', guard);
      app.use('/t/:tenant', express.Router().get('/admin', answer));
      const { port } = await openServer(createServer(app));
      const sent = get({ host: '127.0.0.1', port, path, agent: false });
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(status);
    },
  );
});

describe('auditRoutes on Express 5', () => {
  const { express } = EXPRESS_VERSIONS[1];

  it('finds the exposure behind "/" in an array of paths, which matches nothing beneath it', () => {
    const exposures = exposuresOf(express, (app, { Router }) => {
      app.use(['/', '/x'], guard);
      app.use('/', Router().get('/:id', answer));
      app.use(['/v1', '/v2'], guard, Router().get('/a', answer));
    });
    expect(exposures).toEqual(['GET /:id: open']);
  });
});

describe('auditRoutes on Express 4', () => {
  const { express } = EXPRESS_VERSIONS[0];

  it.each<[string, Mount, readonly string[]]>([
    [
      'a guard on a constrained parameter before an unconstrained one',
      (app) => {
        app.use('/d/:id([a-z0-9-]+)', guard);
        app.get('/d/:id', answer);
      },
      ['GET /d/:id: open'],
    ],
    [
      'a guard on one of the values that a constraint allows',
      (app) => {
        app.use('/d/1', guard);
        app.get('/d/:id(\\d+)', answer);
        app.all('/e/:x(a|b)', guard);
        app.get('/e/:x(a|b)', answer);
      },
      ['GET /d/:id(\\d+): open'],
    ],
    [
      'two slashes, one of which a mounted router matches',
      (app, { Router }) => {
        app.use('/v1/admin', guard);
        app.use('/v1', Router().get('/admin', answer));
      },
      ['GET /v1/admin: open'],
    ],
    [
      'the request-target "*"',
      (app) => {
        app.all('/*', guard);
        app.all('*', answer);
      },
      ['ALL *: open'],
    ],
  ])('finds the exposures of %s', (_what, mount, exposures) => {
    expect(exposuresOf(express, mount)).toEqual(exposures);
  });
});
