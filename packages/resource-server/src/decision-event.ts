/**
 * Publishes the decisions of guards on `diagnostics_channel`.
 *
 * @module
 */
import { type Channel, channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type {
  AuthScheme,
  ClaimProblem,
  MissingCertificateReason,
  RefusalReason,
} from '@scopegate/protocol';
import type { RequestAdapter } from './request/request-adapter.js';

/** The name of the channel that publishes each {@link DecisionEvent}. */
export const DECISION_CHANNEL = 'scopegate:decision';

/** A message on `scopegate:decision`: one for each decision of a guard. */
export interface DecisionEvent {
  /**
   * What the guard did. `anonymous`: passed on without a token; `unavailable`: answered 503, because
   * something that the decision depends on was unavailable, such as the keys or the introspection
   * endpoint; `error`: passed on to the application's error handlers.
   */
  readonly outcome: 'allowed' | 'anonymous' | 'refused' | 'unavailable' | 'error';
  /** Why the request was refused; `undefined` for other outcomes. */
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
  /** The issuer, as configured; `undefined` when no token was verified. */
  readonly issuer: string | undefined;
  /** The request method. */
  readonly method: string | undefined;
  /** The path that the route was declared with, never the requested path. */
  readonly route: string | undefined;
  /** Whether the token was cached, or verified by an earlier guard. */
  readonly cached: boolean;
  /** How long the guard took, in microseconds, including time spent waiting. */
  readonly microseconds: number;
  /** The client id of the token; only with the option `identifyClients`. */
  readonly clientId: string | undefined;
  /** Scopes that the route does not require; only where `excessScopes` is not `'ignore'`. */
  readonly excess: ExcessScopes | undefined;
}

/** Scopes that a token has and its route does not require. */
export interface ExcessScopes {
  /** The names of the excess scopes that the API declares. */
  readonly declared: readonly string[];
  /** Number of undeclared scopes; their names are not published. */
  readonly others: number;
}

/** What a guard decided. */
export type Decision = Pick<
  DecisionEvent,
  'outcome' | 'reason' | 'claim' | 'problem' | 'certificate' | 'scheme' | 'excess'
>;

/** Without subscribers nothing is observed. */
const decisionChannel: Channel = channel(DECISION_CHANNEL);

/** What an observation needs. */
export interface ObservationContext<Request extends object> {
  readonly adapter: RequestAdapter<Request>;
  readonly identifyClients: boolean;
}

/** One guard's decision on one request; created only when the channel has subscribers. */
export class Observation<Request extends object> {
  cached = false;
  /** The verified token, even if the request is refused. */
  token: VerifiedAccessToken<unknown> | undefined;
  readonly #request: Request;
  readonly #context: ObservationContext<Request>;
  readonly #startedAt = performance.now();

  constructor(request: Request, context: ObservationContext<Request>) {
    this.#request = request;
    this.#context = context;
  }

  /** Publishes the outcome. */
  end({ outcome, reason, claim, problem, certificate, scheme, excess }: Decision): void {
    const { token } = this;
    const { adapter, identifyClients } = this.#context;
    const event: DecisionEvent = {
      outcome,
      reason,
      claim,
      problem,
      certificate,
      scheme,
      binding: bindingOf(token),
      issuer: token?.issuer,
      method: adapter.method(this.#request),
      route: adapter.route(this.#request),
      cached: this.cached,
      microseconds: Math.round((performance.now() - this.#startedAt) * 1000),
      clientId: identifyClients ? token?.clientId : undefined,
      excess,
    };
    decisionChannel.publish(event);
  }
}

function bindingOf(
  token: Pick<VerifiedAccessToken<unknown>, 'confirmation'> | undefined,
): DecisionEvent['binding'] {
  const { jkt, x5tS256 } = token?.confirmation ?? {};
  if (jkt === undefined) return x5tS256 === undefined ? undefined : 'mtls';
  return x5tS256 === undefined ? 'dpop' : 'both';
}

/** Begins to observe a request; returns `undefined` when the channel has no subscribers. */
export function observe<Request extends object>(
  request: Request,
  context: ObservationContext<Request>,
): Observation<Request> | undefined {
  return decisionChannel.hasSubscribers ? new Observation(request, context) : undefined;
}
