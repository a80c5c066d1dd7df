/**
 * What each reason means, for logs, pages and reports: the sentences of the errors and of `explain()`.
 *
 * @module
 */
import {
  type ChallengeError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
  type RefusalReason,
  UseNonceError,
} from '@scopegate/protocol';
import { CHECK_RULES } from '../checks/check-rules.js';
import type { Fix } from '../inspection/fix.js';
import {
  AUTHENTICATION_RULES,
  CREDENTIALS_RULES,
  NONCE_RULE,
  PROOF_RULES,
  type ReasonRule,
  REQUEST_RULES,
  SCOPE_RULES,
  TOKEN_RULES,
  UNAVAILABLE_RULE,
} from './reason-rules.js';

/** What a reason means. Contains nothing from any token. */
export interface ReasonText {
  /** The reason, as decision events have it. */
  readonly reason: RefusalReason | 'unavailable';
  /** The status of the response. */
  readonly status: number;
  /** The error code of the challenge, such as `invalid_token`; absent without one. */
  readonly error?: string;
  /** One sentence without a full stop: the `error_description` of the challenge, where there is one. */
  readonly description: string;
  /** The sections that contain the rule, such as `RFC 7519 §4.1.4`; never empty. */
  readonly sections: readonly string[];
  /** What to do, by the party that does it; never empty. The same fixes as those of `explain()`. */
  readonly fixes: readonly Fix[];
}

let texts: readonly ReasonText[] | undefined;

/** Lists what every reason means, in the order in which requests are checked. Deeply frozen. */
export function listReasonTexts(): readonly ReasonText[] {
  // Not at import: most applications list no reasons.
  texts ??= Object.freeze(createTexts());
  return texts;
}

function createTexts(): readonly ReasonText[] {
  return [
    ...createGroup(CREDENTIALS_RULES, (reason) => new MissingCredentialsError(NO_SPACE, reason)),
    ...createGroup(REQUEST_RULES, (reason) => new InvalidRequestError(reason)),
    ...createGroup(TOKEN_RULES, (reason) => new InvalidTokenError(reason)),
    ...createGroup(PROOF_RULES, (reason) => new InvalidProofError(reason)),
    createText('nonce', NONCE_RULE, new UseNonceError('nonce')),
    ...createGroup(SCOPE_RULES, (reason) => new InsufficientScopeError(reason)),
    ...createGroup(
      AUTHENTICATION_RULES,
      (reason) => new InsufficientUserAuthenticationError(reason, {}),
    ),
    createText('unavailable', UNAVAILABLE_RULE, { status: 503, message: '' }),
  ];
}

const NO_SPACE = { realm: '' };

/** @param refuse - Creates the error whose status, code and message callers get. */
function createGroup<Reason extends RefusalReason>(
  rules: Readonly<Record<Reason, ReasonRule>>,
  refuse: (reason: Reason) => ChallengeError,
): readonly ReasonText[] {
  const reasons = Object.keys(rules) as Reason[]; // the table has no other keys
  return reasons.map((reason) => createText(reason, rules[reason], refuse(reason)));
}

type Refused = Pick<ChallengeError, 'status' | 'message'> | { status: 503; message: string };

function createText(
  reason: ReasonText['reason'],
  rule: ReasonRule,
  refusal: Refused & Partial<Pick<ChallengeError, 'challenge'>>,
): ReasonText {
  const error = refusal.challenge?.error;
  const { description = refusal.message, sections, fixes } = resolveRule(rule);
  return Object.freeze({
    reason,
    status: refusal.status,
    ...(error !== undefined && { error }),
    description,
    sections: Object.freeze([...new Set(sections)]),
    fixes: Object.freeze(fixes),
  });
}

function resolveRule(rule: ReasonRule): Exclude<ReasonRule, { readonly checks: unknown }> {
  if (!('checks' in rule)) return rule;
  const rules = rule.checks.map((name) => CHECK_RULES[name]);
  return { sections: rules.map(({ rfc }) => rfc), fixes: rules.flatMap(({ fixes }) => fixes) };
}
