/**
 * The guard of a route: authenticates and authorizes the caller, then passes the request on or
 * answers the refusal.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { errorFrom, isThenable, settle } from '@scopegate/protocol/internal';
import { assertCheck } from './assert-check.js';
import { type Authenticated, authenticate } from './authenticate.js';
import { authorize, withEarlierScopes } from './authorize.js';
import { decisionChannel, type ExcessScopes, Observation } from '../decision-event.js';
import { attachExplainer } from './guard-explainer.js';
import type { GuardContext, GuardedRequest } from './guarded-request.js';
import type { CompiledPolicy, GuardPolicy } from '../policy/guard-policy.js';
import { answerLate } from '../refusal/late-answer.js';
import { isRefusal } from '../refusal/refusal.js';
import { answerRefusal } from '../refusal/refusal-answer.js';
import type { Middleware } from '../request/middleware.js';

/** Middleware that passes a request on only with a token that its policy allows. */
export interface Guard extends Middleware {
  /** What the guard requires. */
  readonly policy: GuardPolicy;
}

/**
 * Creates a guard.
 *
 * It decides synchronously when the keys are available and no hook has to be awaited. It calls `next`
 * at most once: without an argument when the request may pass, or with an Error that is not a refusal
 * when something failed.
 *
 * @param name - The middleware's name in stack traces and route listings.
 */
export function createGuard<Claims>(
  name: string,
  policy: CompiledPolicy,
  context: GuardContext<Claims>,
): Guard {
  const guard: Middleware = (req, res, next) => {
    const observation = decisionChannel.hasSubscribers
      ? new Observation(req, context.identifyClients)
      : undefined;
    const request: GuardedRequest<Claims> = { req, res, next, policy, context, observation };
    let admitted: Authenticated<Claims> | Promise<Authenticated<Claims>>;
    try {
      admitted = settle(authenticate(request), admit, request);
    } catch (failure) {
      refuse(failure, request);
      return;
    }
    if (isThenable(admitted)) decideLate(admitted, request);
    else pass(admitted, request);
  };
  Object.defineProperty(guard, 'name', { value: name });
  attachExplainer(guard, context.verifier);
  return Object.freeze(Object.assign(guard, { policy: policy.declared }));
}

/** Returns the token if the policy allows it; otherwise throws the refusal. */
function admit<Claims>(
  token: Authenticated<Claims>,
  request: GuardedRequest<Claims>,
): Authenticated<Claims> | Promise<Authenticated<Claims>> {
  const { req, policy, context, observation } = request;
  if (token === undefined) {
    if (policy.declared.authentication === 'optional') return undefined;
    throw new Error('the verification of the access token returned no token');
  }
  if (observation) observation.token = token;
  const refusal = authorize(token, policy);
  if (refusal !== undefined) {
    const named = context.verifiedRequests.findNamedScopes(req);
    throw withEarlierScopes(refusal, token, { named, implying: context.implying });
  }
  return policy.check === undefined ? token : assertCheck(policy.check, token, request);
}

function decideLate<Claims>(
  admitted: PromiseLike<Authenticated<Claims>>,
  request: GuardedRequest<Claims>,
): void {
  void admitted.then(
    (token) => {
      answerLate(request, (late) => {
        pass(token, late);
      });
    },
    (failure: unknown) => {
      answerLate(request, (late) => {
        refuse(failure, late);
      });
    },
  );
}

/** Errors that `next` throws are not caught here: they belong to the handlers that follow. */
function pass<Claims>(token: Authenticated<Claims>, request: GuardedRequest<Claims>): void {
  const { next, context, policy, observation } = request;
  context.verifiedRequests.add(request, token, policy.scopes.named);
  observation?.end({
    outcome: token ? 'allowed' : 'anonymous',
    reason: undefined,
    excess: token && findExcessScopes(token, request),
  });
  next();
}

/** Finds scopes that a token has and its route does not require; `undefined` when they are ignored. */
function findExcessScopes(
  { scopes }: VerifiedAccessToken<unknown>,
  { policy, context }: Pick<GuardedRequest<unknown>, 'policy' | 'context'>,
): ExcessScopes | undefined {
  if (policy.declared.excessScopes === 'ignore') return undefined;
  const excess = [...scopes].filter((scope) => !policy.scopes.named.has(scope));
  if (excess.length === 0) return undefined;
  const declared = excess.filter((scope) => context.vocabulary.has(scope));
  return { declared, others: excess.length - declared.length };
}

function refuse<Claims>(failure: unknown, request: GuardedRequest<Claims>): void {
  const error = errorFrom(failure, 'a guard');
  if (isRefusal(error)) {
    answerRefusal(error, request);
    return;
  }
  request.observation?.end({ outcome: 'error', reason: undefined, excess: undefined });
  request.next(error);
}
