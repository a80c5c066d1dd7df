import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import {
  type AudienceClaim,
  createAccessTokenVerifier,
  type Finding,
  type FindingCause,
  type TypPolicy,
} from '@scopegate/access-token';
import type { TestIssuer, TokenOverrides } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';

const audience = 'https://api.example.com';
const tenant = '11111111-2222-3333-4444-555555555555';
const AUTH0 = 'https://tenant.eu.auth0.com/';
const COGNITO = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab1';
const KEYCLOAK = 'https://login.example.com/realms/sales';
const ENTRA_V1 = `https://sts.windows.net/${tenant}/`;
const ENTRA_V2 = `https://login.microsoftonline.com/${tenant}/v2.0`;

/** A set-up and the token that comes with it. */
interface SetUp {
  readonly what: string;
  readonly causes: readonly FindingCause[];
  /** What the resource server trusts. @defaultValue the issuer that mints */
  readonly trusts?: string;
  readonly expects?: string;
  readonly typ?: TypPolicy;
  readonly audienceClaim?: AudienceClaim;
  readonly maxLifetimeSeconds?: number;
  readonly scope?: string;
  /** @defaultValue those of the issuer that mints */
  readonly keys?: () => readonly object[];
  readonly mint?: TokenOverrides;
  /** Claims that need the time, seconds since the epoch. */
  readonly claimsAt?: (now: number) => Readonly<Record<string, unknown>>;
  /** What is done to the token on its way. */
  readonly send?: (token: string) => string;
}

/** Octets that look like random ones, the same in each run. */
const octets = (outputLength: number): Buffer =>
  createHash('shake256', { outputLength }).update('opaque').digest();

const jwe = (header: object): string => {
  const part = (bytes: number): string => octets(bytes).toString('base64url');
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  return [protectedHeader, '', part(12), part(80), part(16)].join('.');
};

const hs256 = (token: string): string => {
  const header = Buffer.from('{"typ":"at+jwt","alg":"HS256"}').toString('base64url');
  const input = `${header}.${token.split('.')[1] ?? ''}`;
  return `${input}.${createHmac('sha256', octets(32)).update(input).digest('base64url')}`;
};

const createPublicJwk = (): object =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

