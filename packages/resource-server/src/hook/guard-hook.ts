/**
 * The guard of a route, as a hook.
 *
 * @module
 */
import { errorFrom, isThenable } from '@scopegate/protocol/internal';
import type { Guard } from '../guard/guard.js';
import type { Report } from '../guard/report-only.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import type { Refusal } from '../refusal/refusal.js';
import { isAnswered } from './hook-reply.js';
import { addReply } from './hook-requests.js';
import { isForMetadata } from './metadata-route.js';
import type { Hook, HookExchange, HookReply, HookRequest } from './hook-exchange.js';

/** A hook that passes a request on only with a token that its policy allows. */
export interface GuardHook extends Hook {
  /** What the guard requires. */
  readonly policy: GuardPolicy;
}

/** What decides on requests. */
export interface HookDecisions {
  readonly guard: Guard<HookRequest>;
  /** Of a guard that only reports. */
  readonly report: Report<HookRequest> | undefined;
}

/** How a resource server responds to guarded requests. */
export interface GuardResponses {
  /** Prepares the response to any request that the guard has decided on. */
  readonly prepare: (request: HookRequest, reply: HookReply) => void;
  /** Answers a refusal, or calls `onRefusal`. */
  readonly refuse: (refusal: Refusal, exchange: HookExchange) => void;
}

/**
 * Creates the hook.
 *
 * It decides synchronously when the keys are available and no hook has to be awaited. It calls `done` at
 * most once: without an argument when the request may pass, or with an Error that is not a refusal when
 * something failed. It may also throw that error.
 *
 * @param name - The name of the hook in stack traces.
 */
export function createGuardHook(
  name: string,
  { guard, report }: HookDecisions,
  { prepare, refuse }: GuardResponses,
): GuardHook {
  const hook: Hook = (request, reply, done) => {
    if (isForMetadata(request)) {
      done();
      return;
    }
    addReply(request, reply);
    if (report?.(request) === true) {
      done();
      return;
    }
    let decided: ReturnType<typeof guard.check>;
    try {
      decided = guard.check(request);
    } finally {
      // The credentials have been read, even if the decision is still awaited.
      prepare(request, reply);
    }
    if (decided === undefined) done();
    else if (isThenable(decided)) {
      void endLate(decided, { request, reply, done }, { prepare, refuse });
    } else refuse(decided, { request, reply, done });
  };
  Object.defineProperty(hook, 'name', { value: name });
  return Object.freeze(Object.assign(hook, { policy: guard.policy }));
}

/** No caller is left to catch errors. */
async function endLate(
  decided: PromiseLike<Refusal | undefined>,
  exchange: HookExchange,
  { prepare, refuse }: GuardResponses,
): Promise<void> {
  try {
    const refusal = await decided;
    if (!isAnswered(exchange.reply)) prepare(exchange.request, exchange.reply);
    if (refusal !== undefined) {
      refuse(refusal, exchange);
      return;
    }
  } catch (failure) {
    exchange.done(errorFrom(failure, 'the answer of a guard'));
    return;
  }
  exchange.done();
}
