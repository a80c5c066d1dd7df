/** The routes of decisions: the whole declared path, never the requested one. */
import { performance } from 'node:perf_hooks';
import { createResourceServer } from '@scopegate/express';
import type { Application, RequestHandler } from 'express';
import request from 'supertest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const headers = { authorization: `Bearer ${signToken({ scope: 'read' })}` };
const end: RequestHandler = (_req, res) => void res.end();

describe.each(EXPRESS_VERSIONS)('routes of decisions on Express $version', ({ express }) => {
  const api = createResourceServer(SECRET_OPTIONS);

  /** Requests a path with and without a token, and returns the routes of the two decisions. */
  async function routesOf(app: Application, path: string): Promise<readonly unknown[]> {
    const events = listenToDecisions();
    await request(app).get(path).set(headers);
    await request(app).get(path);
    expect(JSON.stringify(events)).not.toContain('4711');
    return events.map(({ route }) => route);
  }

  it.each<[string | RegExp | string[], string, string]>([
    ['/:year', '/4711', '/v1/:tenant/sales/:year'],
    [/^\/ex\w+/, '/exp4711', '/v1/:tenant/sales(/^\\/ex\\w+/)'],
    [['/a', '/b'], '/b', '/v1/:tenant/sales/a, /v1/:tenant/sales/b'],
    ['/', '/', '/v1/:tenant/sales'],
  ])('contain the mount paths of nested routers: %s', async (declared, path, route) => {
    const sales = express.Router().get(declared, api.requireScope('read'), end);
    const tenants = express.Router().use('/:tenant/sales', sales);
    const app = express().use('/v1', tenants);
    const expected = route === '/v1/:tenant/sales' ? ['/v1/:tenant/sales/', route] : [route];
    for (const found of await routesOf(app, `/v1/4711/sales${path}`)) {
      expect(expected).toContain(found);
    }
  });

  it('contain the mount path of an application in an application', async () => {
    const books = express().get('/:id', api.requireScope('read'), end);
    const shop = express().use('/books', books);
    const app = express().use('/shop/:name', shop);
    const route = '/shop/:name/books/:id';
    expect(await routesOf(app, '/shop/4711/books/4711')).toEqual([route, route]);
  });

  it('are where the guard is mounted if it refuses, and otherwise those of the handlers', async () => {
    const app = express();
    app.use('/v1/:tenant', api.requireScope('read'));
    app.get('/v1/:tenant/sales/:id', end);
    const route = '/v1/:tenant/sales/:id';
    expect(await routesOf(app, '/v1/4711/sales/4711')).toEqual([route, '/v1/:tenant/*']);
    expect(await routesOf(app, '/v1/4711/none')).toEqual(['/v1/:tenant/*', '/v1/:tenant/*']);
  });

  it('differ for one guard on several routers', async () => {
    const guard = api.requireScope('read');
    const app = express();
    for (const name of ['sales', 'refunds', 'books', 'users', 'tags']) {
      const router = express.Router().use(guard).get('/:id', end);
      app.use(`/:tenant/${name}`, router);
    }
    app.get('/4711', guard, end);
    expect(await routesOf(app, '/4711/books/4711')).toEqual([
      '/:tenant/books/:id',
      '/:tenant/books/*',
    ]);
    expect(await routesOf(app, '/a4711/none')).toEqual([]);
  });

  it('list a route that is mounted twice, unless the request shows which one it is', async () => {
    const router = express.Router().get('/:id', api.requireScope('read'), end);
    const app = express().use('/v1', router).use('/v2', router);
    expect(await routesOf(app, '/v2/4711')).toEqual(['/v2/:id', '/v2/:id']);
    const twice = express().use(['/v3', '/v4'], router);
    expect(await routesOf(twice, '/v4/4711')).toEqual(['/v4/:id', '/v4/:id']);
  });

  it('belong to the guard that refuses, not to an earlier route that has passed the request on', async () => {
    const app = express();
    app.get('/v1/earlier', (_req, _res, next) => {
      next();
    });
    app.use('/v1', api.requireScope('read'));
    expect((await routesOf(app, '/v1/earlier'))[1]).toBe('/v1/*');
  });

  it('are unknown behind a function that hides its router', async () => {
    const hidden = express().get('/:id', api.requireScope('read'), end);
    const app = express().use('/v1', (req, res, next) => {
      hidden(req, res, next);
    });
    expect(await routesOf(app, '/v1/4711')).toEqual([undefined, undefined]);
  });

  it('are those of a router that was added after the first request', async () => {
    const app = express().use('/v1', express.Router().get('/a', api.requireScope('read'), end));
    expect(await routesOf(app, '/v1/a')).toEqual(['/v1/a', '/v1/a']);
    const added = express.Router().get('/:id', api.requireScope('read'), end);
    app.use('/v2', added);
    // The application is read again at most once a second.
    const inOneSecond = performance.now() + 1_000;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(inOneSecond);
    onTestFinished(() => {
      clock.mockRestore();
    });
    expect(await routesOf(app, '/v2/4711')).toEqual(['/v2/:id', '/v2/:id']);
  });
});
