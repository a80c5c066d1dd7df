import { createServer, type Server } from 'node:http';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import * as providers from '@scopegate/express/providers';
import {
  assertProtected,
  type BearerHeaders,
  createTestIssuer,
  type ForgeryName,
  opaqueTokenShapes,
  type TestIssuer,
  type TokenShapeName,
  tokenShapes,
} from '@scopegate/testing';
import express5, { type Application, type RequestHandler } from 'express';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Express, forEachExpress } from '../../support/express-versions.js';
import { listen } from '../../support/listen.js';

const audience = 'https://api.example.com';
const tenantId = '11111111-2222-3333-4444-555555555555';
const clientId = 'nightly-report';
const scope = 'read:analytics';

/** What a handler reads from a token. */
interface Caller {
  readonly client: string | null;
  readonly principal: 'client' | 'user' | 'unknown';
  readonly scopes: readonly string[];
}

interface Row {
  readonly preset: keyof typeof providers;
  readonly options: Parameters<typeof createResourceServer>[0];
  readonly like: TokenShapeName;
  readonly issuer: string;
  /** The caller of a client's token, or of an anonymous user's where the server has no clients. */
  readonly ofClient: Caller;
  readonly ofUser: Caller;
}

const CLIENT: Caller = { client: clientId, principal: 'client', scopes: [scope] };
const USER: Caller = { client: clientId, principal: 'user', scopes: [scope] };
const UNKNOWN: Caller = { client: clientId, principal: 'unknown', scopes: [scope] };
const UNNAMED: Caller = { ...UNKNOWN, client: null };

const auth0 = providers.auth0({ domain: 'tenant.eu.auth0.com', audience });
const entra = providers.entra({ tenantId, audience });
const serverUrl = 'https://login.example.com';
const keycloak = providers.keycloak({ serverUrl, realm: 'sales', audience });
const firebase = providers.firebase({ projectId: 'sales-12345' });
const supabase = providers.supabase({ projectRef: 'abcdefghijklmnopqrst' });
const okta = providers.okta({ domain: 'example.okta.com', audience });
const cognito = providers.cognito({ userPoolId: 'eu-central-1_Ab12Cd34E', clientId });
const spring = providers.springAuthorizationServer({ issuer: serverUrl, audience });
const duende = providers.duende({ issuer: 'https://duende.example.com', audience });
const ping = providers.ping({ environmentId: tenantId, audience, domain: 'auth.pingone.eu' });
const zitadel = providers.zitadel({ domain: 'zitadel.example.com', projectId: '692342378107' });
const authentik = providers.authentik({ serverUrl, applicationSlug: 'sales', clientId });

const throughOauthServer: Caller = { ...USER, client: expect.stringMatching(/^[-0-9a-f]{36}$/) };
const byKeycloak = { scopes: ['email', 'profile', scope] };

const ROWS: readonly Row[] = [
  { preset: 'auth0', like: 'auth0', options: auth0, ofClient: CLIENT, ofUser: USER },
  { preset: 'auth0', like: 'auth0Rfc9068', options: auth0, ofClient: CLIENT, ofUser: USER },
  { preset: 'okta', like: 'okta', options: okta, ofClient: CLIENT, ofUser: USER },
  { preset: 'cognito', like: 'cognito', options: cognito, ofClient: CLIENT, ofUser: USER },
  ...(['keycloak', 'keycloak24'] as const).map((like) => ({
    preset: 'keycloak' as const,
    like,
    options: keycloak,
    ofClient: { ...CLIENT, ...byKeycloak },
    ofUser: { ...USER, ...byKeycloak },
  })),
  {
    preset: 'firebase',
    like: 'firebase',
    options: firebase,
    ofClient: { ...UNNAMED, scopes: [] },
    ofUser: { ...UNNAMED, scopes: [] },
  },
  {
    preset: 'supabase',
    like: 'supabase',
    options: supabase,
    ofClient: throughOauthServer,
    ofUser: throughOauthServer,
  },
  {
    preset: 'springAuthorizationServer',
    like: 'springAuthorizationServer',
    options: spring,
    ofClient: UNNAMED,
    ofUser: UNNAMED,
  },
  { preset: 'duende', like: 'duende', options: duende, ofClient: UNKNOWN, ofUser: USER },
  { preset: 'ping', like: 'ping', options: ping, ofClient: UNKNOWN, ofUser: USER },
  {
    preset: 'zitadel',
    like: 'zitadel',
    options: zitadel,
    ofClient: { ...UNKNOWN, scopes: [] },
    ofUser: { ...UNKNOWN, scopes: [] },
  },
  {
    preset: 'authentik',
    like: 'authentik',
    options: authentik,
    ofClient: { ...UNKNOWN, scopes: [] },
    ofUser: { ...USER, scopes: [] },
  },
].map((row) => ({ ...row, issuer: row.options.issuer }) as Row);

// Entra ID has an issuer for each version of its tokens, and gives applications roles instead of scopes.
const ENTRA_ROWS = entra.issuers.map(({ issuer }, index) => ({
  preset: 'entra' as const,
  like: index === 0 ? ('entraV2' as const) : ('entraV1' as const),
  options: entra,
  issuer,
  ofClient: { ...CLIENT, scopes: [] },
  ofUser: USER,
}));

const ALL_ROWS: readonly Row[] = [...ROWS, ...ENTRA_ROWS];

