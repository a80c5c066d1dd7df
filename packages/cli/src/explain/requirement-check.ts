/**
 * Explains a token together with what a route requires of it.
 *
 * @module
 */
import type { ExplainedCheck, TokenExplanation } from '@scopegate/access-token';
import type { TokenExplainer } from '@scopegate/express/internal';
import { omitUndefined } from '../option-parsers.js';
import type { ExplainedPresentation } from './presentation-input.js';
import type { Requirement } from './route-requirement.js';

/** A check of the explanation; `principal` is added by this command. */
export type ReportedCheck = Omit<ExplainedCheck, 'name'> & {
  /** The stable name of the check. */
  readonly name: ExplainedCheck['name'] | 'principal';
};

/** An explanation, and what the route requires. */
export type ReportedExplanation = Omit<TokenExplanation, 'checks'> & {
  /** Every check, in the order of verification. */
  readonly checks: readonly ReportedCheck[];
  /** What the route requires, and which requirements were not checked. */
  readonly notes: readonly string[];
};

/** A token, and how it was sent. */
export interface PresentedInput {
  readonly token: string;
  readonly presentation: ExplainedPresentation;
}

/**
 * Explains a token. Where one of several sets of scopes is enough, the explanation is that of the first
 * set that is accepted, otherwise that of the first set.
 *
 * @throws TypeError (rejects) The scopes are malformed.
 */
export async function explainRequirement(
  { token, presentation }: PresentedInput,
  { scopes, principal, notes, ...required }: Requirement,
  explainer: TokenExplainer,
): Promise<ReportedExplanation> {
  const [first, ...others] = scopes ?? [undefined];
  // An application may use an older version of the package, which has no other option than `scope`.
  const given = omitUndefined({ ...presentation, ...required });
  let explanation = await explainer.explain(token, { ...given, scope: first });
  for (const scope of others) {
    if (explanation.verdict === 'accepted') break;
    const other = await explainer.explain(token, { ...given, scope });
    if (other.verdict === 'accepted') explanation = other;
  }
  const reported = { ...explanation, notes };
  return principal === undefined ? reported : checkPrincipal(reported, principal);
}

function checkPrincipal(
  explanation: ReportedExplanation,
  wanted: 'client' | 'user',
): ReportedExplanation {
  const { principal = 'unknown', verdict, reason, checks } = explanation;
  const isWanted = principal === wanted;
  const isRefused = verdict === 'accepted' && !isWanted;
  const check: ReportedCheck = {
    name: 'principal',
    outcome: isWanted ? 'passed' : 'failed',
    reason: isWanted ? undefined : 'principal',
    expected: wanted,
    found: principal,
    rfc: 'RFC 9068 §5',
    fixes: [{ side: 'client', action: FIXES[wanted] }],
  };
  return {
    ...explanation,
    verdict: isRefused ? 'refused' : verdict,
    reason: isRefused ? 'principal' : reason,
    checks: [...checks, check],
  };
}

const FIXES = {
  client: 'request the token with the client credentials grant, so that the client acts for itself',
  user: 'request the token for a user, with the authorization code grant',
} as const;
