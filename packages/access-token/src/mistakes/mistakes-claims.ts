/**
 * Mistakes in the scope and the sender constraint.
 *
 * @module
 */
import { parseScope } from '@scopegate/protocol';
import { findClaim, parseClaimPath } from '../claims/claim-path.js';
import { createFixes } from '../inspection/fix.js';
import { type Inspection, readClaim } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import type { KnownMistake } from './mistake.js';
import type { PossessionCause } from './mistakes-possession.js';

/** The names of the mistakes of {@link CLAIM_MISTAKES}. */
export type ClaimCause =
  | 'scope_as_list'
  | 'malformed_scope_list'
  | 'sender_constrained_token'
  | 'scope_in_other_claim'
  | 'roles_in_nested_claim'
  | 'missing_scope';

const SCOPE_CLAIMS = ['scope', 'scp', 'scopes', 'permissions', 'roles'];

/** In the order in which they are reported. */
export const CLAIM_MISTAKES: Readonly<
  Record<ClaimCause, KnownMistake<ClaimCause | PossessionCause>>
> = {
  scope_as_list: {
    checks: ['scope_claim'],
    findEvidence: (inspection) =>
      Array.isArray(readClaim(inspection, 'scope')) && inspection.expected.typ === 'at+jwt'
        ? '"scope" is an array instead of a string'
        : undefined,
    fixes: createFixes(
      [
        'authorization server',
        'issue "scope" as one string of scope-tokens separated by spaces (RFC 9068 §2.2.3)',
      ],
      ['authorization server', 'issue the array as "scp"'],
      ['resource server', 'set "typ" to "auto", which accepts the array'],
    ),
  },
  malformed_scope_list: {
    checks: ['scope_claim'],
    unless: ['scope_as_list'],
    findEvidence: (inspection) =>
      Array.isArray(readClaim(inspection, 'scope'))
        ? '"scope" is an array with a member that is not a scope-token'
        : undefined,
    fixes: createFixes([
      'authorization server',
      'issue "scope" as a string, or as an array with one scope-token per member',
    ]),
  },
  sender_constrained_token: {
    checks: ['sender_constraint'],
    unless: ['dpop_not_enabled', 'mtls_not_enabled', 'malformed_thumbprint'],
    findEvidence: (inspection) => {
      const cnf = readClaim(inspection, 'cnf');
      const names = typeof cnf === 'object' && cnf !== null ? Object.keys(cnf) : [];
      return `the binding of the token cannot be checked: "cnf" has ${formatValue(names)}`;
    },
    fixes: createFixes(
      [
        'authorization server',
        'issue plain bearer tokens for this API, without DPoP or mutual TLS',
      ],
      [
        'resource server',
        'if a gateway has checked the proof of possession, set "dangerouslyIgnoreSenderConstraint"',
      ],
    ),
  },
  scope_in_other_claim: {
    checks: ['required_scope'],
    findEvidence: (inspection) => {
      const { scopeClaims } = inspection.expected;
      const name = SCOPE_CLAIMS.filter((candidate) => !scopeClaims.includes(candidate)).find(
        (candidate) => grantsAll(inspection, candidate),
      );
      return name && `the scope is in "${name}", but scopes are not read from that claim`;
    },
    fixes: createFixes(
      ['resource server', 'if the values of the claim are scopes, add it to "scopeClaims"'],
      ['authorization server', 'issue the values as "scope"'],
    ),
  },
  roles_in_nested_claim: {
    checks: ['required_scope'],
    findEvidence: (inspection) => {
      const { scopeClaims } = inspection.expected;
      const name = listRolePaths(inspection).find(
        (path) => !scopeClaims.includes(path) && grantsAll(inspection, path),
      );
      return (
        name && `the scope is in ${formatValue(name)}, but scopes are not read from that claim`
      );
    },
    fixes: createFixes([
      'resource server',
      'if these roles are scopes, add the path to "scopeClaims", such as "realm_access.roles"',
    ]),
  },
  missing_scope: {
    checks: ['required_scope'],
    unless: ['scope_in_other_claim', 'roles_in_nested_claim'],
    findEvidence: ({ claims = {}, expected: { scopeClaims, scopePolicy } }) => {
      const isPresent = scopePolicy.claims.some(
        ({ path }) => findClaim(claims, path) !== undefined,
      );
      return isPresent ? undefined : `the token has no scope: ${scopeClaims.join(', ')} are absent`;
    },
    fixes: createFixes(
      ['client', 'request the scope'],
      ['authorization server', 'grant the scope to this client and issue it in "scope"'],
    ),
  },
};

/** Lists the paths at which Keycloak writes the roles of the realm and of its clients. */
function listRolePaths(inspection: Inspection): readonly string[] {
  const clients = readClaim(inspection, 'resource_access');
  const names = typeof clients === 'object' && clients !== null ? Object.keys(clients) : [];
  return ['realm_access.roles', ...names.map((name) => `resource_access.${name}.roles`)];
}

/** Whether a claim contains every required scope-token, as a string or as an array. */
function grantsAll({ claims = {}, scope = '' }: Inspection, path: string): boolean {
  const value = findClaim(claims, parseClaimPath(path));
  const tokens: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return [...parseScope(scope)].every((required) => tokens.includes(required));
}
