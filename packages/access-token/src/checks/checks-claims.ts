/**
 * The checks of a token's identity, scope and other claims.
 *
 * @module
 */
import {
  createScopeSet,
  InsufficientScopeError,
  InvalidTokenError,
  parseScope,
} from '@scopegate/protocol';
import type { Check } from './check.js';
import { findReason } from '../inspection/check-reason.js';
import { readAuthentication } from '../claims/authentication.js';
import { readAuthorizationDetails } from '../claims/authorization-details.js';
import { findClaim } from '../claims/claim-path.js';
import { type ProvableBindings, readConfirmation } from '../claims/confirmation.js';
import { CLIENT_ID_CLAIMS, readIdentity } from '../claims/identity.js';
import { readScopes } from '../claims/scopes.js';
import { assertRequiredClaims } from '../claims/token-kind.js';
import { createFixes } from '../inspection/fix.js';
import { formatClaims, type ClaimsInspection } from '../inspection/inspection.js';
import { formatNames, formatValue } from '../inspection/printable.js';

/** The names of the checks of {@link CLAIM_CHECKS}. */
export type ClaimCheckName =
  | 'required_claims'
  | 'identity_claims'
  | 'session_claim'
  | 'authorization_details'
  | 'scope_claim'
  | 'sender_constraint'
  | 'claims_schema';

/** The name of the check of {@link SCOPE_CHECKS}. */
export type ScopeCheckName = 'required_scope';

/** In the order of verification. */
export const CLAIM_CHECKS: Readonly<Record<ClaimCheckName, Check>> = Object.freeze({
  required_claims: {
    rfc: 'RFC 9068 §2.2',
    appliesTo: ({ expected, jws }) => jws !== undefined && expected.typ === 'at+jwt',
    expected: () => '"sub", "client_id", "iat" and "jti"',
    found: (inspection) => formatClaims(inspection, ['sub', 'client_id', 'iat', 'jti']),
    run: ({ claims }) => {
      assertRequiredClaims(claims);
    },
    fixes: createFixes(
      ['authorization server', 'issue "sub", "client_id", "iat" and "jti"'],
      [
        'resource server',
        'set "typ" to "auto" for authorization servers that do not follow RFC 9068',
      ],
    ),
  },
  identity_claims: {
    rfc: 'RFC 9068 §2.2',
    expected: () => '"sub", the client id and "jti" as strings, where present',
    found: (inspection) => formatClaims(inspection, ['sub', ...CLIENT_ID_CLAIMS, 'jti']),
    run: ({ claims }) => readIdentity(claims),
    fixes: createFixes(['authorization server', 'issue "sub", "client_id" and "jti" as strings']),
  },
  session_claim: {
    rfc: 'OpenID Connect Back-Channel Logout 1.0 §2.1',
    appliesTo: ({ claims }) => Object.hasOwn(claims, 'sid'),
    expected: () => '"sid" as a string, where present',
    found: (inspection) => formatClaims(inspection, ['sid']),
    run: ({ claims }) => readAuthentication(claims),
    fixes: createFixes(['authorization server', 'issue "sid" as a string']),
  },
  authorization_details: {
    rfc: 'RFC 9396 §9.1',
    appliesTo: ({ claims }) => Object.hasOwn(claims, 'authorization_details'),
    expected: () => 'an array of objects that each have a string "type", where present',
    found: (inspection) => formatClaims(inspection, ['authorization_details']),
    run: ({ claims }) => readAuthorizationDetails(claims),
    fixes: createFixes([
      'authorization server',
      'issue "authorization_details" as an array of objects with a "type"',
    ]),
  },
  scope_claim: {
    rfc: 'RFC 9068 §2.2.3',
    expected: ({ expected }) => `scope-tokens in ${expected.scopeClaims.join(', ')}, where present`,
    found: ({ claims, expected }) =>
      expected.scopePolicy.claims
        .map(({ name, path }) => `"${name}" ${formatValue(findClaim(claims, path))}`)
        .join(', '),
    run: ({ claims, expected }) => readScopes(claims, expected.scopePolicy),
    fixes: createFixes([
      'authorization server',
      'issue "scope" as one string of scope-tokens separated by single spaces',
    ]),
  },
  sender_constraint: {
    rfc: 'RFC 9449 §7.2',
    expected: ({ expected, policy }) =>
      expected.ignoresSenderConstraint
        ? 'any token, because "dangerouslyIgnoreSenderConstraint" is set'
        : describeBindings(policy.provable),
    found: (inspection) => formatClaims(inspection, ['cnf']),
    run: ({ claims, expected, policy }) => {
      readConfirmation(claims, expected, policy.provable);
    },
    fixes: createFixes(
      ['authorization server', 'issue tokens whose "cnf" has only a binding that the API accepts'],
      ['resource server', 'set "dpop" for tokens with "jkt", "mtls" for those with "x5t#S256"'],
      [
        'resource server',
        'if a gateway has checked the proof of possession, set "dangerouslyIgnoreSenderConstraint"',
      ],
    ),
  },
  claims_schema: {
    rfc: 'RFC 7519 §4.3',
    appliesTo: ({ schema }) => schema.kind !== 'not_asked',
    expected: () => 'claims that match the "claims" schema',
    found: ({ schema }) => (schema.kind === 'failed' ? schema.issues : 'no issues'),
    run: ({ schema }) => {
      if (schema.kind === 'failed') throw new InvalidTokenError('claim');
    },
    fixes: createFixes(
      ['authorization server', 'issue the claims that the API expects'],
      ['resource server', 'change the "claims" schema so that it accepts the claims of the tokens'],
    ),
  },
});

/** What the route requires, which is checked last. */
export const SCOPE_CHECKS: Readonly<Record<ScopeCheckName, Check>> = Object.freeze({
  required_scope: {
    rfc: 'RFC 6750 §3.1',
    appliesTo: ({ scope }) => scope !== undefined,
    expected: ({ scope }) => formatValue(scope),
    found: (inspection) => formatValue([...readGrantedScopes(inspection)].join(' ')),
    run: (inspection) => {
      const scopes = readGrantedScopes(inspection);
      const granted = inspection.addImplied?.(scopes) ?? scopes;
      const required = [...parseScope(inspection.scope ?? '')];
      const isGranted = required.every((scopeToken) => granted.has(scopeToken));
      if (!isGranted) throw new InsufficientScopeError('scope', inspection.scope);
    },
    fixes: createFixes(
      ['client', 'request the scope'],
      ['authorization server', 'grant the scope to this client'],
    ),
  },
});

/** Describes the bindings whose proof is checked. */
function describeBindings({ dpop, mtls }: ProvableBindings): string {
  const names = [...(dpop ? ['jkt'] : []), ...(mtls ? ['x5t#S256'] : [])];
  return names.length === 0
    ? 'a bearer token, without "cnf", because neither "dpop" nor "mtls" is set'
    : `no "cnf", or one with ${formatNames(names)}: a SHA-256 in base64url`;
}

/** Reads the scopes of the token; none if the claim is malformed, which `scope_claim` reports. */
function readGrantedScopes({ claims, expected, fresh }: ClaimsInspection): ReadonlySet<string> {
  if (fresh.kind === 'confirmed') return fresh.token.scopes;
  let scopes: ReadonlySet<string> = createScopeSet([]);
  findReason(() => (scopes = readScopes(claims, expected.scopePolicy)));
  return scopes;
}