/** Imitates the server of a row. */
function imitate({ like, issuer }: Row): Promise<TestIssuer> {
  const isFixed = like === 'firebase' || like === 'supabase';
  const named = like === 'zitadel' ? '692342378107' : audience;
  return createTestIssuer({
    alg: like === 'firebase' ? 'RS256' : 'ES256',
    like,
    issuer,
    clientId,
    ...(!isFixed && { audience: named }),
  });
}

function mount(express: Express, api: ResourceServer): Application {
  const app = express();
  const answer: RequestHandler = (_req, res) => void res.sendStatus(204);
  app.get('/caller', api.requireAccessToken(), (req, res) => {
    const { clientId: client = null, principal, scopes } = api.accessToken(req);
    res.json({ client, principal, scopes: [...scopes] });
  });
  app.get('/scope', api.requireScope(scope), answer);
  app.get('/user', api.require({ principal: 'user' }), answer);
  app.get('/client', api.require({ principal: 'client' }), answer);
  return app;
}

forEachExpress((express) => {
  describe.each(ALL_ROWS)('preset $preset with tokens like $like', (row) => {
    let issuer: TestIssuer;
    let server: Server;
    let url: URL;

    beforeAll(async () => {
      issuer = await imitate(row);
      const { fetch, clock } = issuer;
      const api = createResourceServer({ ...row.options, fetch, clock });
      server = createServer(mount(express, api));
      url = await listen(server);
    });

    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    const ask = (path: string, headers: BearerHeaders): Promise<Response> =>
      fetch(new URL(path, url), { headers });

    it.each([
      { of: 'a client', subject: undefined, expected: row.ofClient },
      { of: 'a user', subject: 'ann', expected: row.ofUser },
    ])('accepts the token of $of', async ({ subject, expected }) => {
      const headers = issuer.bearer({ subject, scope });
      const response = await ask('/caller', headers);
      expect({ status: response.status, body: await response.json() }).toEqual({
        status: 200,
        body: expected,
      });
      const statuses = await Promise.all(
        ['/scope', '/client', '/user'].map(async (path) => (await ask(path, headers)).status),
      );
      expect(statuses).toEqual([
        expected.scopes.includes(scope) ? 204 : 403,
        expected.principal === 'client' ? 204 : 403,
        expected.principal === 'user' ? 204 : 403,
      ]);
    });

    it.each<ForgeryName>([
      'wrongAudience',
      'lookalikeAudience',
      'idToken',
      'logoutToken',
      'refreshToken',
      'expired',
      'foreignKey',
      'issuerWithSlash',
    ])('refuses a forged token: %s', async (forgery) => {
      for (const subject of [undefined, 'ann']) {
        const { status, headers } = await ask(
          '/caller',
          issuer.bearer[forgery]({ subject, scope }),
        );
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
      }
    });
  });
});

describe('provider presets', () => {
  const SPRING = ALL_ROWS.filter(({ like }) => like === 'springAuthorizationServer');

  it.each(SPRING)(
    'refuse ID tokens for the client, with and without "nonce": $like',
    async (row) => {
      const issuer = await imitate(row);
      const { fetch, clock } = issuer;
      const verifier = createAccessTokenVerifier({ ...row.options, fetch, clock });
      onTestFinished(() => {
        verifier.close();
      });
      const claims = { aud: clientId, azp: clientId, sid: 's1', nbf: undefined };
      for (const nonce of ['n1', undefined]) {
        const token = await issuer.mint({ subject: 'ann', claims: { ...claims, nonce } });
        await expect(verifier.verify(token)).rejects.toMatchObject({
          reason: nonce === undefined ? 'audience' : 'typ',
        });
      }
    },
  );

  it.each(ALL_ROWS)('refuse the tokens of all other servers: $preset, $like', async (row) => {
    const issuer = await imitate(row);
    const { fetch, clock } = issuer;
    const verifier = createAccessTokenVerifier({ ...row.options, fetch, clock });
    onTestFinished(() => {
      verifier.close();
    });
    await verifier.verify(await issuer.mint({ subject: 'ann', scope }));
    for (const { like, issuer: iss } of ALL_ROWS.filter(({ preset }) => preset !== row.preset)) {
      const token = await issuer.mint({ like, subject: 'ann', scope, claims: { iss } });
      await expect(verifier.verify(token)).rejects.toMatchObject({
        reason: expect.stringMatching(/^(issuer|typ)$/) as unknown, // the kind of token is checked first
      });
    }
  });

  it.each(ALL_ROWS)('protect every route, by $preset with tokens like $like', async (row) => {
    const issuer = await imitate(row);
    const { fetch, clock } = issuer;
    const api = createResourceServer({ ...row.options, fetch, clock });
    onTestFinished(() => {
      api.close();
    });
    const report = await assertProtected(mount(express5, api), api, {
      issuer,
      forgeries: ['idToken', 'wrongAudience'],
    });
    expect(report).toMatchObject({ skipped: [] });
    const paths = report.routes.filter((route) => route.startsWith('GET '));
    expect(paths).toEqual(['GET /caller', 'GET /scope', 'GET /user', 'GET /client']);
  });

  it('are all tested with the tokens of their servers', () => {
    const tested = new Set(ALL_ROWS.map(({ preset }) => preset));
    // opaque-presets.test.ts has a test for each of the others.
    const opaque = opaqueTokenShapes.map(({ name }) => name);
    expect([...tested, ...opaque].sort()).toEqual(Object.keys(providers).sort());
    const shapes = tokenShapes.map(({ name }) => name).filter((name) => name !== 'google');
    expect(ALL_ROWS.map(({ like }) => like).sort()).toEqual([...shapes].sort());
  });
});