const SET_UPS: readonly SetUp[] = [
  {
    what: 'the token of a server that issues opaque ones',
    causes: ['opaque_token'],
    send: () => octets(24).toString('base64url'),
  },
  {
    what: 'an opaque token whose first octet is a brace',
    causes: ['opaque_token'],
    send: () => 'e4w-LOdK3wQsYy5FaR5qEhW9B_dhHNb6djIZlnW580g',
  },
  {
    what: 'a Google access token, which has dots and is no JWT',
    causes: ['opaque_token'],
    send: () => `ya29.${octets(80).toString('base64url')}`,
  },
  {
    what: 'a token with a list of groups that is too long',
    causes: ['oversized_token'],
    mint: { claims: { groups: 'x'.repeat(20_000) } },
  },
  {
    what: 'the scheme sent as a part of the token',
    causes: ['bearer_prefix'],
    send: (token) => `Bearer ${token}`,
  },
  {
    what: 'a token in its JSON quotes',
    causes: ['quotes_or_spaces'],
    send: (token) => `"${token}"`,
  },
  {
    what: 'a token with a line break',
    causes: ['quotes_or_spaces'],
    send: (token) => `${token}\n`,
  },
  {
    what: 'a token cut off within its claims',
    causes: ['truncated_token'],
    send: (token) => token.slice(0, token.indexOf('.') + 40),
  },
  {
    what: 'a token cut off within its signature',
    causes: ['truncated_token'],
    send: (token) => token.slice(0, -12),
  },
  {
    what: 'an encrypted token',
    causes: ['encrypted_token'],
    send: () => jwe({ alg: 'RSA-OAEP', enc: 'A256GCM' }),
  },
  {
    what: 'an Auth0 token that was requested without an audience',
    causes: ['auth0_without_audience'],
    trusts: AUTH0,
    send: () => jwe({ alg: 'dir', enc: 'A256GCM', iss: AUTH0 }),
  },
  {
    what: 'an Auth0 token for nothing but userinfo',
    causes: ['auth0_userinfo_only'],
    trusts: AUTH0,
    mint: { claims: { iss: AUTH0, aud: [`${AUTH0}userinfo`] }, header: { typ: 'JWT' } },
  },
  {
    what: 'an extension in the header that nobody knows',
    causes: ['critical_header'],
    mint: { header: { crit: ['x-new'], 'x-new': 1 } },
  },
  {
    what: 'an ID token, whose audience is the client',
    causes: ['id_token'],
    mint: {
      header: { typ: 'JWT' },
      claims: { client_id: undefined, azp: 'app', aud: 'app', nonce: 'n', at_hash: 'h' },
    },
  },
  {
    what: 'an ID token of Cognito',
    causes: ['id_token'],
    trusts: COGNITO,
    mint: {
      header: { typ: undefined },
      claims: { iss: COGNITO, client_id: undefined, aud: 'app', token_use: 'id' },
    },
  },
  {
    what: 'a refresh token of Keycloak',
    causes: ['refresh_token'],
    mint: { header: { typ: 'JWT' }, claims: { typ: 'Refresh' } },
  },
  {
    what: 'a logout token',
    causes: ['logout_token'],
    mint: { header: { typ: 'logout+jwt' }, claims: { events: {} } },
  },
  {
    what: 'a JWT of another kind',
    causes: ['wrong_typ'],
    mint: { header: { typ: 'client-authentication+jwt' } },
  },
  {
    what: 'an API that insists on RFC 9068',
    causes: ['not_rfc9068'],
    typ: 'at+jwt',
    mint: { header: { typ: 'JWT' } },
  },
  {
    what: 'a token that is not signed',
    causes: ['unsigned_token'],
    mint: { header: { alg: 'none' } },
  },
  { what: 'a token signed by HS256', causes: ['shared_secret_token'], send: hs256 },
  {
    what: 'an algorithm that is not accepted',
    causes: ['algorithm_not_allowed'],
    mint: { header: { alg: 'ES256K' } },
  },
  {
    what: 'an issuer with a slash in the configuration only',
    causes: ['issuer_trailing_slash'],
    trusts: 'https://login.example.com/t1/',
    mint: { claims: { iss: 'https://login.example.com/t1' } },
  },
  {
    what: 'an Entra token of version 1 where 2 is trusted',
    causes: ['entra_version'],
    trusts: ENTRA_V2,
    expects: 'abc',
    mint: { claims: { iss: ENTRA_V1, aud: 'api://abc' } },
  },
  {
    what: 'an Entra token of version 2 where 1 is trusted',
    causes: ['entra_version'],
    trusts: ENTRA_V1,
    expects: 'api://abc',
    mint: { claims: { iss: ENTRA_V2, aud: 'abc' } },
  },
  {
    what: 'an Entra audience in its other form',
    causes: ['entra_audience_form'],
    trusts: ENTRA_V2,
    expects: 'api://abc',
    mint: { claims: { iss: ENTRA_V2, aud: 'abc' } },
  },
  {
    what: 'a token for Microsoft Graph',
    causes: ['graph_token'],
    trusts: ENTRA_V1,
    mint: {
      header: { typ: 'JWT', nonce: 'n' },
      claims: { iss: ENTRA_V1, aud: 'https://graph.microsoft.com' },
    },
  },
  {
    what: 'an issuer that takes itself for http',
    causes: ['issuer_scheme'],
    trusts: KEYCLOAK,
    mint: { claims: { iss: KEYCLOAK.replace('https', 'http') } },
  },
  {
    what: 'the same realm of another environment',
    causes: ['wrong_environment'],
    trusts: KEYCLOAK,
    mint: { claims: { iss: KEYCLOAK.replace('login', 'login-test') } },
  },
  {
    what: 'another tenant of one domain',
    causes: ['wrong_environment'],
    trusts: AUTH0,
    mint: { claims: { iss: 'https://tenant-dev.eu.auth0.com/' } },
  },
  {
    what: 'a key that nobody published',
    causes: ['unknown_kid'],
    mint: { header: { kid: 'old' } },
  },
  {
    what: 'a token without "kid" where more keys could have signed it than are tried',
    causes: ['missing_kid'],
    mint: { header: { kid: undefined } },
    keys: () => Array.from({ length: 5 }, createPublicJwk),
  },
  {
    what: 'an audience with a slash in the configuration only',
    causes: ['audience_trailing_slash'],
    expects: `${audience}/`,
  },
  {
    what: 'an audience that is the client itself',
    causes: ['audience_is_client_id'],
    mint: { claims: { aud: 'test-client' } },
  },
  {
    what: 'a Cognito token, which has no audience',
    causes: ['cognito_without_audience'],
    trusts: COGNITO,
    mint: {
      header: { typ: undefined },
      claims: { iss: COGNITO, aud: undefined, token_use: 'access' },
    },
  },
  {
    what: 'a Keycloak client without an audience mapper',
    causes: ['keycloak_without_mapper'],
    trusts: KEYCLOAK,
    mint: { header: { typ: 'JWT' }, claims: { iss: KEYCLOAK, aud: 'account', typ: 'Bearer' } },
  },
  {
    what: 'a Cognito client that was not let in',
    causes: ['client_not_listed'],
    trusts: COGNITO,
    expects: 'app-1',
    audienceClaim: 'client_id',
    mint: {
      header: { typ: undefined },
      claims: { iss: COGNITO, aud: undefined, client_id: 'app-2', token_use: 'access' },
    },
  },
  {
    what: 'a token without an audience',
    causes: ['missing_audience'],
    mint: { claims: { aud: undefined } },
  },
  {
    what: 'an expiry in milliseconds',
    causes: ['time_in_milliseconds'],
    claimsAt: (now) => ({ exp: (now + 300) * 1000 }),
  },
  {
    what: 'an expiry as text',
    causes: ['time_as_text'],
    claimsAt: (now) => ({ exp: String(now + 300) }),
  },
  {
    what: 'a token without an expiry',
    causes: ['missing_expiry'],
    mint: { claims: { exp: undefined } },
  },
  {
    what: 'a token that expired',
    causes: ['expired_token'],
    claimsAt: (now) => ({ iat: now - 400, exp: now - 100 }),
  },
  {
    what: 'an issuer whose clock is fast',
    causes: ['clock_skew'],
    claimsAt: (now) => ({ iat: now + 90, nbf: now + 90, exp: now + 390 }),
  },
  {
    what: 'a token that is for later',
    causes: ['not_before_in_future'],
    claimsAt: (now) => ({ nbf: now + 200 }),
  },
  { what: 'a token that lives too long', causes: ['lifetime_too_long'], maxLifetimeSeconds: 60 },
  { what: 'a scope as a list', causes: ['scope_as_list'], mint: { claims: { scope: ['read'] } } },
  {
    what: 'a token that is bound to a key',
    causes: ['sender_constrained_token'],
    mint: { claims: { cnf: { jkt: 'x' } } },
  },
  { what: 'a token without any scope', causes: ['missing_scope'], scope: 'read' },
  {
    what: 'permissions of Auth0 where scopes are asked for',
    causes: ['scope_in_other_claim'],
    scope: 'read',
    mint: { claims: { permissions: ['read', 'write'] } },
  },
  {
    what: 'two mistakes at once',
    causes: ['audience_is_client_id', 'expired_token'],
    mint: { claims: { aud: 'test-client', exp: 1 } },
  },
];

