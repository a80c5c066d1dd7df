/**
 * The checks of the other claims, as they are explained.
 *
 * @module
 */
import {
  createScopeSet,
  InsufficientScopeError,
  InvalidTokenError,
  parseScope,
} from '@scopegate/protocol';
import { assertNotSenderConstrained } from '../claims/confirmation.js';
import { CLIENT_ID_CLAIMS, readIdentity } from '../claims/identity.js';
import { readScopes } from '../claims/scopes.js';
import { assertRequiredClaims } from '../claims/token-kind.js';
import { type Check, type CheckScene, reasonOf, showClaims } from './check.js';
import { showValue } from './printable.js';

/** In the order of verification; what the route asks for comes last. */
export const CLAIM_CHECKS: readonly Check[] = Object.freeze([
  {
    name: 'required_claims',
    rfc: 'RFC 9068 §2.2',
    appliesTo: ({ expected }) => expected.typ === 'at+jwt',
    expected: () => '"sub", "client_id", "iat" and "jti"',
    found: (scene) => showClaims(scene, ['sub', 'client_id', 'iat', 'jti']),
    run: ({ jws }) => {
      assertRequiredClaims(jws.claims);
    },
  },
  {
    name: 'identity_claims',
    rfc: 'RFC 9068 §2.2',
    expected: () => '"sub", the client\'s id and "jti" as strings, where present',
    found: (scene) => showClaims(scene, ['sub', ...CLIENT_ID_CLAIMS, 'jti']),
    run: ({ jws }) => readIdentity(jws.claims),
  },
  {
    name: 'scope_claim',
    rfc: 'RFC 9068 §2.2.3',
    expected: ({ expected }) => `scope-tokens in ${expected.scopeClaims.join(', ')}, where present`,
    found: (scene) => showClaims(scene, scene.expected.scopeClaims),
    run: ({ jws, expected }) => {
      readScopes(jws.claims, expected.scopeClaims);
    },
  },
  {
    name: 'sender_constraint',
    rfc: 'RFC 9449 §7.2',
    expected: () => 'no "cnf": a plain bearer token',
    found: (scene) => showClaims(scene, ['cnf']),
    run: ({ jws }) => {
      assertNotSenderConstrained(jws.claims);
    },
  },
  {
    name: 'claims_schema',
    rfc: 'RFC 7519 §4.3',
    appliesTo: ({ schemaIssues }) => schemaIssues !== undefined,
    expected: () => 'claims that the schema of the API takes',
    found: ({ schemaIssues = false }) => (schemaIssues === false ? 'no issues' : schemaIssues),
    run: ({ schemaIssues }) => {
      if (typeof schemaIssues === 'string') throw new InvalidTokenError('claim');
    },
  },
  {
    name: 'required_scope',
    rfc: 'RFC 6750 §3.1',
    appliesTo: ({ scope }) => scope !== undefined,
    expected: ({ scope }) => showValue(scope),
    found: (scene) => showValue([...grantedScopes(scene)].join(' ')),
    run: (scene) => {
      const granted = grantedScopes(scene);
      const isGranted = [...parseScope(scene.scope ?? '')].every((needed) => granted.has(needed));
      if (!isGranted) throw new InsufficientScopeError('scope', scene.scope);
    },
  },
]);

function grantedScopes({ jws, expected }: CheckScene): ReadonlySet<string> {
  let scopes: ReadonlySet<string> = createScopeSet([]);
  // Where the claim cannot be read, the check of the claim says so; nothing is granted.
  reasonOf(() => (scopes = readScopes(jws.claims, expected.scopeClaims)));
  return scopes;
}
