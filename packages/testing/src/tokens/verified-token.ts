/**
 * Creates verified tokens without a verifier, for unit tests.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
// Only types: the kit shares no code with the verifier.
import type {
  AccessTokenClaims,
  AuthorizationDetail,
  Principal,
  VerifiedAccessToken,
} from '@scopegate/access-token';
import { createScopeSet, formatScope, parseScope } from '@scopegate/protocol';
import { invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import { assertMembers, isString, type MemberCheck, STRING } from './member-checks.js';
import { confirmationOf } from './token-binding.js';
import {
  assertVerifiedTokenOverrides,
  DETAILS,
  SECONDS,
  STRINGS,
  type VerifiedTokenOverrides,
} from './verified-token-overrides.js';

const CLAIMS: Readonly<Record<string, MemberCheck>> = {
  iss: STRING,
  aud: STRINGS,
  exp: SECONDS,
  nbf: SECONDS,
  iat: SECONDS,
  sub: STRING,
  client_id: STRING,
  jti: STRING,
  sid: STRING,
  authorization_details: DETAILS,
};
const HEADER = { typ: 'at+jwt', alg: 'RS256', kid: 'key-1' };
const LIFETIME_SECONDS = 300;

/**
 * Creates a `VerifiedAccessToken` without a token and without a verifier, for unit tests of functions
 * that take one.
 *
 * It is deeply frozen, as the verifier's results are. No guard accepts it: to test a guard, send it a
 * token of a test issuer.
 *
 * @param overrides - How it differs from a token that `test-client` uses on its own behalf, without
 *   scopes, and that expires in five minutes.
 * @throws TypeError An override is unknown or invalid.
 * @example
 * const token = createVerifiedToken({ subject: 'ann', scopes: ['read:analytics'] });
 * createVerifiedToken({ claims: { tenant: 'acme' } }).claims.tenant // typed as string
 */
export function createVerifiedToken<Claims extends object>(
  overrides: VerifiedTokenOverrides & { readonly claims: Claims },
): VerifiedAccessToken<AccessTokenClaims & Claims>;
export function createVerifiedToken(
  overrides?: VerifiedTokenOverrides & { readonly claims?: undefined },
): VerifiedAccessToken;
export function createVerifiedToken(overrides: VerifiedTokenOverrides = {}): VerifiedAccessToken {
  assertVerifiedTokenOverrides(overrides);
  const claims = readClaims(overrides);
  const { iss, aud, sub, client_id, scope } = claims;
  const { format = 'jwt' } = overrides;
  const token = {
    format,
    issuer: iss,
    subject: sub,
    clientId: client_id,
    audience: Object.freeze([aud].flat()),
    scopes: createScopeSet(overrides.scopes ?? parseScope(typeof scope === 'string' ? scope : '')),
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    tokenId: claims.jti,
    confirmation: readConfirmation(claims),
    principal: overrides.principal ?? principalOf(sub, client_id),
    ...readUser(claims),
    claims,
    header: copyFrozen({ ...(format === 'jwt' && HEADER), ...overrides.header }),
  };
  // The brand exists only for the compiler, which rejects objects that no verifier has checked.
  return Object.freeze(token) as unknown as VerifiedAccessToken;
}

function readClaims(overrides: VerifiedTokenOverrides): AccessTokenClaims {
  const { issuer = 'https://issuer.example', clientId = 'test-client' } = overrides;
  const { audience = 'https://api.example.com', scopes } = overrides;
  const { issuedAt = Math.floor(Date.now() / 1000) } = overrides;
  const { expiresAt = issuedAt + LIFETIME_SECONDS, tokenId = randomUUID(), boundTo } = overrides;
  const claims = copyFrozen({
    iss: issuer,
    sub: overrides.subject ?? clientId,
    aud: audience,
    client_id: clientId,
    ...(scopes && { scope: formatScope(scopes) }),
    iat: issuedAt,
    exp: expiresAt,
    jti: tokenId,
    acr: overrides.authenticationContext,
    auth_time: overrides.authenticatedAt,
    sid: overrides.sessionId,
    authorization_details: overrides.authorizationDetails,
    ...(boundTo !== undefined && { cnf: confirmationOf(boundTo) }),
    ...overrides.claims,
  });
  assertMembers(claims, CLAIMS, 'claims.');
  for (const name of ['iss', 'aud', 'exp']) {
    if (!(name in claims)) throw invalidOption(`claims.${name}`, 'is required');
  }
  return claims;
}

/** Reads how and when the user was authenticated, and what the user has authorized. RFC 9470 §6.1, RFC 9396. */
function readUser({
  acr,
  auth_time: authTime,
  sid,
  authorization_details: details,
}: AccessTokenClaims): Pick<
  VerifiedAccessToken,
  'authenticationContext' | 'authenticatedAt' | 'sessionId' | 'authorizationDetails'
> {
  const authorizationDetails = Array.isArray(details) ? (details as AuthorizationDetail[]) : [];
  return {
    authenticationContext: isString(acr) ? acr : undefined,
    authenticatedAt: typeof authTime === 'number' ? authTime : undefined,
    sessionId: isString(sid) ? sid : undefined,
    authorizationDetails: Object.freeze(authorizationDetails),
  };
}

/** Reads the thumbprints in the claim `cnf`; `undefined` where it has none. RFC 7800 §3.1. */
function readConfirmation({ cnf }: AccessTokenClaims): VerifiedAccessToken['confirmation'] {
  if (!isPlainObject(cnf)) return undefined;
  const [jkt, x5tS256] = [cnf['jkt'], cnf['x5t#S256']].map((each) => {
    return isString(each) ? each : undefined;
  });
  if (jkt === undefined && x5tS256 === undefined) return undefined;
  return Object.freeze({ jkt, x5tS256 });
}

function principalOf(subject: string | undefined, clientId: string | undefined): Principal {
  if (subject === undefined || clientId === undefined) return 'unknown';
  return subject === clientId ? 'client' : 'user';
}

/** Copies and deeply freezes JSON. Other values, such as the output of a schema, are kept as they are. */
function copyFrozen<T>(value: T): T;
function copyFrozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((inner: unknown) => copyFrozen(inner)));
  if (!isPlainObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.freeze(Object.fromEntries(members.map(([name, each]) => [name, copyFrozen(each)])));
}
