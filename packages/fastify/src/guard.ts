/**
 * The guard of a route, as an `onRequest` hook.
 *
 * @module
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorFrom, isThenable } from '@scopegate/protocol/internal';
import type { Guard as RequestGuard, GuardPolicy, Refusal } from '@scopegate/resource-server';
import { isForMetadata } from './metadata-plugin.js';
import type { Exchange } from './refusal.js';

/** An `onRequest` hook. */
export type Hook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void;

/** An `onRequest` hook that passes a request on only with a token that its policy allows. */
export interface Guard extends Hook {
  /** What the guard requires. */
  readonly policy: GuardPolicy;
}

/** How a resource server responds to guarded requests. */
export interface GuardResponses {
  /** Prepares the response to any request that the guard decides on. */
  prepare(request: FastifyRequest, reply: FastifyReply): void;
  /** Answers a refusal, or calls `onRefusal`. */
  refuse(refusal: Refusal, exchange: Exchange): void;
}

/**
 * Creates the hook. It decides synchronously when the keys are available and no hook has to be awaited.
 *
 * @param name - The name of the hook in stack traces.
 */
export function createGuard(
  name: string,
  { check, policy }: RequestGuard<FastifyRequest>,
  { prepare, refuse }: GuardResponses,
): Guard {
  const hook: Hook = (request, reply, done) => {
    if (isForMetadata(request)) {
      done();
      return;
    }
    let decided: ReturnType<typeof check>;
    try {
      decided = check(request);
    } finally {
      prepare(request, reply);
    }
    if (decided === undefined) done();
    else if (isThenable(decided)) void endLate(decided, { request, reply, done });
    else refuse(decided, { request, reply, done });
  };
  /** No caller is left to catch errors. */
  const endLate = async (decided: PromiseLike<Refusal | undefined>, exchange: Exchange) => {
    try {
      const refusal = await decided;
      if (refusal !== undefined) {
        refuse(refusal, exchange);
        return;
      }
    } catch (failure) {
      exchange.done(errorFrom(failure, 'the answer of a guard'));
      return;
    }
    exchange.done();
  };
  Object.defineProperty(hook, 'name', { value: name });
  return Object.freeze(Object.assign(hook, { policy }));
}
