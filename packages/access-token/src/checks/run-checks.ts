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
import { createFixes, type Fix } from '../inspection/fix.js';
import { type Inspection, isJws } from '../inspection/inspection.js';
import type { ProofInspection } from '../inspection/proof-inspection.js';
import { parseUnverifiedJws } from '../jws/compact-jws.js';

type TokenCheckName =
  KeyCheckName | AudienceCheckName | TimeCheckName | ClaimCheckName | PossessionCheckName;
type ProofCheckName = ProofHeaderCheckName | ProofClaimCheckName;

/**
 * The name of a check. `format` comes first, then the type, issuer, key and signature, then the
 * claims, the binding of the token, the DPoP proof, and the required scope, in the order of verification.
 */
export type CheckName = 'format' | TokenCheckName | ProofCheckName | ScopeCheckName;

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

/** Every check of the token except `format` and those of the scope, in the order of verification. */
const TOKEN_CHECKS: Readonly<Record<TokenCheckName, Check>> = {
  ...KEY_CHECKS,
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

const FORMAT_FIXES = createFixes([
  'client',
  'send the access token exactly as the authorization server issued it',
]);

/**
 * Runs every check of a token and its proof.
 *
 * @returns The checks in the order of verification; all but `format` are skipped when the token is
 *   not a well-formed JWS.
 */
export function runChecks(inspection: Inspection): readonly ExplainedCheck[] {
  const jws = isJws(inspection) ? inspection : undefined;
  return Object.freeze([
    checkFormat(inspection),
    ...runTable(TOKEN_CHECKS, jws, 'unreadable'),
    ...runTable(PROOF_CHECKS, jws?.proof, 'no proof'),
    ...runTable(SCOPE_CHECKS, jws, 'unreadable'),
  ]);
}

function checkFormat({ token, policy: { maxTokenBytes } }: Inspection): ExplainedCheck {
  const { length } = token.split('.');
  return createCheck({
    name: 'format',
    rfc: 'RFC 7515 §7.1',
    expected: `a signed JWT of three base64url parts, at most ${maxTokenBytes} octets`,
    found: `${length} ${length === 1 ? 'part' : 'parts'}, ${token.length} characters`,
    run: () => parseUnverifiedJws(token, maxTokenBytes),
    fixes: FORMAT_FIXES,
  });
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
