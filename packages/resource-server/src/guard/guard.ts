/**
 * The guard of a route: authenticates and authorizes the caller of a request, or returns the refusal.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { errorFrom, isThenable, settle } from '@scopegate/protocol/internal';
import { assertCheck } from './assert-check.js';
import { type Authenticated, authenticate } from './authenticate.js';
import { authorize } from './authorize.js';
import { checkTrial } from './check-trial.js';
import { requirementsOf, withEarlierRequirements } from './earlier-requirements.js';
import type { GuardContext, GuardedRequest } from './guarded-request.js';
import { observe } from '../observation/observation.js';
import type { Decision } from '../observation/verdict.js';
import { reportRefusal } from './report-refusal.js';
import type { CompiledPolicy, GuardPolicy } from '../policy/guard-policy.js';
import { isRefusal, type Refusal } from '../refusal/refusal.js';
import { combineRequirements } from '../request/verified-request.js';

/**
 * Decides whether a request may pass, without knowing the framework that serves it.
 *
 * @typeParam Request - What the {@link RequestAdapter} of the resource server reads.
 */
export interface Guard<Request extends object> {
  /** What the guard requires. */
  readonly policy: GuardPolicy;
  /**
   * Checks a request, publishes the decision, and stores the token of a request that may pass.
   *
   * Decides synchronously when the keys are available and no hook has to be awaited. The response of the
   * handler needs the fields that {@link ResourceServer.responseHeaders} returns.
   *
   * @returns The refusal, complete for {@link formatRefusal}; `undefined` lets the request pass.
   * @throws Error (or rejects) What is not a refusal: a hook failed. The request must not pass.
   * @example
   * const refusal = await guard.check(req);
   * if (refusal !== undefined) {
   *   const { status, headers, body } = formatRefusal(refusal);
   *   res.writeHead(status, headers).end(body);
   *   return;
   * }
   */
  readonly check: (request: Request) => Refusal | undefined | Promise<Refusal | undefined>;
}

/** Creates a guard. */
export function createGuard<Request extends object, Claims>(
  policy: CompiledPolicy,
  context: GuardContext<Request, Claims>,
  name: string,
): Guard<Request> {
  const start = createStart({ policy, context, name });
  const check = (request: Request): Refusal | undefined | Promise<Refusal | undefined> => {
    const guarded = start(request);
    let admitted: ReturnType<typeof decide<Request, Claims>>;
    try {
      admitted = decide(guarded);
    } catch (failure) {
      return refuse(failure, guarded);
    }
    if (isThenable(admitted)) return decideLate(admitted, guarded);
    pass(admitted, guarded);
    return undefined;
  };
  return Object.freeze({ policy: policy.declared, check });
}

/** What decides on requests. */
export interface DecidingGuard<Request extends object, Claims> {
  readonly policy: CompiledPolicy;
  readonly context: GuardContext<Request, Claims>;
  /** The name of the function that created the guard. */
  readonly name: string;
}

/** Creates the function with which a guard begins to decide on a request. */
export function createStart<Request extends object, Claims>({
  policy,
  context,
  name,
}: DecidingGuard<Request, Claims>): (request: Request) => GuardedRequest<Request, Claims> {
  const decider = { guard: name, policy: policy.declared };
  const required = requirementsOf(policy);
  return (request) => ({
    request,
    policy,
    required,
    context,
    observation: observe(request, context, decider),
    scheme: undefined,
    nonce: undefined,
  });
}

/** Returns the token of a request that may pass, `undefined` for an anonymous caller; otherwise throws. */
export function decide<Request extends object, Claims>(
  guarded: GuardedRequest<Request, Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  return settle(authenticate(guarded), admit, guarded);
}

/** Returns the token if the policy allows it; otherwise throws the refusal. */
function admit<Request extends object, Claims>(
  token: Authenticated<Claims>,
  guarded: GuardedRequest<Request, Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  const { request, policy, context, observation } = guarded;
  if (token === undefined) {
    if (policy.declared.authentication === 'optional') return undefined;
    throw new Error('the verification of the access token returned no token');
  }
  if (observation) {
    const isReused = context.verifiedRequests.find(request)?.token !== undefined;
    observation.setToken(token, isReused ? undefined : context.verifier.activityOf(token));
  }
  const { implying, verifiedRequests } = context;
  const refusal = authorize(token, policy);
  if (refusal !== undefined) {
    const earlier = verifiedRequests.requirementsOf(request);
    throw withEarlierRequirements(refusal, token, { ...earlier, implying, policy });
  }
  if (policy.declared.fresh) assertStillMeets(token, guarded);
  return policy.check === undefined ? token : assertCheck(policy.check, token, guarded);
}

/**
 * Refuses a token that has lost, by the answer of the authorization server, what an earlier guard requires.
 *
 * @throws ChallengeError The refusal of that guard; it also names the scopes that this guard requires.
 */
function assertStillMeets<Request extends object, Claims>(
  token: VerifiedAccessToken<Claims>,
  { request, policy, required, context }: GuardedRequest<Request, Claims>,
): void {
  const { implying, verifiedRequests } = context;
  const admission = verifiedRequests.find(request);
  if (admission?.token === undefined || admission.token === token) return;
  const earlier = admission.required;
  const refusal = earlier.refusalOf(token);
  if (refusal === undefined) return;
  const { named } = combineRequirements(earlier, required);
  const { authentication } = earlier;
  throw withEarlierRequirements(refusal, token, { named, authentication, implying, policy });
}

/** The verifier may return a promise of another realm, so its `then` does not count. */
async function decideLate<Request extends object, Claims>(
  admitted: PromiseLike<Authenticated<Claims>>,
  guarded: GuardedRequest<Request, Claims>,
): Promise<Refusal | undefined> {
  let token: Authenticated<Claims>;
  try {
    token = await admitted;
  } catch (failure) {
    return refuse(failure, guarded);
  }
  pass(token, guarded);
  return undefined;
}

function pass<Request extends object, Claims>(
  token: Authenticated<Claims>,
  guarded: GuardedRequest<Request, Claims>,
): void {
  const { request, context, policy, required, observation, scheme, nonce } = guarded;
  const { fresh } = policy.declared;
  context.verifiedRequests.add(request, { token, required, fresh, scheme, nonce });
  observation?.end(describePassed(token, guarded));
}

/** Describes the decision on a request that may pass. */
export function describePassed<Request extends object, Claims>(
  token: Authenticated<Claims>,
  guarded: GuardedRequest<Request, Claims>,
): Decision {
  const { policy, context, scheme } = guarded;
  return {
    outcome: token ? 'allowed' : 'anonymous',
    reason: undefined,
    scheme,
    excess: token && context.scopes.excess(token, policy),
    trial: token && checkTrial(token, guarded),
  };
}

function refuse<Request extends object, Claims>(
  failure: unknown,
  { policy, context, observation, scheme }: GuardedRequest<Request, Claims>,
): Refusal {
  const error = errorFrom(failure, 'a guard');
  if (isRefusal(error)) {
    context.completed.add(error);
    return reportRefusal(error, {
      protectionSpace: context.protectionSpace(policy.declared.senderConstraint, scheme),
      scheme,
      policy,
      observation,
    });
  }
  observation?.end({ outcome: 'error', reason: undefined, scheme, excess: undefined });
  throw error;
}
