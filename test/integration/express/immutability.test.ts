import type { Express } from 'express';
import type { VerifiedAccessToken } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

type Attack = (token: VerifiedAccessToken) => unknown;

/** What handlers in plain JavaScript may do to a token that other requests share. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'adds a scope': ({ scopes }) => Set.prototype.add.call(scopes, 'admin'),
  'adds a scope by a method of the set': ({ scopes }) =>
    (Reflect.get(scopes, 'add') as Set<string>['add'])('admin'),
  'clears the scopes': ({ scopes }) => {
    Set.prototype.clear.call(scopes);
  },
  'adds a scope to the set that forEach shows': ({ scopes }) => {
    scopes.forEach((_scope, _same, shown) => Set.prototype.add.call(shown, 'admin'));
  },
  'gives the scopes another has()': ({ scopes }) => Object.assign(scopes, { has: () => true }),
  'defines another has()': ({ scopes }) =>
    Object.defineProperty(scopes, 'has', { value: () => true }),
  'gives the scopes another size': ({ scopes }) => Reflect.set(scopes, 'size', 7),
  'gives the scopes another prototype': ({ scopes }) => {
    Object.setPrototypeOf(scopes, { has: () => true });
  },
  'replaces the scopes': (token) => Object.assign(token, { scopes: new Set(['admin']) }),
  'replaces the principal': (token) => Reflect.set(token, 'principal', 'user'),
  'removes the expiry': (token) => Reflect.deleteProperty(token, 'expiresAt'),
  'sets a claim': ({ claims }) => Object.assign(claims, { scope: 'admin', sub: 'root' }),
  'removes a claim': ({ claims }) => Reflect.deleteProperty(claims, 'exp'),
  'adds to a claim inside a claim': ({ claims }) =>
    Object.assign(claims['profile'] as object, { role: 'admin' }),
  'adds to a list inside a claim': ({ claims }) =>
    (claims['groups'] as string[][])[0]?.push('admins'),
  'adds an audience': ({ audience }) => (audience as string[]).push('https://other.example'),
  'empties the audience': ({ audience }) => Reflect.set(audience, 'length', 0),
  'adds an audience to the claim': ({ claims }) => (claims.aud as string[]).push('other'),
  'sets a header parameter': ({ header }) => Object.assign(header, { alg: 'none' }),
  'gives the token another prototype': (token) => {
    Object.setPrototypeOf(token, { scopes: new Set(['admin']) });
  },
};

describe.each(EXPRESS_VERSIONS)('a handler on Express $version', ({ express }) => {
  let issuer: TestIssuer;
  let reader: Record<string, string>;

  beforeEach(async () => {
    issuer = await openIssuer();
    reader = await bearer(issuer, {
      scope: 'read',
      audience: ['https://api.example.com', 'sales-api'],
      claims: { groups: [['staff']], profile: { role: 'clerk' } },
    });
  });

  function appWith(attack: Attack, claims?: 'checked'): Express {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => ({ value: structuredClone(value) as object }),
      },
    } as const;
    const api = openApi({ ...issuer.options(), claims: claims && schema });
    const app = express();
    app.post('/attack', api.requireScope('read'), (req, res) => {
      try {
        attack(api.accessToken(req) as VerifiedAccessToken); // the schema copies the claims
      } catch (error) {
        // Writing to a frozen object is expected to throw.
        if (!(error instanceof TypeError)) throw error;
      }
      res.end();
    });
    app.get('/token', api.requireScope('read'), (req, res) => {
      const { scopes, ...token } = api.accessToken(req);
      res.json({ ...token, scopes: [...scopes], size: scopes.size, admin: scopes.has('admin') });
    });
    app.get('/admin', api.requireScope('admin'), (_req, res) => void res.json({}));
    app.get('/users', api.require({ principal: 'user' }), (_req, res) => void res.json({}));
    return app;
  }

  it.each(Object.entries(ATTACKS))(
    'that %s changes nothing for the next request',
    async (_what, attack) => {
      for (const app of [appWith(attack), appWith(attack, 'checked')]) {
        const events = listenToDecisions();
        const before = await request(app).get('/token').set(reader);
        expect(before.body).toMatchObject({ scopes: ['read'], size: 1, admin: false });
        await request(app).post('/attack').set(reader).expect(200);
        const after = await request(app).get('/token').set(reader);
        expect(after.body).toEqual(before.body);
        expect((await request(app).get('/admin').set(reader)).status).toBe(403);
        expect((await request(app).get('/users').set(reader)).status).toBe(403);
        // All requests after the first one used the cached token.
        const cached = Array.from({ length: 4 }, () => 'cache');
        expect(events.map(({ source }) => source)).toEqual(['verification', ...cached]);
      }
    },
  );
});
