import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { auditRoutes, createResourceServer, expectAllGuarded } from '@scopegate/express';
import type { Express, IRouter, RequestHandler } from 'express';
import type express5 from 'express';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { openServer } from '../../support/listen.js';

const answer: RequestHandler = (_req, res) => {
  res.end();
};
const api = createResourceServer(SECRET_OPTIONS);
const guard = api.requireAccessToken();

/** Express's types forbid an empty array of paths, but JavaScript allows it. */
const NO_PATHS = [] as unknown as string;

type Mount = (app: Express, express: typeof express5) => void;
/** What is mounted, a URL that reaches it without a token, and the endpoint that the audit must name. */
type Evasion = readonly [url: string, endpoint: string, mount: Mount];

async function statusOf(app: Express, path: string): Promise<number | undefined> {
  const { port } = await openServer(createServer(app));
  const sent = request({ host: '127.0.0.1', port, path, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

function endpointsOf(app: Express): readonly string[] {
  return auditRoutes(app).exposures.map(({ endpoint }) => endpoint);
}

function routerOf(express: typeof express5, path: string): IRouter {
  return express.Router().get(path, answer);
}

const EVASIONS: Readonly<Record<4 | 5, readonly Evasion[]>> = {
  4: [
    ['/y', 'GET /(unknown)', (app) => app.get([], answer)],
    ['/y', 'ALL /(unknown)', (app) => app.all([], answer)],
    ['/y', 'GET /(unknown)', (app) => app.use('/a', guard).get(['/a', NO_PATHS], answer)],
    [
      '/files//x',
      'GET /files/:path(.*)',
      (app) => app.use('/files/:name', guard).get('/files/:path(.*)', answer),
    ],
    [
      '/f/a/b/raw',
      'GET /f/:p(.*)/raw',
      (app) => app.use('/f/:p/raw', guard).get('/f/:p(.*)/raw', answer),
    ],
    [
      '/f/a/b/raw',
      'GET /f/:p([^?]+)/raw',
      (app) => app.use('/f/:p/raw', guard).get('/f/:p([^?]+)/raw', answer),
    ],
    ['/f/', 'GET /f/:x(\\w*)', (app) => app.use('/f/:x', guard).get('/f/:x(\\w*)', answer)],
    [
      '/f//edit',
      'GET /f/:x(\\d*)/edit',
      (app) => app.use('/f/:x', guard).get('/f/:x(\\d*)/edit', answer),
    ],
    [
      '/f//x',
      'GET /f/:p([\\s\\S]*)',
      (app) => app.use('/f/:p', guard).get('/f/:p([\\s\\S]*)', answer),
    ],
    ['/f/a/b', 'GET /f/:p(*)', (app) => app.all('/f/:p', guard).get('/f/:p(*)', answer)],
    [
      '/d/333',
      'GET /d/:id(\\d+)',
      (app) => app.use(['/d/1', '/d/22'], guard).get('/d/:id(\\d+)', answer),
    ],
    [
      '/f/a/b',
      String.raw`GET (/^\/f(?:\/(.(.*)))\/?(?=\/|$)/i)`,
      (app, express) => app.all('/f/:p', guard).use('/f/:p(.*)', routerOf(express, '/')),
    ],
    [
      '/{/xadmin#',
      'GET /:tenant/admin',
      (app, express) => app.use('*/admin', guard).use('/:tenant', routerOf(express, '/admin')),
    ],
    [
      '/{/xsecret#',
      'GET /:tenant/secret',
      (app, express) => app.all('/*/secret', guard).use('/:tenant', routerOf(express, '/secret')),
    ],
    [
      '/a/',
      'GET /a',
      (app, { Router }) => app.use(Router({ strict: true }).all('/a', guard)).get('/a', answer),
    ],
    ['/aa', 'GET /a{1,3}', (app) => app.use('/a', guard).get('/a{1,3}', answer)],
    ['/a', 'GET /a|/b', (app) => app.use('/:x/b', guard).get('/a|/b', answer)],
    ['/a/x', 'GET /a/\\w', (app) => app.use('/a/w', guard).get('/a/\\w', answer)],
    ['/a/bbb/c', 'GET /a/(b*)/c', (app) => app.use('/a/b/c', guard).get('/a/(b*)/c', answer)],
    ['/a/b/z/c', 'GET /a/(b*)/c', (app) => app.use('/a/:x/c', guard).get('/a/(b*)/c', answer)],
    [
      '/ADMIN',
      'ALL /admin/*',
      (app) =>
        app
          .use(/^\/admin\/?(?=\/|$)/, guard)
          .use('/admin', answer)
          .use(answer),
    ],
  ],
  5: [
    [
      '/a{b/xsecret#',
      'GET /a%7Bb/secret',
      (app, express) => app.use('/a%7Bb/secret', guard).use('/a%7Bb', routerOf(express, '/secret')),
    ],
    [
      "/it's/xsecret#",
      'GET /it%27s/secret',
      (app, express) =>
        app.use('/it%27s/secret', guard).use('/it%27s', routerOf(express, '/secret')),
    ],
    [
      '/{/xadmin#',
      'GET /:tenant/admin',
      (app, express) => app.use('/*p/admin', guard).use('/:tenant', routerOf(express, '/admin')),
    ],
    [
      '/{/xadmin#',
      'GET /:tenant/admin',
      (app, express) => app.all('/*p/admin', guard).use('/:tenant', routerOf(express, '/admin')),
    ],
  ],
};

const EVERYWHERE: readonly Evasion[] = [
  [
    '/x',
    'GET /(unknown)',
    (app) => {
      const paths = ['/x'];
      app.get(paths, answer);
      paths.length = 0;
    },
  ],
  [
    '/y',
    'GET /(unknown)',
    (app) => {
      const paths = ['/x', '/y'];
      app.get(paths, answer);
      paths.length = 1;
    },
  ],
  ['/zzz', 'GET /:x', (app) => app.use(/^\/(?!zzz)[^/]+/i, guard).get('/:x', answer)],
  ['/x', 'ALL /x/*', (app) => app.use('/x', Object.assign(answer.bind(undefined), { stack: [] }))],
];

describe.each(EXPRESS_VERSIONS)('auditRoutes on Express $version', ({ version, express }) => {
  it.each([...EVERYWHERE, ...EVASIONS[version]])(
    'names the endpoint that %s reaches without a token: %s',
    async (url, endpoint, mount) => {
      const app = express();
      app.get('/guarded', guard, answer);
      mount(app, express);
      expect(await statusOf(app, url)).toBe(200);
      expect(endpointsOf(app)).toContain(endpoint);
    },
  );
});

describe('auditRoutes on Express 4', () => {
  const { express } = EXPRESS_VERSIONS[0];

  it.each<[string, string]>([
    ['/u', '/u/:id(\\d+)'],
    ['/u', '/u/:path(.*)'],
    ['/u/:id', '/u/:id(\\d+)'],
    ['/u/:id', '/u/:id([0-9a-f-]{36})'],
    ['/u/:id/raw', '/u/:id(\\d+)/raw'],
    ['/', '/u/:path([^?]*)/x'],
    ['/:x', '/a(b|c)?d'],
  ])('counts a guard on %s for %s, because it runs for every request', (outer, path) => {
    const app = express();
    app.use(outer, guard);
    app.get(path, answer);
    expectAllGuarded(app);
  });
});

describe('auditRoutes on Express 5', () => {
  const { express } = EXPRESS_VERSIONS[1];

  it('lists no exposure for an empty array of paths, which matches no request', () => {
    const app = express();
    app.get('/guarded', guard, answer);
    app.get([], answer);
    expectAllGuarded(app);
  });
});
