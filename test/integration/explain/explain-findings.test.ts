import { createHash } from 'node:crypto';
import {
  type AudienceClaim,
  createAccessTokenVerifier,
  type Finding,
  type FindingCause,
  type TypPolicy,
} from '@scopegate/access-token';
import type { TestIssuer, TokenOverrides } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyPair } from '../../support/key-pairs.js';
import { openIssuer } from '../../support/test-issuers.js';
import { encode, type Members, signToken } from '../../support/tokens.js';
import type { BindingCause } from './binding-causes.js';
import type { EncryptionCause } from './encryption-causes.js';
import type { StateCause } from './state-causes.js';

const audience = 'https://api.example.com';
const tenant = '11111111-2222-3333-4444-555555555555';
const AUTH0 = 'https://tenant.eu.auth0.com/';
const COGNITO = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab1';
const KEYCLOAK = 'https://login.example.com/realms/sales';
const ENTRA_V1 = `https://sts.windows.net/${tenant}/`;
const ENTRA_V2 = `https://login.microsoftonline.com/${tenant}/v2.0`;

/** A token that shows a mistake, and the verifier that refuses it. */
interface Example {
  readonly what: string;
  /** The trusted issuer. @defaultValue the issuer that mints the token */
  readonly trusts?: string;
  /** The expected audience. @defaultValue the audience that the token is minted for */
  readonly expects?: string;
  readonly typ?: TypPolicy;
  readonly audienceClaim?: AudienceClaim;
  readonly maxLifetimeSeconds?: number;
  readonly scope?: string;
  /** @defaultValue the keys of the issuer that mints the token */
  readonly keys?: () => readonly object[];
  readonly mint?: TokenOverrides;
  /** Claims that depend on the time, in seconds since the epoch. */
  readonly claimsAt?: (now: number) => Readonly<Record<string, unknown>>;
  /** Changes the token before it is explained. */
  readonly send?: (token: string) => string;
}

/** Octets that look random and are the same in each run. */
const octets = (outputLength: number): Buffer =>
  createHash('shake256', { outputLength }).update('opaque').digest();

const jwe = (header: object): string => {
  const part = (bytes: number): string => octets(bytes).toString('base64url');
  return [encode(header), '', part(12), part(80), part(16)].join('.');
};

const hs256 = (token: string): string => {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return signToken(JSON.parse(payload) as Members);
};

const createPublicJwk = (): object => createKeyPair('P-256').publicJwk;

/** At least one token for each cause. */
const EXAMPLES: Readonly<
  Record<Exclude<FindingCause, EncryptionCause | BindingCause | StateCause>, readonly Example[]>
