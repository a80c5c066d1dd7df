/**
 * What guards decided, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { RefusalReason } from '@scopegate/protocol';

/** The channel of {@link DecisionEvent}s. */
export const DECISION_CHANNEL = 'scopegate:decision';

/** A message on `scopegate:decision`: one for every request that a guard judged. */
export interface DecisionEvent {
  /**
   * `anonymous`: let through without a token; `unavailable`: no keys, 503; `error`: handed to the
   * application's error handlers.
   */
  readonly outcome: 'allowed' | 'anonymous' | 'refused' | 'unavailable' | 'error';
  /** Why not. */
  readonly reason: RefusalReason | 'unavailable' | undefined;
  /** The issuer, as configured; `undefined` when no token was verified. */
  readonly issuer: string | undefined;
  readonly method: string | undefined;
  /** The path that the route was declared with, never the one that was asked for. */
  readonly route: string | undefined;
  /** The token had been verified before. */
  readonly cached: boolean;
  /** How long the guard took, waiting included. */
  readonly microseconds: number;
  /** Only where `identifyClients` is set. */
  readonly clientId: string | undefined;
  /** Scopes beyond the route's needs, where `excessScopes` is not `'ignore'`. */
  readonly excess: ExcessScopes | undefined;
}

/** Scopes that a token carries and its route does not need. */
export interface ExcessScopes {
  /** Those that the API declared, by name. */
  readonly declared: readonly string[];
  /** How many others there are; what they say is the token's own affair. */
  readonly others: number;
}

/** How a guard decided. */
export type Decision = Pick<DecisionEvent, 'outcome' | 'reason' | 'excess'>;

const decisionChannel = channel(DECISION_CHANNEL);

/** One guard's look at one request, for whoever listens. */
export class Observation {
  cached = false;
  /** What was verified on the way, whatever is decided then. */
  token: VerifiedAccessToken<unknown> | undefined;
  readonly #req: IncomingMessage;
  readonly #identifyClients: boolean;
  readonly #startedAt = performance.now();

  private constructor(req: IncomingMessage, identifyClients: boolean) {
    this.#req = req;
    this.#identifyClients = identifyClients;
  }

  /** Begins one, if anybody listens: otherwise nothing is measured. */
  static begin(req: IncomingMessage, identifyClients: boolean): Observation | undefined {
    return decisionChannel.hasSubscribers ? new Observation(req, identifyClients) : undefined;
  }

  /** Publishes the outcome. */
  end({ outcome, reason, excess }: Decision): void {
    const { token } = this;
    const event: DecisionEvent = {
      outcome,
      reason,
      issuer: token?.issuer,
      method: this.#req.method,
      route: declaredPath(this.#req),
      cached: this.cached,
      microseconds: Math.round((performance.now() - this.#startedAt) * 1000),
      clientId: this.#identifyClients ? token?.clientId : undefined,
      excess,
    };
    decisionChannel.publish(event);
  }
}

/** Express keeps the matched route on the request; its path is the application's own text. */
function declaredPath(req: IncomingMessage): string | undefined {
  const { route } = req as IncomingMessage & { readonly route?: { readonly path?: unknown } };
  const path = route?.path;
  if (Array.isArray(path)) return path.join(', ');
  return typeof path === 'string' || path instanceof RegExp ? String(path) : undefined;
}
