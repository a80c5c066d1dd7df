/**
 * Reports what a guard would decide, without enforcing it.
 *
 * @module
 */
import { isThenable } from '@scopegate/protocol/internal';
import type { Authenticated } from './authenticate.js';
import { createStart, decide, type DecidingGuard, describePassed } from './guard.js';
import type { GuardedRequest } from './guarded-request.js';
import type { Observation } from '../observation/observation.js';
import type { Decision } from '../observation/verdict.js';
import { describeRefusal } from './report-refusal.js';
import { isRefusal } from '../refusal/refusal.js';
import { NO_REQUIREMENTS } from '../request/verified-request.js';

/**
 * Reports what a guard would decide on a request. Never throws, and waits for nothing.
 *
 * @returns Whether the request must pass as if there were no guard. `false` once the guard enforces its policy,
 *   and when the clock fails.
 */
export type Report<Request extends object> = (request: Request) => boolean;

/**
 * Creates the report of a guard that only reports, and registers the guard.
 *
 * @returns `undefined` for a guard that enforces its policy.
 */
export function createReport<Request extends object, Claims>(
  deciding: DecidingGuard<Request, Claims>,
): Report<Request> | undefined {
  const { policy, context, name } = deciding;
  const { reportOnlyUntil } = policy.declared;
  if (reportOnlyUntil === undefined) return undefined;
  const registered = context.reportOnly.add(name, reportOnlyUntil);
  const { clock } = context.verifier.time;
  const start = createStart(deciding);
  return (request) => {
    if (!isBefore(registered.until, clock)) return false;
    report(start(request));
    return true;
  };
}

/** Whether an instant is in the future. A clock that fails must not keep a guard from enforcing its policy. */
function isBefore(until: string, clock: () => number): boolean {
  try {
    return clock() < Date.parse(until);
  } catch {
    return false;
  }
}

function report<Request extends object, Claims>(guarded: GuardedRequest<Request, Claims>): void {
  let decided: Authenticated<Claims> | PromiseLike<Authenticated<Claims>>;
  try {
    decided = decide(guarded);
  } catch (failure) {
    addAnonymous(guarded);
    reportFailure(failure, guarded);
    return;
  }
  if (!isThenable(decided)) {
    addToken(decided, guarded);
    reportPassed(decided, guarded);
    return;
  }
  // The handler runs before the decision, so it gets no token even if one is accepted.
  addAnonymous(guarded);
  decided.then(
    (token) => {
      reportPassed(token, guarded);
    },
    (failure: unknown) => {
      reportFailure(failure, guarded);
    },
  );
}

/** Guards behind this one decide as if it did not exist, and those in front have the say about the token. */
function addToken<Request extends object, Claims>(
  token: Authenticated<Claims>,
  { request, context, policy, scheme, nonce }: GuardedRequest<Request, Claims>,
): void {
  const { fresh } = policy.declared;
  if (context.verifiedRequests.find(request)?.isReported === false) return;
  const admission = { token, required: NO_REQUIREMENTS, fresh, scheme, nonce, isReported: true };
  context.verifiedRequests.add(request, admission);
}

/** Lets `accessTokenIfAny()` return `undefined`, unless a guard in front has accepted a token. */
function addAnonymous<Request extends object, Claims>({
  request,
  context,
}: GuardedRequest<Request, Claims>): void {
  if (context.verifiedRequests.find(request) !== undefined) return;
  const admission = { token: undefined, required: NO_REQUIREMENTS, isReported: true };
  context.verifiedRequests.add(request, admission);
}

function reportPassed<Request extends object, Claims>(
  token: Authenticated<Claims>,
  guarded: GuardedRequest<Request, Claims>,
): void {
  if (guarded.observation) publish(guarded.observation, describePassed(token, guarded));
}

function reportFailure<Request extends object, Claims>(
  failure: unknown,
  { observation, scheme }: GuardedRequest<Request, Claims>,
): void {
  const described = isRefusal(failure) ? describeRefusal(failure) : { reason: undefined };
  if (observation === undefined) return;
  publish(observation, { ...described, outcome: 'unenforced', scheme, excess: undefined });
}

/** An adapter of the application may fail; the request passes nevertheless. */
function publish<Request extends object>(
  observation: Observation<Request>,
  decision: Decision,
): void {
  try {
    observation.end(decision);
  } catch {
    // The guard reports the same failure once it enforces its policy.
  }
}
