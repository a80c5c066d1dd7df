import {
  createAccessTokenVerifier,
  type IssuerOptions,
  type SeveralIssuersOptions,
} from '@scopegate/access-token';
import { createResourceServer, type ResourceServer } from '@scopegate/express';
import { auth0, cognito, entra, keycloak, okta } from '@scopegate/express/providers';
import { type TestIssuer, type TokenOverrides, tokenShapes } from '@scopegate/testing';
import express from 'express';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openApi, openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const tenantId = '11111111-2222-3333-4444-555555555555';
const clientId = 'k1au-client';
const userPoolId = 'eu-central-1_Ab12Cd34E';

const AUTH0 = 'https://tenant.eu.auth0.com/';
const ENTRA_V1 = `https://sts.windows.net/${tenantId}/`;
const ENTRA_V2 = `https://login.microsoftonline.com/${tenantId}/v2.0`;
const OKTA = 'https://example.okta.com/oauth2/default';
const COGNITO = `https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`;
const KEYCLOAK = 'https://login.example.com/realms/sales';

const presets = {
  auth0: auth0({ domain: 'tenant.eu.auth0.com', audience }),
  entra: entra({ tenantId, audience: ['api://abc', 'abc'] }),
  okta: okta({ domain: 'example.okta.com', audience: 'api://default' }),
  cognito: cognito({ userPoolId, clientId }),
  keycloak: keycloak({ serverUrl: 'https://login.example.com', realm: 'sales', audience }),
};

/** Where each vendor publishes its keys, and the metadata that lead there. */
const KEY_PLACES: Readonly<Record<string, string>> = {
  [AUTH0]: `${AUTH0}.well-known/jwks.json`,
  [ENTRA_V1]: `https://login.microsoftonline.com/${tenantId}/discovery/keys`,
  [ENTRA_V2]: `https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`,
  [OKTA]: `${OKTA}/v1/keys`,
  [COGNITO]: `${COGNITO}/.well-known/jwks.json`,
  [KEYCLOAK]: `${KEYCLOAK}/protocol/openid-connect/certs`,
};

