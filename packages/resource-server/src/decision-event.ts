/**
 * The decisions of guards, as `diagnostics_channel` publishes them.
 *
 * @module
 */
import type { Principal } from '@scopegate/access-token';
import type {
  AuthScheme,
  ClaimProblem,
  MissingCertificateReason,
  RefusalReason,
} from '@scopegate/protocol';
import type { GuardPolicy } from './policy/guard-policy.js';

/** The name of the channel that publishes each {@link DecisionEvent}. */
export const DECISION_CHANNEL = 'scopegate:decision';

/**
 * What happened to a request. `anonymous`: passed on without a token. `unavailable`: answered with 503,
 * because something that the decision depends on was unavailable, such as the keys or the introspection
 * endpoint. `error`: passed on to the application's error handlers. `unenforced`: passed on, although a
 * guard that only reports would not have let it pass.
 */
export type DecisionOutcome =
  'allowed' | 'anonymous' | 'refused' | 'unavailable' | 'error' | 'unenforced';

/**
 * A message on `scopegate:decision`: one for each request that a guard has decided on. A refusal is
 * published at once, everything else once no other guard can decide: when the response begins, or when the
 * exchange has ended without one.
 *
 * It contains no token and no value of a claim. A subscriber runs in the async context of the request, and
 * must not throw.
 */
export interface DecisionEvent {
  /** What happened to the request. */
  readonly outcome: DecisionOutcome;
  /**
   * Why the request was refused, or would have been; `undefined` for what was allowed, and for `error`. With
   * the outcome `unenforced`, also `undefined` if a hook of the application failed.
   */
  readonly reason: RefusalReason | 'unavailable' | undefined;
  /**
   * The name of the claim that failed: of the token with the reason `claim`, of the proof with the reason
   * `proof_claim`. `undefined` if a schema rejected the claims.
   */
  readonly claim?: string | undefined;
  /** What is wrong with that claim. */
  readonly problem?: ClaimProblem | undefined;
  /**
   * Why the request has no certificate, if the token is bound to one and the reason is
   * `sender_constraint`.
   */
  readonly certificate?: MissingCertificateReason | undefined;
  /** The scheme of the credentials; `undefined` if they are missing, or in several places. */
  readonly scheme: AuthScheme | undefined;
  /**
   * What the caller has proven to possess: the key or the certificate that the token is bound to, or both.
   * `undefined` for a bearer token, and when the proof was refused.
   */
  readonly binding: 'dpop' | 'mtls' | 'both' | undefined;
  /** The name of the resource server: its option `name`, by default its realm. */
  readonly server: string;
  /**
   * The guard that had the last word, by the name of the function that created it, such as `requireScope`;
   * `handler` for a refusal that the handler has thrown.
   */
  readonly guard: string;
  /** What that guard requires; `undefined` for a refusal that the handler has thrown. */
  readonly policy: GuardPolicy | undefined;
  /**
   * The policies that allowed the token before, in order: those of earlier guards and of the assertions of the
   * handler. With `policy`, they are all that the request needed.
   */
  readonly earlier: readonly GuardPolicy[];
  /** The issuer, as configured; `undefined` when no token was verified. */
  readonly issuer: string | undefined;
  /**
   * The configured issuer that a refused token names in `iss`. Do not rely on it: its signature may not have
   * been verified. `undefined` if the token was verified, or names another issuer.
   */
  readonly claimedIssuer: string | undefined;
  /** The request method. */
  readonly method: string | undefined;
  /**
   * The whole path that the route was declared with, mount paths included, never the requested path. For a
   * request that a guard in front of a router refused, the path that this guard is mounted on, with `/*`.
   * `undefined` when it is not known.
   */
  readonly route: string | undefined;
  /**
   * Where the verified token came from: the token cache, or its verification. `earlier_guard`: an earlier guard
   * has verified it, and its decision was not observed, or is published already. `undefined` when no token was
   * verified. The first observed use of a cached token counts as its verification.
   */
  readonly source: TokenSource | undefined;
  /** How long the guards of the request took, in microseconds, including time spent waiting. */
  readonly microseconds: number;
  /** For whom the client acts; `undefined` when no token was verified. */
  readonly principal: Principal | undefined;
  /**
   * The client id of the token, once its signature was good, even if the request was refused; only with the
   * option `identifyClients`.
   */
  readonly clientId: string | undefined;
  /** The scopes of the token; only with the option `identifyClients`. */
  readonly held: PublishedScopes | undefined;
  /** Scopes that the route does not require; only where `excessScopes` is not `'ignore'`. */
  readonly excess: PublishedScopes | undefined;
  /**
   * What the stricter policies that are on trial would have decided, those of all guards together; `undefined`
   * when nothing is on trial, or no guard has allowed the request.
   */
  readonly trial: TrialVerdict | undefined;
}

/** Where a verified token came from. */
export type TokenSource = 'cache' | 'verification' | 'earlier_guard';

/** Scopes of a token: those that the API declares by name, the others counted. */
export interface PublishedScopes {
  /** The names of the scopes that the API declares. */
  readonly declared: readonly string[];
  /** Number of undeclared scopes; their names are not published. */
  readonly others: number;
}

/** What policies on trial would have decided about a request that the enforced ones allowed. */
export interface TrialVerdict {
  /** What would have happened. `error`: the trial itself failed, which says nothing about the request. */
  readonly outcome: 'allowed' | 'refused' | 'error';
  /** Why it would have been refused. */
  readonly reason: RefusalReason | undefined;
}