> = {
  opaque_token_without_introspection: [
    { what: 'an opaque token', send: () => octets(24).toString('base64url') },
    {
      what: 'an opaque token whose first octet is a brace',
      send: () => 'e4w-LOdK3wQsYy5FaR5qEhW9B_dhHNb6djIZlnW580g',
    },
    {
      what: 'an opaque token with a dot, as Google issues them',
      send: () => `ya29.${octets(80).toString('base64url')}`,
    },
  ],
  oversized_token: [
    { what: 'a token with too many groups', mint: { claims: { groups: 'x'.repeat(20_000) } } },
  ],
  bearer_prefix: [{ what: 'a token with the scheme in front', send: (token) => `Bearer ${token}` }],
  quotes_or_spaces: [
    { what: 'a token in its JSON quotes', send: (token) => `"${token}"` },
    { what: 'a token with a line break', send: (token) => `${token}\n` },
  ],
  truncated_token: [
    {
      what: 'a token truncated within its claims',
      send: (token) => token.slice(0, token.indexOf('.') + 40),
    },
    { what: 'a token truncated within its signature', send: (token) => token.slice(0, -12) },
  ],
  encrypted_token_without_decryption: [
    { what: 'an encrypted token', send: () => jwe({ alg: 'RSA-OAEP', enc: 'A256GCM' }) },
  ],
  auth0_without_audience: [
    {
      what: 'an Auth0 token requested without an audience',
      trusts: AUTH0,
      send: () => jwe({ alg: 'dir', enc: 'A256GCM', iss: AUTH0 }),
    },
  ],
  auth0_userinfo_only: [
    {
      what: 'an Auth0 token for the userinfo endpoint only',
      trusts: AUTH0,
      mint: { claims: { iss: AUTH0, aud: [`${AUTH0}userinfo`] }, header: { typ: 'JWT' } },
    },
  ],
  critical_header: [
    {
      what: 'a token with an unknown critical extension',
      mint: { header: { crit: ['x-new'], 'x-new': 1 } },
    },
  ],
  id_token: [
    {
      what: 'an ID token, whose audience is the client',
      mint: {
        header: { typ: 'JWT' },
        claims: { client_id: undefined, azp: 'app', aud: 'app', nonce: 'n', at_hash: 'h' },
      },
    },
    {
      what: 'an ID token of Cognito',
      trusts: COGNITO,
      mint: {
        header: { typ: undefined },
        claims: { iss: COGNITO, client_id: undefined, aud: 'app', token_use: 'id' },
      },
    },
  ],
  nonce_in_token: [
    {
      what: 'a token with "nonce" and nothing that shows its kind',
      mint: {
        header: { typ: 'JWT' },
        claims: { client_id: undefined, scope: undefined, azp: 'app', aud: 'app', nonce: 'n' },
      },
    },
  ],
  refresh_token: [
    {
      what: 'a refresh token that names its kind in "token_type"',
      mint: { header: { typ: 'JWT' }, claims: { token_type: 'refresh' } },
    },
    {
      what: 'a refresh token of Keycloak',
      mint: { header: { typ: 'JWT' }, claims: { typ: 'Refresh' } },
    },
  ],
  logout_token: [
    { what: 'a logout token', mint: { header: { typ: 'logout+jwt' }, claims: { events: {} } } },
  ],
  wrong_typ: [
    { what: 'a JWT of another kind', mint: { header: { typ: 'client-authentication+jwt' } } },
  ],
  no_access_token_claim: [
    {
      what: 'a plain JWT with neither client nor scope',
      mint: { header: { typ: 'JWT' }, claims: { client_id: undefined, scope: undefined } },
    },
  ],
  not_rfc9068: [
    {
      what: 'a plain JWT where RFC 9068 is required',
      typ: 'at+jwt',
      mint: { header: { typ: 'JWT' } },
    },
  ],
  unsigned_token: [{ what: 'a token that is not signed', mint: { header: { alg: 'none' } } }],
  shared_secret_token: [{ what: 'a token signed by HS256', send: hs256 }],
  algorithm_not_allowed: [
    {
      what: 'a token signed with an algorithm that is not accepted',
      mint: { header: { alg: 'ES256K' } },
    },
  ],
  issuer_trailing_slash: [
    {
      what: 'an issuer configured with a trailing slash',
      trusts: 'https://login.example.com/t1/',
      mint: { claims: { iss: 'https://login.example.com/t1' } },
    },
  ],
  issuer_path: [
    {
      what: 'an issuer configured without its path',
      trusts: 'https://login.example.com',
      mint: { claims: { iss: 'https://login.example.com/api/auth' } },
    },
    {
      what: 'an issuer of another realm of the same server',
      trusts: 'https://login.example.com/realms/sales',
      mint: { claims: { iss: 'https://login.example.com/realms/hr' } },
    },
  ],
  entra_version: [
    {
      what: 'an Entra ID token of version 1 where version 2 is trusted',
      trusts: ENTRA_V2,
      expects: 'abc',
      mint: { claims: { iss: ENTRA_V1, aud: 'api://abc' } },
    },
    {
      what: 'an Entra ID token of version 2 where version 1 is trusted',
      trusts: ENTRA_V1,
      expects: 'api://abc',
      mint: { claims: { iss: ENTRA_V2, aud: 'abc' } },
    },
  ],
  entra_audience_form: [
    {
      what: 'an Entra ID audience in its other form',
      trusts: ENTRA_V2,
      expects: 'api://abc',
      mint: { claims: { iss: ENTRA_V2, aud: 'abc' } },
    },
  ],
  graph_token: [
    {
      what: 'a token for Microsoft Graph',
      trusts: ENTRA_V1,
      mint: {
        header: { typ: 'JWT', nonce: 'n' },
        claims: { iss: ENTRA_V1, aud: 'https://graph.microsoft.com' },
      },
    },
  ],
  issuer_scheme: [
    {
      what: 'an issuer configured without its scheme',
      trusts: 'login.example.com/t1',
      mint: { claims: { iss: 'https://login.example.com/t1' } },
    },
    {
      what: 'an issuer that names itself with http',
      trusts: KEYCLOAK,
      mint: { claims: { iss: KEYCLOAK.replace('https', 'http') } },
    },
  ],
  wrong_environment: [
    {
      what: 'a token of the same realm in another environment',
      trusts: KEYCLOAK,
      mint: { claims: { iss: KEYCLOAK.replace('login', 'login-test') } },
    },
    {
      what: 'a token of another tenant in the same domain',
      trusts: AUTH0,
      mint: { claims: { iss: 'https://tenant-dev.eu.auth0.com/' } },
    },
  ],
  unknown_kid: [
    { what: 'a token signed with an unpublished key', mint: { header: { kid: 'old' } } },
  ],
  missing_kid: [
    {
      what: 'a token without "kid" where the issuer has more keys than are tried',
      mint: { header: { kid: undefined } },
      keys: () => Array.from({ length: 5 }, createPublicJwk),
    },
  ],
  audience_trailing_slash: [
    { what: 'an audience configured with a trailing slash', expects: `${audience}/` },
  ],
  audience_is_client_id: [
    { what: 'a token whose audience is the client', mint: { claims: { aud: 'test-client' } } },
  ],
  cognito_without_audience: [
    {
      what: 'a Cognito token without an audience',
      trusts: COGNITO,
      mint: {
        header: { typ: undefined },
        claims: { iss: COGNITO, aud: undefined, token_use: 'access' },
      },
    },
  ],
  keycloak_without_mapper: [
    {
      what: 'a Keycloak client without an audience mapper',
      trusts: KEYCLOAK,
      mint: { header: { typ: 'JWT' }, claims: { iss: KEYCLOAK, aud: 'account', typ: 'Bearer' } },
    },
  ],
  client_not_listed: [
    {
      what: 'a token of a Cognito client that is not listed',
      trusts: COGNITO,
      expects: 'app-1',
      audienceClaim: 'client_id',
      mint: {
        header: { typ: undefined },
        claims: { iss: COGNITO, aud: undefined, client_id: 'app-2', token_use: 'access' },
      },
    },
  ],
  missing_audience: [{ what: 'a token without an audience', mint: { claims: { aud: undefined } } }],
  time_in_milliseconds: [
    {
      what: 'a token with an expiry in milliseconds',
      claimsAt: (now) => ({ exp: (now + 300) * 1000 }),
    },
  ],
  time_as_text: [
    { what: 'a token with an expiry as a string', claimsAt: (now) => ({ exp: String(now + 300) }) },
  ],
  missing_expiry: [{ what: 'a token without an expiry', mint: { claims: { exp: undefined } } }],
  expired_token: [
    { what: 'an expired token', claimsAt: (now) => ({ iat: now - 400, exp: now - 100 }) },
  ],
  clock_skew: [
    {
      what: 'a token of an issuer whose clock is fast',
      claimsAt: (now) => ({ iat: now + 90, nbf: now + 90, exp: now + 390 }),
    },
  ],
  not_before_in_future: [
    { what: 'a token that is not valid yet', claimsAt: (now) => ({ nbf: now + 200 }) },
  ],
  lifetime_too_long: [{ what: 'a token with a long lifetime', maxLifetimeSeconds: 60 }],
  scope_as_list: [
    {
      what: 'a token with scope as an array where RFC 9068 is required',
      typ: 'at+jwt',
      mint: { claims: { scope: ['read'] } },
    },
  ],
  malformed_scope_list: [
    {
      what: 'a token with two scope-tokens in one member of an array',
      mint: { claims: { scope: ['read write'] } },
    },
  ],
  sender_constrained_token: [
    { what: 'a token with an unknown binding', mint: { claims: { cnf: { kid: 'x' } } } },
  ],
  roles_in_nested_claim: [
    {
      what: 'a token of Keycloak with roles of the realm',
      scope: 'read',
      mint: { claims: { realm_access: { roles: ['offline_access', 'read'] } } },
    },
    {
      what: 'a token of Keycloak with roles of a client',
      scope: 'read',
      mint: { claims: { resource_access: { 'sales.api': { roles: ['read'] } } } },
    },
  ],
  missing_scope: [{ what: 'a token without any scope', scope: 'read' }],
  scope_in_other_claim: [
    {
      what: 'an Auth0 token with permissions instead of scope',
      scope: 'read',
      mint: { claims: { permissions: ['read', 'write'] } },
    },
  ],
};