/** The vendors' servers: OpenID Connect discovery and keys, and 404 for everything else. */
function vendors(issuer: TestIssuer): typeof fetch {
  return async (target) => {
    const url = target instanceof Request ? target.url : target.toString();
    if (Object.values(KEY_PLACES).includes(url)) {
      return Response.json({ keys: await issuer.publicKeys() });
    }
    const named = Object.keys(KEY_PLACES).find(
      (place) => url === `${place.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    return named === undefined
      ? new Response('', { status: 404 })
      : Response.json({ issuer: named, jwks_uri: KEY_PLACES[named] });
  };
}

function open(issuer: TestIssuer, preset: IssuerOptions | SeveralIssuersOptions): ResourceServer {
  const api = createResourceServer({ ...preset, clock: issuer.clock, fetch: vendors(issuer) });
  onTestFinished(() => {
    api.close();
  });
  return api;
}

/** Claims of RFC 9068 that the vendor does not issue. */
const without = { client_id: undefined, jti: undefined, scope: undefined };
const JWT = { typ: 'JWT' };

interface Shape {
  readonly preset: keyof typeof presets;
  readonly what: string;
  readonly scope?: string;
  readonly token: TokenOverrides;
}

const SHAPES: readonly Shape[] = [
  {
    preset: 'auth0',
    what: 'a user',
    scope: 'read:sales',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: AUTH0,
        sub: 'auth0|123456',
        aud: [audience, `${AUTH0}userinfo`],
        azp: clientId,
        scope: 'openid profile read:sales',
      },
    },
  },
  {
    preset: 'auth0',
    what: 'a machine',
    scope: 'read:sales',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: AUTH0,
        sub: `${clientId}@clients`,
        azp: clientId,
        scope: 'read:sales',
        gty: 'client-credentials',
      },
    },
  },
  { preset: 'auth0', what: 'its profile of RFC 9068', token: { claims: { iss: AUTH0 } } },
  {
    preset: 'entra',
    what: 'a user, version 2',
    scope: 'Sales.Read',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: ENTRA_V2,
        aud: 'abc',
        azp: clientId,
        scp: 'Sales.Read Sales.Write',
        tid: tenantId,
        ver: '2.0',
      },
    },
  },
  {
    preset: 'entra',
    what: 'an application, version 2',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: ENTRA_V2,
        aud: 'abc',
        azp: clientId,
        roles: ['Sales.Read.All'],
        ver: '2.0',
      },
    },
  },
  {
    preset: 'entra',
    what: 'a user, version 1',
    scope: 'Sales.Read',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: ENTRA_V1,
        aud: 'api://abc',
        appid: clientId,
        scp: 'Sales.Read',
        ver: '1.0',
      },
    },
  },
  {
    preset: 'entra',
    what: 'an application, version 1',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: ENTRA_V1,
        aud: 'api://abc',
        appid: clientId,
        roles: ['Sales.Read.All'],
      },
    },
  },
  {
    preset: 'okta',
    what: 'a machine',
    scope: 'sales.read',
    token: {
      header: { typ: undefined },
      claims: {
        ...without,
        iss: OKTA,
        aud: 'api://default',
        cid: clientId,
        scp: ['sales.read'],
        ver: 1,
      },
    },
  },
  {
    preset: 'cognito',
    what: 'a user',
    scope: 'https://api.example.com/read',
    token: {
      header: { typ: undefined },
      claims: {
        iss: COGNITO,
        aud: undefined,
        client_id: clientId,
        token_use: 'access',
        scope: 'openid https://api.example.com/read',
        username: 'ada',
        version: 2,
      },
    },
  },
  {
    preset: 'keycloak',
    what: 'a user',
    scope: 'sales:read',
    token: {
      header: JWT,
      claims: {
        ...without,
        iss: KEYCLOAK,
        aud: [audience, 'account'],
        azp: clientId,
        typ: 'Bearer',
        scope: 'profile sales:read',
        realm_access: { roles: ['user'] },
      },
    },
  },
];

describe('provider presets accept', () => {
  it.each(SHAPES)('a token of $preset for $what', async ({ preset, scope, token }) => {
    const issuer = await openIssuer();
    const api = open(issuer, presets[preset]);
    const explained = await api.explain(await issuer.mint(token), { scope });
    const failed = explained.checks.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toEqual([]);
    expect(explained.verdict).toBe('accepted');
  });

  it('tokens with the client id in the claim of each vendor', async () => {
    const issuer = await openIssuer();
    for (const { preset, token } of SHAPES) {
      const verifier = createAccessTokenVerifier({
        ...presets[preset],
        clock: issuer.clock,
        fetch: vendors(issuer),
      });
      const { clientId: named } = await verifier.verify(await issuer.mint(token));
      verifier.close();
      expect([clientId, 'test-client']).toContain(named);
    }
  });
});

describe('provider presets refuse', () => {
  const cognitoToken = { iss: COGNITO, aud: undefined, client_id: clientId, token_use: 'access' };

  interface Refused {
    readonly what: string;
    readonly preset: keyof typeof presets;
    readonly reason: string;
    readonly claims: Readonly<Record<string, unknown>>;
  }

  it.each<Refused>([
    {
      what: 'another client',
      preset: 'cognito',
      reason: 'audience',
      claims: { ...cognitoToken, client_id: 'other' },
    },
    {
      what: 'no client',
      preset: 'cognito',
      reason: 'audience',
      claims: { ...cognitoToken, client_id: undefined },
    },
    {
      what: 'the right client and a foreign audience',
      preset: 'cognito',
      reason: 'audience',
      claims: { ...cognitoToken, aud: 'https://other.example' },
    },
    {
      what: 'another tenant',
      preset: 'entra',
      reason: 'issuer',
      claims: { iss: ENTRA_V2.replace('1111', '9999') },
    },
    {
      what: 'the default audience',
      preset: 'keycloak',
      reason: 'audience',
      claims: { iss: KEYCLOAK, aud: 'account' },
    },
    {
      what: 'the org authorization server',
      preset: 'okta',
      reason: 'issuer',
      claims: { iss: 'https://example.okta.com', aud: 'api://default' },
    },
    {
      what: 'an issuer without its trailing slash',
      preset: 'auth0',
      reason: 'issuer',
      claims: { iss: AUTH0.slice(0, -1) },
    },
  ])('$what of $preset ($reason)', async ({ preset, reason, claims }) => {
    const issuer = await openIssuer();
    const api = open(issuer, presets[preset]);
    expect(await api.explain(await issuer.mint({ claims }))).toMatchObject({
      verdict: 'refused',
      reason,
    });
  });

  it('an ID token of cognito (typ)', async () => {
    const issuer = await openIssuer();
    const claims = { ...cognitoToken, aud: clientId, token_use: 'id' };
    const explained = await open(issuer, presets.cognito).explain(
      await issuer.mint({ header: JWT, claims }),
    );
    expect(explained).toMatchObject({ verdict: 'refused', reason: 'typ' });
  });

  it('roles of Entra ID as scopes unless scopeClaims names them', async () => {
    const issuer = await openIssuer();
    const claims = { ...without, iss: ENTRA_V2, aud: 'abc', azp: clientId, roles: ['Sales.Read'] };
    const token = await issuer.mint({ header: JWT, claims });
    const scope = 'Sales.Read';
    expect(await open(issuer, presets.entra).explain(token, { scope })).toMatchObject({
      reason: 'scope',
      findings: [{ cause: 'scope_in_other_claim' }],
    });
    const withRoles = open(issuer, { ...presets.entra, scopeClaims: ['scp', 'roles'] });
    expect(await withRoles.explain(token, { scope })).toMatchObject({ verdict: 'accepted' });
  });

  it('a Cognito client that is not among the given ones, on a route', async () => {
    const issuer = await openIssuer();
    const api = open(issuer, presets.cognito);
    const app = express();
    app.get('/', api.requireAccessToken(), (_req, res) => void res.sendStatus(204));
    const ask = async (client: string): Promise<number> => {
      const claims = { ...cognitoToken, client_id: client };
      const token = await issuer.mint({ header: { typ: undefined }, claims });
      const { status } = await request(app).get('/').set('authorization', `Bearer ${token}`);
      return status;
    };
    expect([await ask(clientId), await ask('other')]).toEqual([204, 401]);
  });
});

describe('option audienceClaim', () => {
  it('accepts "aud" and "client_id" only', () => {
    const options = { issuer: 'https://a.example', audience, audienceClaim: 'azp' as 'aud' };
    expect(() => createAccessTokenVerifier(options)).toThrow(
      new TypeError('option "audienceClaim" must be "aud" or "client_id"'),
    );
  });

  it('differs between issuers', async () => {
    const issuer = await openIssuer();
    const keys = { jwks: { keys: await issuer.publicKeys() } };
    const verifier = createAccessTokenVerifier({
      clock: issuer.clock,
      issuers: [
        { issuer: COGNITO, audience: clientId, audienceClaim: 'client_id', ...keys },
        { issuer: issuer.issuer, audience: clientId, ...keys },
      ],
    });
    const claims = { aud: undefined, client_id: clientId };
    const ours = await verifier.verify(await issuer.mint({ claims: { ...claims, iss: COGNITO } }));
    expect(ours.audience).toEqual([clientId]);
    const explained = await verifier.explain(await issuer.mint({ claims }));
    expect(explained).toMatchObject({
      reason: 'audience',
      findings: [{ cause: 'missing_audience' }],
    });
  });
});

describe('principal of the tokens of each vendor', () => {
  // Google issues these tokens to services only.
  const actorOf = (like: string): string => (like === 'google' ? 'client' : 'user');
  const scopes = [undefined, 'sales:read'];

  it.each(
    tokenShapes.flatMap(({ name: like }) =>
      scopes.flatMap((scope) => [
        { like, scope, subject: undefined, principal: 'client' },
        { like, scope, subject: 'ada', principal: actorOf(like) },
      ]),
    ),
  )('$like, subject $subject, scope $scope: $principal', async ({ principal, ...token }) => {
    const issuer = await openIssuer();
    const isCognito = token.like === 'cognito';
    const api = openApi({
      ...issuer.options({ audience: isCognito ? 'test-client' : audience }),
      ...(isCognito && { audienceClaim: 'client_id' }),
    });
    const app = express();
    const answer: express.RequestHandler = (_req, res) => void res.sendStatus(204);
    app.get('/user', api.require({ principal: 'user' }), answer);
    app.get('/client', api.require({ principal: 'client' }), answer);
    const ask = async (path: string): Promise<number> =>
      (await request(app).get(path).set(issuer.bearer(token))).status;
    const asked = { user: await ask('/user'), client: await ask('/client') };
    expect(asked).toEqual({ user: 403, client: 403, [principal]: 204 });
  });
});
