/**
 * Checks whether an attack got the expected refusal.
 *
 * @module
 */
import type { AttackOutcome } from './attacked-app.js';
import type { GuardDecision } from './guard-decisions.js';
import type { ExpectedRefusal } from '../plans/attack.js';

/** RFC 6750 §3.1: the challenge to a request without credentials has no error code. */
const NO_ERROR = 'without an error code';

/** What a refusal for the wrong reason suggests, by that reason. */
const HINTS: ReadonlyMap<string, string> = new Map([
  // A test issuer's claims are well-formed, so a schema has refused them.
  ['claim', '; add the claims that the schema requires: token: { claims: { … } }'],
  ['proof_url', '; set option "publicUrl" as "dpop.publicUrl" of the API'],
  ['proof_alg', '; set option "proofKey" to a key for an accepted algorithm'],
]);

/** Formats a refusal as a table cell: `401 invalid_token`. */
export function formatRefusal({ status, errors: [error] }: ExpectedRefusal): string {
  return `${status} ${error ?? NO_ERROR}`;
}

/**
 * Checks the response to an attack.
 *
 * @returns What was wrong with it, as a table cell; `undefined` for the expected refusal.
 */
export function checkRefusal(
  { status, challenge, decisions }: AttackOutcome,
  refusal: ExpectedRefusal,
): string | undefined {
  const decision = decisions.at(-1);
  if (decision !== undefined) {
    return checkDecision(decision, refusal, status) ?? checkResponse(status, challenge, refusal);
  }
  return status < 400 ? `${status}, no guard ran` : `not reached: ${status} before any guard`;
}

/**
 * Checks the response to a request without a token that middleware may have answered.
 *
 * @returns What was wrong with it, as a table cell; `undefined` where a guard refused the request, or
 *   where the response is a redirection, 404 or 405.
 */
export function checkUnseenResponse({ status, decisions }: AttackOutcome): string | undefined {
  const outcome = decisions.at(-1)?.outcome;
  if (outcome === 'refused' || outcome === 'unavailable') return undefined;
  if ((status >= 300 && status < 400) || status === 404 || status === 405) return undefined;
  return outcome === undefined ? `${status}, no guard ran` : `${status}, accepted`;
}

function checkDecision(
  { outcome, reason = '' }: GuardDecision,
  { reasons }: ExpectedRefusal,
  status: number,
): string | undefined {
  if (outcome === 'unavailable') return `${status}, no keys: does the API trust this issuer?`;
  if (outcome !== 'refused') return `${status}, accepted`;
  // A refusal for another reason does not prove that this check works.
  if (reasons.length === 0 || reasons.includes(reason)) return undefined;
  return `${status}, but with reason "${reason}"${HINTS.get(reason) ?? ''}`;
}

function checkResponse(
  status: number,
  challenge: string | undefined,
  refusal: ExpectedRefusal,
): string | undefined {
  if (challenge === undefined) return `${status} without a challenge`;
  const [, error] = /(?:^|[\s,])error="([^"]*)"/.exec(challenge) ?? [];
  if (status === refusal.status && refusal.errors.some((each) => each === error)) return undefined;
  return `${status} ${error ?? NO_ERROR}`;
}
