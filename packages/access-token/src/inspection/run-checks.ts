/**
 * Runs every check of a token, each with the function that verification uses.
 *
 * @module
 */
import { type Check, type CheckReason, findReason } from './check.js';
import { AUDIENCE_CHECKS, type AudienceCheckName } from './checks-audience.js';
import { CLAIM_CHECKS, type ClaimCheckName } from './checks-claims.js';
import { KEY_CHECKS, type KeyCheckName } from './checks-key.js';
import { TIME_CHECKS, type TimeCheckName } from './checks-time.js';
import { createFixes, type Fix } from './fix.js';
import { type Inspection, isJws } from './inspection.js';
import { parseUnverifiedJws } from '../jws/compact-jws.js';

/**
 * The name of a check. `format` comes first, then the type, issuer, key and signature, then the
 * claims, in the order of verification.
 */
export type CheckName =
  'format' | KeyCheckName | AudienceCheckName | TimeCheckName | ClaimCheckName;

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
  /** Describes what the token contains. May quote unverified claims. */
  readonly found: string;
  /** The section that contains the rule, such as `RFC 9068 §4`. */
  readonly rfc: string;
  /** Fixes that do not depend on the cause; empty unless the check failed. */
  readonly fixes: readonly Fix[];
}

/** Every check except `format`, in the order of verification. */
const CHECKS: Readonly<Record<Exclude<CheckName, 'format'>, Check>> = {
  ...KEY_CHECKS,
  ...AUDIENCE_CHECKS,
  ...TIME_CHECKS,
  ...CLAIM_CHECKS,
};

const FORMAT_FIXES = createFixes([
  'client',
  'send the access token exactly as the authorization server issued it',
]);

/**
 * Runs every check of a token.
 *
 * @returns The checks in the order of verification; all but `format` are skipped when the token is
 *   not a well-formed JWS.
 */
export function runChecks(inspection: Inspection): readonly ExplainedCheck[] {
  const names = Object.keys(CHECKS) as (keyof typeof CHECKS)[]; // the table has no other keys
  const checks = names.map((name) => runCheck(name, inspection));
  return Object.freeze([checkFormat(inspection), ...checks]);
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

function runCheck(name: keyof typeof CHECKS, inspection: Inspection): ExplainedCheck {
  const { rfc, appliesTo, expected, found, run, fixes } = CHECKS[name];
  if (!isJws(inspection)) {
    return createCheck({ name, rfc, expected: '', found: 'unreadable', run: undefined, fixes });
  }
  return createCheck({
    name,
    rfc,
    expected: expected(inspection),
    found: found(inspection),
    run: appliesTo?.(inspection) === false ? undefined : () => run(inspection),
    fixes,
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
