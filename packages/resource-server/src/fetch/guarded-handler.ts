/**
 * The response of a handler of the Fetch Standard behind a guard.
 *
 * @module
 */
import { isThenable } from '@scopegate/protocol/internal';
import type { MaybePromise } from './fetch-guard.js';
import type { FetchResponses } from './fetch-responses.js';

/** Completes the response that a handler returns or throws, or responds to a refusal that it throws. */
export function handleGuarded<Result extends Response | undefined>(
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
