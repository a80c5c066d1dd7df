import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import {
  auditRoutes,
  createResourceServer,
  declarePublic,
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
    .filter(({ place }) => !place.startsWith('HEAD '))
    .map(({ place, cause }) => `${place}: ${cause}`);
}

describe.each(EXPRESS_VERSIONS)('the route audit on Express $version', ({ version, express }) => {
  const wildcard = version === 4 ? '*' : '*rest';

  it.each<[string, Mount, readonly string[]]>([
    [
      'a guard behind the handler, whatever parameters that takes',
      (app) => {
        app.get('/a', wrapped, guard);
        app.get('/b', pass, guard);
        app.route('/c').get(wrapped).all(guard);
        app.get('/d', guard, wrapped, guard);
      },
      ['GET /a: open', 'GET /b: open', 'GET /c: open'],
    ],
    [
      'a handler in front of the guard of its route, unless a guard stands before both',
      (app) => {
        app.delete('/a/:id', pass, guard, answer);
        app.delete('/declared', declarePublic('it only counts'), pass, guard, answer);
        app.use(guard);
        app.delete('/b/:id', pass, guard, answer);
      },
      ['DELETE /a/:id: early_handler'],
    ],
    [
      'a function that takes everything beneath a path, of which the guard takes the path alone',
      (app) => {
        app.all('/files', guard);
        app.use('/files', answer);
      },
      ['ALL /files/*: open'],
    ],
    [
      'a wildcard in a router, of which the guard takes the path of the router alone',
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
      'an expression that is narrower than the parameter behind it',
      (app) => {
        app.use(/^\/d\/[\w-]+/i, guard);
        app.get('/d/:id', answer);
        app.get('/d/fixed', answer);
      },
      ['GET /d/:id: open'],
    ],
    [
      'an expression that remembers where it left off',
      (app) => {
        app.use(/^\/d/gi, guard);
        app.get('/d', answer);
      },
      ['GET /d: open'],
    ],
    [
      'a guard and a router on the same expression, which let in the same requests',
      (app, { Router }) => {
        app.use(/^\/v\d/, guard, Router().get('/a', answer));
        app.all(/^\/r(\d+)$/, guard);
        app.get(/^\/r(\d+)$/, answer);
      },
      [],
    ],
    [
      'a mark on a route before, which says nothing of what follows',
      (app) => {
        app.get('/:slug', declarePublic('pages'), pass);
        app.get('/admin', answer);
      },
      ['GET /admin: open'],
    ],
    [
      'a mark in a router that requests pass by',
      (app, { Router }) => {
        app.use('/a', Router().use(declarePublic('pages')));
        app.get('/a/b', answer);
        app.use('/c', declarePublic('pages'), Router().get('/d', answer));
      },
      ['GET /a/b: open'],
    ],
    [
      'optional guards, unless they are declared in the route or above it',
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
      'functions that bear the names and members of others',
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
      'a function that is all of a router, and not the one that ends the application',
      (app, { Router }) => {
        app.use('/graphql', Router().use(answer));
        app.use('/in', express().use('/a', guard, answer).use(answer));
        app.get('/a', guard, answer);
        app.use(answer);
      },
      ['ALL /graphql/*: open', 'ALL /in/*: open'],
    ],
    ['a function that is all of an application', (app) => void app.use(answer), ['ALL /*: open']],
    [
      'middleware on a path of its own, and none without one',
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
      'middleware on a list of paths, the root among them',
      (app) => {
        app.use(['/feed', '/'], pass);
        app.get('/a', guard, answer);
      },
      ['pass on /feed: unseen', 'pass: unseen'],
    ],
    [
      'a guard outside of a router with a parameter in its path, which a URL with a fragment evades',
      (app, { Router }) => {
        app.use('/t/:tenant/admin', guard);
        app.use('/t/:tenant', Router().get('/admin', answer));
      },
      ['GET /t/:tenant/admin: open'],
    ],
    [
      'a guard on the path of a router, which two slashes at the end of a URL evade',
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
  ])('sees through %s', (_what, mount, exposures) => {
    expect(exposuresOf(express, mount)).toEqual(exposures);
  });

  it.each([
    ['/t/x/admin', 401],
    ['/t/{/x/admin#', 200],
  ])(
    'is right about guards outside of such a router: %s is answered with %i',
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

describe('the route audit on Express 5', () => {
  const { express } = EXPRESS_VERSIONS[1];

  it('sees through "/" in a list of paths, beneath which it takes nothing', () => {
    const exposures = exposuresOf(express, (app, { Router }) => {
      app.use(['/', '/x'], guard);
      app.use('/', Router().get('/:id', answer));
      app.use(['/v1', '/v2'], guard, Router().get('/a', answer));
    });
    expect(exposures).toEqual(['GET /:id: open']);
  });
});

describe('the route audit on Express 4', () => {
  const { express } = EXPRESS_VERSIONS[0];

  it.each<[string, Mount, readonly string[]]>([
    [
      'a constrained parameter in front of a free one',
      (app) => {
        app.use('/d/:id([a-z0-9-]+)', guard);
        app.get('/d/:id', answer);
      },
      ['GET /d/:id: open'],
    ],
    [
      'a guard on one of the values that a constraint lets in',
      (app) => {
        app.use('/d/1', guard);
        app.get('/d/:id(\\d+)', answer);
        app.all('/e/:x(a|b)', guard);
        app.get('/e/:x(a|b)', answer);
      },
      ['GET /d/:id(\\d+): open'],
    ],
    [
      'two slashes, one of which a mounted router takes along',
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
  ])('sees through %s', (_what, mount, exposures) => {
    expect(exposuresOf(express, mount)).toEqual(exposures);
  });
});
