/**
 * The guards of routes whose handlers get a `Request`.
 *
 * @module
 */
import { isThenable, settle } from '@scopegate/protocol/internal';
import type { Guard as RequestGuard, Refusal } from '@scopegate/resource-server';
import type { FetchGuard, FetchResponses, MaybePromise } from '@scopegate/resource-server/internal';

/** Creates a guard with this name in stack traces. */
export function createGuard(
  name: string,
  neutral: RequestGuard<Request>,
  responses: FetchResponses,
): FetchGuard {
  const answer = (refusal: Refusal | undefined, request: Request) =>
    refusal && responses.refuse(refusal, request);
  const guard = (request: Request): MaybePromise<Response | undefined> =>
    settle(neutral.check(request), answer, request);
  const wrap: FetchGuard['wrap'] = (handler) => {
    if (typeof handler !== 'function') {
      throw new TypeError('wrap() requires a function; write guard.wrap((request) => response)');
    }
    return (request, ...rest) => {
      const handle = (refused: Response | undefined) =>
        refused ?? respond(() => handler(request, ...rest), request, responses);
      return settle(guard(request), handle);
    };
  };
  Object.defineProperty(guard, 'name', { value: name });
  return Object.freeze(Object.assign(guard, { policy: neutral.policy, wrap }));
}

/** Completes the response that a handler returns or throws, or responds to a refusal that it throws. */
function respond<Result extends Response | undefined>(
  handle: () => MaybePromise<Result>,
  request: Request,
  { complete, respondTo }: FetchResponses,
): MaybePromise<Response | Result> {
  const fail = (failure: unknown): MaybePromise<Response> => {
    const response = respondTo(failure, request);
    if (response === undefined) throw complete(failure, request);
    return response;
  };
  let response: MaybePromise<Result>;
  try {
    response = handle();
  } catch (failure) {
    return fail(failure);
  }
  if (!isThenable(response)) return complete(response, request);
  return Promise.resolve(response).then((late) => complete(late, request), fail);
}
