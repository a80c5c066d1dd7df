/**
 * What an explanation of a token consists of. For operators: it holds claim values.
 *
 * @module
 */
import type { InsufficientScopeReason, InvalidTokenReason } from '@scopegate/protocol';

/** The checks of a token, in the order in which they are made. */
export type CheckName =
  | 'format'
  | 'type'
  | 'algorithm'
  | 'issuer'
  | 'key'
  | 'signature'
  | 'audience'
  | 'time_claims'
  | 'expiry'
  | 'not_before'
  | 'lifetime'
  | 'required_claims'
  | 'identity_claims'
  | 'scope_claim'
  | 'sender_constraint'
  | 'claims_schema'
  | 'required_scope';

/** `skipped`: nothing asks for the check, or an earlier failure left nothing to check. */
export type CheckOutcome = 'passed' | 'failed' | 'skipped';

/** Why a check failed: the reason that the refusal would have; `unavailable` is our own failure. */
export type CheckReason = InvalidTokenReason | InsufficientScopeReason | 'unavailable';

/** Who has to change something. */
export type Side = 'resource server' | 'authorization server' | 'client';

/** What to change, and where. */
export interface Remedy {
  readonly side: Side;
  /** A sentence in the imperative, without a full stop. */
  readonly action: string;
}

/** One check and how it went. */
export interface ExplainedCheck {
  readonly name: CheckName;
  readonly outcome: CheckOutcome;
  /** `undefined` unless it failed. */
  readonly reason: CheckReason | undefined;
  /** What would have passed, as text. */
  readonly expected: string;
  /** What the token has, as text; may quote claims that nobody has vouched for. */
  readonly found: string;
  /** Where the rule stands, such as `RFC 9068 §4`. */
  readonly rfc: string;
  /** Empty unless it failed. */
  readonly remedies: readonly Remedy[];
}

/** The key that verifies a token's signature. */
export interface ExplainedKey {
  readonly kid: string | undefined;
  readonly alg: string;
  /** As Node names it: `rsa`, `ec`, `ed25519`; `secret` for a shared one. */
  readonly type: string;
  /** The modulus of an RSA key. */
  readonly bits: number | undefined;
}

/** How the issuer's keys stood before the token was looked at. */
export interface ExplainedKeySet {
  readonly issuer: string;
  readonly state: 'empty' | 'fresh' | 'stale' | 'withdrawn' | 'unavailable';
  readonly keys: number;
  /** Since the last good answer. */
  readonly ageMs: number | undefined;
  /** Why the keys are not available, after the token was looked at; names the URL and the cause. */
  readonly lastError: string | undefined;
}

/** A known mistake, by its stable name. */
export type FindingCause =
  | 'bearer_prefix'
  | 'quotes_or_spaces'
  | 'oversized_token'
  | 'opaque_token'
  | 'auth0_without_audience'
  | 'encrypted_token'
  | 'truncated_token'
  | 'critical_header'
  | 'unsigned_token'
  | 'shared_secret_token'
  | 'algorithm_not_allowed'
  | 'unknown_kid'
  | 'missing_kid'
  | 'graph_token'
  | 'id_token'
  | 'refresh_token'
  | 'logout_token'
  | 'wrong_typ'
  | 'not_rfc9068'
  | 'issuer_trailing_slash'
  | 'entra_version'
  | 'issuer_scheme'
  | 'wrong_environment'
  | 'audience_trailing_slash'
  | 'entra_audience_form'
  | 'audience_is_client_id'
  | 'auth0_userinfo_only'
  | 'cognito_without_audience'
  | 'keycloak_without_mapper'
  | 'client_not_listed'
  | 'missing_audience'
  | 'time_in_milliseconds'
  | 'time_as_text'
  | 'missing_expiry'
  | 'expired_token'
  | 'clock_skew'
  | 'not_before_in_future'
  | 'lifetime_too_long'
  | 'scope_as_list'
  | 'sender_constrained_token'
  | 'scope_in_other_claim'
  | 'missing_scope';

/** A known mistake that the token shows. */
export interface Finding {
  readonly cause: FindingCause;
  /** A sentence that says what is wrong, and by what it is known. */
  readonly evidence: string;
  readonly remedies: readonly Remedy[];
}

/** Everything there is to say of one token. Frozen in depth. Never to be sent to a caller. */
export interface TokenExplanation {
  /** `undecided`: the keys cannot be had now, so nobody knows. */
  readonly verdict: 'accepted' | 'refused' | 'undecided';
  /** The reason of the first check that failed; `undefined` when accepted. */
  readonly reason: CheckReason | undefined;
  /** The token is remembered as accepted: the checks are not made anew for it. */
  readonly cached: boolean;
  /** `undefined` when none was found. */
  readonly key: ExplainedKey | undefined;
  /** `undefined` when the token names no trusted issuer. */
  readonly keySet: ExplainedKeySet | undefined;
  /** Every check, in order. */
  readonly checks: readonly ExplainedCheck[];
  /** Causes that are known for sure; empty when the token is accepted. */
  readonly findings: readonly Finding[];
}
