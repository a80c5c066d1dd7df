/**
 * Whether an attack was refused as it should be.
 *
 * @module
 */
import type { ExpectedRefusal } from './plan-attacks.js';
import type { AttackOutcome, GuardDecision } from './attacked-app.js';

/** RFC 6750 §3.1: a challenge to those who have sent no credentials has none. */
const NO_ERROR = 'without an error code';

/** The claims of a test issuer have the right shape: a schema of the API wants others. */
const CLAIMS_HINT = '; give every token what the schema needs: token: { claims: { … } }';

/** Writes a refusal as a cell of a table. */
export function formatRefusal({ status, error }: ExpectedRefusal): string {
  return `${status} ${error ?? NO_ERROR}`;
}

/** What was wrong with the answer; `undefined` for nothing. */
export function judge(
  { status, challenge, decisions }: AttackOutcome,
  refusal: ExpectedRefusal,
): string | undefined {
  const decision = decisions.at(-1);
  if (decision !== undefined) {
    return judgeDecision(decision, refusal, status) ?? judgeAnswer(status, challenge, refusal);
  }
  return status < 400 ? `${status}, no guard was asked` : `not reached: ${status} before any guard`;
}

/**
 * What was wrong with the answer to a request that middleware may have answered itself; `undefined` for
 * nothing: a guard refused, or there is nothing but a way elsewhere.
 */
export function judgeUnseen({ status, decisions }: AttackOutcome): string | undefined {
  const outcome = decisions.at(-1)?.outcome;
  if (outcome === 'refused' || outcome === 'unavailable') return undefined;
  if ((status >= 300 && status < 400) || status === 404 || status === 405) return undefined;
  return outcome === undefined ? `${status}, no guard was asked` : `${status}, let through`;
}

function judgeDecision(
  { outcome, reason = '' }: GuardDecision,
  { reasons }: ExpectedRefusal,
  status: number,
): string | undefined {
  if (outcome === 'unavailable') return `${status}, no keys: does the API trust this issuer?`;
  if (outcome !== 'refused') return `${status}, let through`;
  // Refused for another reason, it says nothing of what was to be shown.
  if (reasons.length === 0 || reasons.includes(reason)) return undefined;
  return `${status}, but for the reason "${reason}"${reason === 'claim' ? CLAIMS_HINT : ''}`;
}

function judgeAnswer(
  status: number,
  challenge: string | undefined,
  refusal: ExpectedRefusal,
): string | undefined {
  if (challenge === undefined) return `${status} without a challenge`;
  const [, error] = /(?:^|[\s,])error="([^"]*)"/.exec(challenge) ?? [];
  if (status === refusal.status && error === refusal.error) return undefined;
  return `${status} ${error ?? NO_ERROR}`;
}
