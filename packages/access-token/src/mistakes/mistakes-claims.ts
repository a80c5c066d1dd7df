/**
 * Mistakes in the scope and the sender constraint.
 *
 * @module
 */
import { parseScope } from '@scopegate/protocol';
import { createFixes } from '../inspection/fix.js';
import { type Inspection, readClaim } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link CLAIM_MISTAKES}. */
export type ClaimCause =
  'scope_as_list' | 'sender_constrained_token' | 'scope_in_other_claim' | 'missing_scope';

const SCOPE_CLAIMS = ['scope', 'scp', 'scopes', 'permissions', 'roles'];

/** In the order in which they are reported. */
export const CLAIM_MISTAKES: Readonly<Record<ClaimCause, KnownMistake<ClaimCause>>> = {
  scope_as_list: {
    checks: ['scope_claim'],
    findEvidence: (inspection) =>
      Array.isArray(readClaim(inspection, 'scope'))
        ? '"scope" is an array instead of a string'
        : undefined,
    fixes: createFixes(
      [
        'authorization server',
        'issue "scope" as one string of scope-tokens separated by spaces (RFC 9068 §2.2.3)',
      ],
      ['authorization server', 'issue the array as "scp"'],
    ),
  },
  sender_constrained_token: {
    checks: ['sender_constraint'],
    findEvidence: (inspection) => {
      const cnf = readClaim(inspection, 'cnf');
      const names = typeof cnf === 'object' && cnf !== null ? Object.keys(cnf) : [];
      return `the token is bound to a key or a certificate: "cnf" has ${formatValue(names)}`;
    },
    fixes: createFixes([
      'authorization server',
      'issue plain bearer tokens for this API, without DPoP or mutual TLS',
    ]),
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
  missing_scope: {
    checks: ['required_scope'],
    unless: ['scope_in_other_claim'],
    findEvidence: (inspection) => {
      const { scopeClaims } = inspection.expected;
      const isPresent = scopeClaims.some((name) => hasClaim(inspection, name));
      return isPresent ? undefined : `the token has no scope: ${scopeClaims.join(', ')} are absent`;
    },
    fixes: createFixes(
      ['client', 'request the scope'],
      ['authorization server', 'grant the scope to this client and issue it in "scope"'],
    ),
  },
};

/** Whether a claim contains every required scope-token, as a string or as an array. */
function grantsAll(inspection: Inspection, name: string): boolean {
  const value = readClaim(inspection, name);
  const tokens: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return [...parseScope(inspection.scope ?? '')].every((required) => tokens.includes(required));
}
