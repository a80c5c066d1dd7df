import { expectAllGuarded, type Trust } from '@scopegate/express';
import type { TestIssuer, TokenOverrides } from '@scopegate/testing';
import type { Express as Application, RequestHandler } from 'express';
import request, { type Response } from 'supertest';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { showErrors } from '../../../test/support/error-handlers.js';
import { type Express, forEachExpress } from '../../../test/support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../../test/support/test-issuers.js';
import { mountReports } from './claim-checks.js';
import { knownUser } from './known-user.js';
import { createOrdersServer } from './old-body.js';
import { createApp as createAppWithPublicRoutes } from './public-routes.js';
import { exposeAuth } from './req-auth.js';
import { acceptOldField } from './token-source.js';

const audience = 'https://api.example.com';

let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await openIssuer();
});

async function call(app: Application, path: string, token?: TokenOverrides): Promise<Response> {
  const headers = token === undefined ? {} : await bearer(issuer, token);
  return request(app).get(path).set(headers);
}

const showMember =
  (name: 'auth' | 'user'): RequestHandler =>
  (req, res) => {
    res.json({ [name]: (req as unknown as Record<string, unknown>)[name] });
  };

function openOrdersServer(trust: Trust): ReturnType<typeof createOrdersServer> {
  const api = createOrdersServer(trust);
  onTestFinished(() => {
    api.close();
  });
  return api;
}

forEachExpress((express: Express) => {
  describe('exposeAuth', () => {
    it('sets the claims and the header where the old library had them', async () => {
      const api = openApi(issuer.options({ audience }));
      const app = express();
      app.get('/', api.requireAccessToken(), exposeAuth(api), showMember('auth'));
      const { body } = await call(app, '/', { subject: 'ann' });
      expect(body).toMatchObject({ auth: { payload: { sub: 'ann' }, header: { alg: 'ES256' } } });
    });

    it('sets frozen claims, so code that writes to them throws', async () => {
      const api = openApi(issuer.options({ audience }));
      const app = express();
      const write: RequestHandler = (req, res) => {
        const { auth } = req as unknown as { auth: { payload: Record<string, unknown> } };
        expect(() => (auth.payload['role'] = 'admin')).toThrow(TypeError);
        res.end();
      };
      app.get('/', api.requireAccessToken(), exposeAuth(api), write);
      expect((await call(app, '/', {})).status).toBe(200);
    });

    it('sets nothing for an anonymous caller', async () => {
      const api = openApi(issuer.options({ audience }));
      const app = express();
      app.get('/', api.optionalAccessToken(), exposeAuth(api), showMember('auth'));
      expect((await call(app, '/')).body).toEqual({});
    });
  });

  describe('knownUser', () => {
    const find = (given: string, subject: string): Promise<object | undefined> =>
      subject === 'broken'
        ? Promise.reject(new Error('the database is down'))
        : Promise.resolve(given === issuer.issuer && subject === 'ann' ? { id: 7 } : undefined);

    const errors: unknown[] = [];

    function createApp(): Application {
      const api = openApi(issuer.options({ audience }));
      const app = express();
      app.use(api.require({ check: knownUser(find) }));
      app.get('/', showMember('user'));
      app.use(showErrors(errors));
      expectAllGuarded(app);
      return app;
    }

    it('sets the user of the token', async () => {
      const response = await call(createApp(), '/', { subject: 'ann' });
      expect([response.status, response.body]).toEqual([200, { user: { id: 7 } }]);
    });

    it('responds with 403 to a user who is not found', async () => {
      const response = await call(createApp(), '/', { subject: 'bob' });
      expect(response.status).toBe(403);
      expect(response.body).toMatchObject({ error: 'insufficient_scope' });
    });

    it('passes a failure of the database on to the error handlers', async () => {
      const response = await call(createApp(), '/', { subject: 'broken' });
      expect(response.status).toBe(500);
      expect(errors).toEqual([new Error('the database is down')]);
    });
  });

  describe('createOrdersServer', () => {
    it.each<[number, string, Record<string, string>]>([
      [401, 'Invalid token', {}],
      [401, 'Invalid token', { authorization: 'Bearer a b' }],
      [401, 'Invalid token', { authorization: 'Bearer a' }],
    ])('responds with %d and the old body: %s', async (status, error, headers) => {
      const api = openOrdersServer(issuer.options({ audience }));
      const app = express().get('/', api.requireScope('write:orders'));
      const response = await request(app).get('/').set(headers);
      expect([response.status, response.body]).toEqual([status, { error }]);
      expect(response.get('www-authenticate')).toContain('Bearer realm=');
      expect(response.get('cache-control')).toBe('no-store');
    });

    it('responds with 403 and 503 as before, and with their header fields', async () => {
      const api = openOrdersServer(issuer.options({ audience }));
      const app = express().get('/', api.requireScope('write:orders'));
      const forbidden = await call(app, '/', { scope: 'read:orders' });
      expect([forbidden.status, forbidden.body]).toEqual([
        403,
        { error: 'Insufficient permissions' },
      ]);
      expect(forbidden.get('www-authenticate')).toContain('scope="write:orders"');

      const closed = await openIssuer();
      const other = openOrdersServer(closed.options({ audience }));
      const token = await closed.mint();
      await closed.close();
      const cold = express().get('/', other.requireAccessToken());
      const unavailable = await request(cold).get('/').set('authorization', `Bearer ${token}`);
      expect([unavailable.status, unavailable.body]).toEqual([503, { error: 'Try again later' }]);
      expect(unavailable.get('retry-after')).toMatch(/^\d+$/);
    });
  });

  describe('mountReports', () => {
    it.each([
      ['/reports', { org_id: 'acme' }, 200],
      ['/reports', { org_id: 'other' }, 403],
      ['/reports', {}, 403],
      ['/audit', { groups: ['auditors', 'staff', 'eu'] }, 200],
      ['/audit', { groups: 'auditors staff' }, 200],
      ['/audit', { groups: ['auditors'] }, 403],
      ['/audit', { groups: { auditors: true } }, 403],
    ])('guards %s: a token with %j gets %d', async (path, claims, status) => {
      const api = openApi(issuer.options({ audience }));
      const app = express();
      mountReports(app, api, (_req, res) => void res.end());
      expect((await call(app, path, { claims })).status).toBe(status);
    });
  });

  describe('acceptOldField', () => {
    it('accepts a token from another field, and prefers the header', async () => {
      const api = openApi(issuer.options({ audience }));
      const app = express();
      app.use(acceptOldField);
      app.get('/', api.requireAccessToken(), (_req, res) => void res.end());
      const old = { 'x-access-token': await issuer.mint({ audience }) };
      await request(app).get('/').set(old).expect(200);
      await request(app).get('/').set(old).set('authorization', 'Bearer a').expect(401);
      await request(app).get('/').set({ 'x-access-token': 'a b' }).expect(400);
      await request(app).get('/').expect(401);
    });
  });
});

describe('createApp of public-routes', () => {
  it('guards every route that is not declared public, and unknown paths', async () => {
    const app = createAppWithPublicRoutes(openApi(issuer.options({ audience })));
    expectAllGuarded(app);
    const statuses = await Promise.all(
      ['/health', '/orders', '/unknown'].map(async (path) => (await call(app, path)).status),
    );
    expect(statuses).toEqual([200, 401, 401]);
    expect((await request(app).post('/login')).status).toBe(200);
    expect((await call(app, '/orders', {})).status).toBe(200);
    expect((await call(app, '/unknown', {})).status).toBe(404);
  });
});