async function findFindings(issuer: TestIssuer, setUp: SetUp): Promise<readonly Finding[]> {
  const { trusts, expects, typ, audienceClaim, maxLifetimeSeconds, mint, claimsAt, scope } = setUp;
  const now = Math.floor(issuer.clock() / 1000);
  const claims = { iss: trusts ?? issuer.issuer, ...mint?.claims, ...claimsAt?.(now) };
  const token = await issuer.mint({ ...mint, claims });
  const verifier = createAccessTokenVerifier({
    issuer: trusts ?? issuer.issuer,
    audience: expects ?? audience,
    audienceClaim,
    jwks: { keys: setUp.keys?.() ?? (await issuer.publicKeys()) },
    clock: issuer.clock,
    typ,
    maxLifetimeSeconds,
  });
  onTestFinished(() => {
    verifier.close();
  });
  const { verdict, findings } = await verifier.explain(setUp.send?.(token) ?? token, { scope });
  expect(verdict).toBe('refused');
  return findings;
}

describe('explain names the cause', () => {
  it.each(SET_UPS)('of $what', async (setUp) => {
    const findings = await findFindings(await openIssuer(), setUp);
    expect(findings.map(({ cause }) => cause)).toEqual(setUp.causes);
    for (const { evidence, remedies } of findings) {
      expect(evidence).not.toBe('');
      expect(remedies.length).toBeGreaterThan(0);
    }
  });

  it('has a set-up for every cause', () => {
    const covered = new Set(SET_UPS.flatMap(({ causes }) => causes));
    expect(covered.size).toBe(CAUSES.length);
    expect([...covered].sort()).toEqual([...CAUSES].sort());
  });
});

const CAUSES = Object.keys({
  bearer_prefix: 1,
  quotes_or_spaces: 1,
  oversized_token: 1,
  opaque_token: 1,
  auth0_without_audience: 1,
  encrypted_token: 1,
  truncated_token: 1,
  critical_header: 1,
  unsigned_token: 1,
  shared_secret_token: 1,
  algorithm_not_allowed: 1,
  unknown_kid: 1,
  missing_kid: 1,
  graph_token: 1,
  id_token: 1,
  refresh_token: 1,
  logout_token: 1,
  wrong_typ: 1,
  not_rfc9068: 1,
  issuer_trailing_slash: 1,
  entra_version: 1,
  issuer_scheme: 1,
  wrong_environment: 1,
  audience_trailing_slash: 1,
  entra_audience_form: 1,
  audience_is_client_id: 1,
  auth0_userinfo_only: 1,
  cognito_without_audience: 1,
  keycloak_without_mapper: 1,
  client_not_listed: 1,
  missing_audience: 1,
  time_in_milliseconds: 1,
  time_as_text: 1,
  missing_expiry: 1,
  expired_token: 1,
  clock_skew: 1,
  not_before_in_future: 1,
  lifetime_too_long: 1,
  scope_as_list: 1,
  sender_constrained_token: 1,
  scope_in_other_claim: 1,
  missing_scope: 1,
} satisfies Readonly<Record<FindingCause, 1>>);
