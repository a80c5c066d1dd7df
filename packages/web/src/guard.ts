/**
 * The guards of routes whose handlers get a `Request`.
 *
 * @module
 */
import { settle } from '@scopegate/protocol/internal';
import type { Guard as RequestGuard, Refusal } from '@scopegate/resource-server';
import {
  type FetchGuard,
  type FetchResponses,
  handleGuarded,
  type MaybePromise,
} from '@scopegate/resource-server/internal';

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
        refused ?? handleGuarded(() => handler(request, ...rest), request, responses);
      return settle(guard(request), handle);
    };
  };
  Object.defineProperty(guard, 'name', { value: name });
  return Object.freeze(Object.assign(guard, { policy: neutral.policy, wrap }));
}
