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
  type Report,
} from '@scopegate/resource-server/internal';

/** What decides on requests. */
export interface GuardDecisions {
  readonly neutral: RequestGuard<Request>;
  /** Of a guard that only reports. */
  readonly report: Report<Request> | undefined;
}

/** Creates a guard with this name in stack traces. */
export function createGuard(
  name: string,
  { neutral, report }: GuardDecisions,
  responses: FetchResponses,
): FetchGuard {
  const answer = (refusal: Refusal | undefined, request: Request) =>
    refusal && responses.refuse(refusal, request);
  const decide = (request: Request): MaybePromise<Response | undefined> =>
    settle(neutral.check(request), answer, request);
  // Where the guard only reports, a handler's own refusal is answered; every other response stays as it is.
  const unchanged: FetchResponses = { ...responses, complete: (result) => result };
  const guard = (request: Request): MaybePromise<Response | undefined> =>
    report?.(request) === true ? undefined : decide(request);
  const wrap: FetchGuard['wrap'] = (handler) => {
    if (typeof handler !== 'function') {
      throw new TypeError('wrap() requires a function; write guard.wrap((request) => response)');
    }
    return (request, ...rest) => {
      const handle = (refused: Response | undefined) =>
        refused ?? handleGuarded(() => handler(request, ...rest), request, responses);
      return responses.observe(request, () =>
        report?.(request) === true
          ? handleGuarded(() => handler(request, ...rest), request, unchanged)
          : settle(decide(request), handle),
      );
    };
  };
  Object.defineProperty(guard, 'name', { value: name });
  return Object.freeze(Object.assign(guard, { policy: neutral.policy, wrap }));
}
