/**
 * What one guard has decided on a request.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { RefusalOrigin } from '@scopegate/access-token/internal';
import type { DecisionEvent, TokenSource } from '../decision-event.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import type { RequestAdapter } from '../request/request-adapter.js';
import type { PublicationTiming } from './publication-timing.js';
import type { ScopePublisher } from './scope-publisher.js';

/** What a guard decided. */
export type Decision = Pick<
  DecisionEvent,
  'outcome' | 'reason' | 'claim' | 'problem' | 'certificate' | 'scheme' | 'excess'
> & {
  /** Where a refused token came from, as far as it is known. */
  readonly origin?: RefusalOrigin | undefined;
  readonly trial?: DecisionEvent['trial'];
};

/** What an observation needs. */
export interface ObservationContext<Request extends object> {
  readonly adapter: RequestAdapter<Request>;
  readonly identifyClients: boolean;
  /** The name of the resource server. */
  readonly server: string;
  /** When the decision about a request that has passed is published. */
  readonly timing: PublicationTiming<Request>;
  readonly scopes: ScopePublisher;
}

/** Who decides. */
export interface Decider {
  readonly guard: string;
  readonly policy: GuardPolicy | undefined;
}

/** What one guard has decided on a request. Must not refer to the request. */
export interface Verdict<Request extends object> {
  readonly decision: Decision;
  readonly decider: Decider;
  readonly context: ObservationContext<Request>;
  /** The verified token, even if the request is refused. */
  readonly token: VerifiedAccessToken<unknown> | undefined;
  readonly source: TokenSource | undefined;
  readonly microseconds: number;
}
