/**
 * Runs every check of a token, each with the function that verification uses.
 *
 * @module
 */
import type { Check } from './check.js';
import { type CheckReason, findReason } from '../inspection/check-reason.js';
import { AUDIENCE_CHECKS, type AudienceCheckName } from './checks-audience.js';
import {
  CLAIM_CHECKS,
  type ClaimCheckName,
  SCOPE_CHECKS,
  type ScopeCheckName,
} from './checks-claims.js';
import { KEY_CHECKS, type KeyCheckName } from './checks-key.js';
import { POSSESSION_CHECKS, type PossessionCheckName } from './checks-possession.js';
import { PROOF_CLAIM_CHECKS, type ProofClaimCheckName } from './checks-proof-claims.js';
import { PROOF_HEADER_CHECKS, type ProofHeaderCheckName } from './checks-proof-header.js';
import { TIME_CHECKS, type TimeCheckName } from './checks-time.js';
import { AUTHENTICATION_CHECKS, type AuthenticationCheckName } from './checks-authentication.js';
import { ENCRYPTION_CHECKS, type EncryptionCheckName } from './checks-encryption.js';
import { FORMAT_CHECKS, type FormatCheckName } from './checks-format.js';
import {
  FRESH_CHECKS,
  type FreshCheckName,
  INTROSPECTION_CHECKS,
  type IntrospectionCheckName,
} from './checks-introspection.js';
import { REVOCATION_CHECKS, type RevocationCheckName } from './checks-revocation.js';
import { createFixes, type Fix } from '../inspection/fix.js';
import { hasClaims, type Inspection, isJwe, isJws, isOpaque } from '../inspection/inspection.js';
import type { ProofInspection } from '../inspection/proof-inspection.js';

type TokenCheckName = AudienceCheckName | TimeCheckName | ClaimCheckName | PossessionCheckName;
type ProofCheckName = ProofHeaderCheckName | ProofClaimCheckName;
type StateCheckName = FreshCheckName | RevocationCheckName;
type RouteCheckName = ScopeCheckName | AuthenticationCheckName;

/**
 * The name of a check. `format` comes first, then the decryption of an encrypted token, the
 * introspection of an opaque token, and the type, issuer, key and signature of a JWT. The claims follow, the binding of the token, the DPoP proof, a fresh
 * introspection, revocation, and what the route requires, in the order of verification.
 */
export type CheckName =
  | FormatCheckName
  | EncryptionCheckName
  | IntrospectionCheckName
  | KeyCheckName
  | TokenCheckName
  | ProofCheckName
  | StateCheckName
  | RouteCheckName;

/**
 * The outcome of a check. `skipped`: the check does not apply to this verifier, or it cannot run
 * because an earlier check failed.
 */
export type CheckOutcome = 'passed' | 'failed' | 'skipped';

/** One check and its outcome. */
export interface ExplainedCheck {
  /** The stable name of the check. */
  readonly name: CheckName;
  /** The outcome of the check. */
  readonly outcome: CheckOutcome;
  /** Why the check failed; `undefined` unless it failed. */
  readonly reason: CheckReason | undefined;
  /** Describes what would have passed. */
  readonly expected: string;
  /** Describes what the token or the proof contains. May quote unverified claims. */
  readonly found: string;
  /** The section that contains the rule, such as `RFC 9068 §4`. */
  readonly rfc: string;
  /** Fixes that do not depend on the cause; empty unless the check failed. */
  readonly fixes: readonly Fix[];
}

/** Every check of the claims and of the binding, in the order of verification. */
const TOKEN_CHECKS: Readonly<Record<TokenCheckName, Check>> = {
  ...AUDIENCE_CHECKS,
  ...TIME_CHECKS,
  ...CLAIM_CHECKS,
  ...POSSESSION_CHECKS,
};

/** Every check of a proof, in the order of verification. */
const PROOF_CHECKS: Readonly<Record<ProofCheckName, Check<ProofInspection>>> = {
  ...PROOF_HEADER_CHECKS,
  ...PROOF_CLAIM_CHECKS,
};

/** What can change while a token is valid, in the order of verification. */
const STATE_CHECKS: Readonly<Record<StateCheckName, Check>> = {
  ...FRESH_CHECKS,
  ...REVOCATION_CHECKS,
};

/** What the route requires, in the order of verification. */
const ROUTE_CHECKS: Readonly<Record<RouteCheckName, Check>> = {
  ...SCOPE_CHECKS,
  ...AUTHENTICATION_CHECKS,
};

/**
 * Runs every check of a token and its proof.
 *
 * @returns The checks in the order of verification; all but `format` are skipped when the token is
 *   neither a well-formed JWS nor an opaque token about which there is an answer.
 */
export function runChecks(inspection: Inspection): readonly ExplainedCheck[] {
  const opaque = isOpaque(inspection) ? inspection : undefined;
  const jws = isJws(inspection) ? inspection : undefined;
  const claims = hasClaims(inspection) ? inspection : undefined;
  const unread = opaque === undefined ? 'unreadable' : 'unknown';
  return Object.freeze([
    ...runTable(FORMAT_CHECKS, inspection, ''),
    ...runTable(ENCRYPTION_CHECKS, isJwe(inspection) ? inspection : undefined, 'not encrypted'),
    ...runTable(INTROSPECTION_CHECKS, opaque, 'not an opaque token'),
    ...runTable(KEY_CHECKS, jws, opaque === undefined ? 'unreadable' : 'an opaque token'),
    ...runTable(TOKEN_CHECKS, claims, unread),
    ...runTable(PROOF_CHECKS, claims?.proof, 'no proof'),
    ...runTable(STATE_CHECKS, claims, unread),
    ...runTable(ROUTE_CHECKS, claims, unread),
  ]);
}

/**
 * Runs the checks of a table.
 *
 * @param absence - What is found when the subject is missing; every check is skipped then.
 */
function runTable<Name extends CheckName, Subject>(
  table: Readonly<Record<Name, Check<Subject>>>,
  subject: Subject | undefined,
  absence: string,
): readonly ExplainedCheck[] {
  const names = Object.keys(table) as Name[]; // the table has no other keys
  return names.map((name) => {
    const { rfc, appliesTo, expected, found, run, fixes } = table[name];
    if (subject === undefined) {
      return createCheck({ name, rfc, expected: '', found: absence, run: undefined, fixes });
    }
    return createCheck({
      name,
      rfc,
      expected: expected(subject),
      found: found(subject),
      run: appliesTo?.(subject) === false ? undefined : () => run(subject),
      fixes,
    });
  });
}

interface CheckParts extends Omit<ExplainedCheck, 'outcome' | 'reason'> {
  /** `undefined` skips the check. */
  readonly run: (() => unknown) | undefined;
}

function createCheck({ run, fixes, ...description }: CheckParts): ExplainedCheck {
  const reason = run && findReason(run);
  const outcome = run === undefined ? 'skipped' : reason === undefined ? 'passed' : 'failed';
  return Object.freeze({
    ...description,
    outcome,
    reason,
    fixes: outcome === 'failed' ? fixes : createFixes(),
  });
}
