/**
 * The decision on a request: one, even if several guards run on it.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { type Channel, channel } from 'node:diagnostics_channel';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import {
  DECISION_CHANNEL,
  type DecisionEvent,
  type DecisionOutcome,
  type TrialVerdict,
} from '../decision-event.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import type { Publication } from './publication-timing.js';
import type { Decider, ObservationContext, Verdict } from './verdict.js';

/** Without subscribers nothing is observed. */
export const decisionChannel: Channel = channel(DECISION_CHANNEL);

const NO_POLICIES: readonly GuardPolicy[] = Object.freeze([]);

/**
 * What the guards of a request have decided until now. Does not refer to the request: V8 treats the values of old
 * maps as reachable while it collects young objects, so both would survive until a full collection.
 */
export class RequestDecision<Request extends object> {
  isPublished = false;
  #last: Verdict<Request> | undefined;
  #earlier: Set<GuardPolicy> | undefined;

  /** Adds a policy that has allowed the token. */
  addPolicy(policy: GuardPolicy | undefined): void {
    if (policy !== undefined) (this.#earlier ??= new Set()).add(policy);
  }

  /** Adds the verdict of the next guard, which has the last word. */
  add(verdict: Verdict<Request>): void {
    const last = this.#last;
    this.#last = last === undefined ? verdict : this.#combine(last, verdict);
  }

  /** Publishes what was added, once. */
  publish(request: Request): void {
    const last = this.#last;
    if (this.isPublished || last === undefined) return;
    this.isPublished = true;
    const event = createEvent(request, last, this.#listEarlier(last));
    // The rest of this object survives collections of young objects with the state of the request.
    this.#last = undefined;
    this.#earlier = undefined;
    decisionChannel.publish(event);
  }

  #combine(last: Verdict<Request>, next: Verdict<Request>): Verdict<Request> {
    // A guard that enforces nothing must not hide what another one would have refused.
    const keepsLast = last.decision.outcome === 'unenforced' && isPassed(next);
    const [word, other] = keepsLast ? [last, next] : [next, last];
    if (other.decision.outcome === 'allowed') this.addPolicy(other.decider.policy);
    const { context, token } = word.token === undefined && concernsSame(word, other) ? other : word;
    const isReused = next.source === undefined || next.source === 'earlier_guard';
    return {
      ...word,
      decision: {
        ...word.decision,
        scheme: word.decision.scheme ?? other.decision.scheme,
        trial: combineVerdicts(last.decision.trial, next.decision.trial),
      },
      context,
      token,
      source: token && (isReused ? (last.source ?? next.source) : next.source),
      microseconds: last.microseconds + next.microseconds,
    };
  }

  #listEarlier({ decider: { policy } }: Verdict<Request>): readonly GuardPolicy[] {
    if (this.#earlier === undefined) return NO_POLICIES;
    return Object.freeze([...this.#earlier].filter((earlier) => earlier !== policy));
  }
}

/** The decision on a request that has passed, in the async context of its first guard. */
export class PassedDecision<Request extends object>
  extends AsyncResource
  implements Publication<Request>
{
  readonly request: Request;
  readonly #decision: RequestDecision<Request>;

  constructor(request: Request, decision: RequestDecision<Request>) {
    super('ScopegateDecision');
    this.request = request;
    this.#decision = decision;
  }

  publish(): void {
    if (!this.#decision.isPublished)
      this.runInAsyncScope(publishDecision, this.#decision, this.request);
  }
}

function publishDecision<Request extends object>(
  this: RequestDecision<Request>,
  request: Request,
): void {
  this.publish(request);
}

/** Whether the request was passed on. */
export function isPassed({ decision: { outcome } }: Pick<Verdict<never>, 'decision'>): boolean {
  return hasPassed(outcome);
}

/**
 * Whether the token of another verdict is that of a verdict without one. A resource server must not describe a
 * token that it has not accepted, although another one has.
 */
function concernsSame<Request extends object>(
  { context, decider }: Verdict<Request>,
  other: Verdict<Request>,
): boolean {
  // A handler's refusal is that of the server whose guard let the request pass.
  return decider.policy === undefined || context === other.context;
}

function hasPassed(outcome: DecisionOutcome): boolean {
  return outcome === 'allowed' || outcome === 'anonymous' || outcome === 'unenforced';
}

function combineVerdicts(
  earlier: TrialVerdict | undefined,
  later: TrialVerdict | undefined,
): TrialVerdict | undefined {
  const isEarlierStricter =
    earlier?.outcome === 'refused' || later === undefined || later.outcome === 'allowed';
  return isEarlierStricter ? (earlier ?? later) : later;
}

function createEvent<Request extends object>(
  request: Request,
  { decision, decider, context, token, source, microseconds }: Verdict<Request>,
  earlier: readonly GuardPolicy[],
): DecisionEvent {
  const { outcome, reason, claim, problem, certificate, scheme, excess, origin, trial } = decision;
  const { adapter, identifyClients, server, scopes } = context;
  const { guard, policy } = decider;
  const verifiedOrigin = origin?.isVerified === true ? origin : undefined;
  return {
    outcome,
    reason,
    claim,
    problem,
    certificate,
    scheme,
    binding: bindingOf(token),
    server,
    guard,
    policy,
    earlier,
    issuer: token?.issuer,
    claimedIssuer: token === undefined ? origin?.claimedIssuer : undefined,
    method: readMember(() => adapter.method(request)),
    route: readMember(() => findRoute(request, { adapter, outcome, policy })),
    source,
    microseconds,
    principal: token?.principal,
    clientId: identifyClients ? (token ?? verifiedOrigin)?.clientId : undefined,
    held: identifyClients && token !== undefined ? scopes.held(token) : undefined,
    excess,
    trial,
  };
}

/** An adapter of the application may throw, when no caller is left to catch it. */
function readMember(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A guard in front of a router is the place where a request ends that it does not pass on. */
function findRoute<Request extends object>(
  request: Request,
  {
    adapter,
    outcome,
    policy,
  }: Pick<ObservationContext<Request>, 'adapter'> &
    Pick<DecisionEvent, 'outcome'> &
    Pick<Decider, 'policy'>,
): string | undefined {
  const route = hasPassed(outcome) ? adapter.route(request) : undefined;
  return route ?? adapter.route(request, policy);
}

function bindingOf(
  token: Pick<VerifiedAccessToken<unknown>, 'confirmation'> | undefined,
): DecisionEvent['binding'] {
  const { jkt, x5tS256 } = token?.confirmation ?? {};
  if (jkt === undefined) return x5tS256 === undefined ? undefined : 'mtls';
  return x5tS256 === undefined ? 'dpop' : 'both';
}