async function findFindings(issuer: TestIssuer, example: Example): Promise<readonly Finding[]> {
  const { trusts, expects, typ, audienceClaim, maxLifetimeSeconds, mint, claimsAt, scope } =
    example;
  const now = Math.floor(issuer.clock() / 1000);
  const claims = { iss: trusts ?? issuer.issuer, ...mint?.claims, ...claimsAt?.(now) };
  const token = await issuer.mint({ ...mint, claims });
  const verifier = createAccessTokenVerifier({
    issuer: trusts ?? issuer.issuer,
    audience: expects ?? audience,
    audienceClaim,
    jwks: { keys: example.keys?.() ?? (await issuer.publicKeys()) },
    clock: issuer.clock,
    typ,
    maxLifetimeSeconds,
  });
  onTestFinished(() => {
    verifier.close();
  });
  const { verdict, findings } = await verifier.explain(example.send?.(token) ?? token, { scope });
  expect(verdict).toBe('refused');
  return findings;
}

const cases = Object.entries(EXAMPLES).flatMap(([cause, examples]) =>
  examples.map((example) => ({ cause, example, what: example.what })),
);

describe('findings of explain', () => {
  it.each(cases)('name $cause for $what', async ({ cause, example }) => {
    const findings = await findFindings(await openIssuer(), example);
    expect(findings.map((finding) => finding.cause)).toEqual([cause]);
    for (const { evidence, fixes } of findings) {
      expect(evidence).not.toBe('');
      expect(fixes.length).toBeGreaterThan(0);
    }
  });

  it('name every cause of a token with two mistakes', async () => {
    const findings = await findFindings(await openIssuer(), {
      what: 'an expired token whose audience is the client',
      mint: { claims: { aud: 'test-client', exp: 1 } },
    });
    expect(findings.map(({ cause }) => cause)).toEqual(['audience_is_client_id', 'expired_token']);
  });

  it('are empty for an accepted token', async () => {
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier({
      ...issuer.options(),
      jwks: { keys: await issuer.publicKeys() },
    });
    const token = await issuer.mint({ claims: { scope: undefined } });
    expect(await verifier.explain(token)).toMatchObject({ verdict: 'accepted', findings: [] });
  });
});
