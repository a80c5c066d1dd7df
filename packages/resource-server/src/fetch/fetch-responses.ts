/**
 * The responses of a resource server to requests of the Fetch Standard.
 *
 * @module
 */
import { isThenable, optionalFunction, settle, settleInTime } from '@scopegate/protocol/internal';
import { formatRefusal } from '../refusal/formatted-refusal.js';
import { isRefusal, type Refusal } from '../refusal/refusal.js';
import type { Front } from '../server/assembly.js';
import type { MaybePromise } from './fetch-guard.js';
import type { FetchTiming } from './fetch-timing.js';
import { completeResponse, isResponse } from './guarded-response.js';

/**
 * Responds to a refused request instead of the guard. The default response is sent if it returns
 * `undefined`, or anything else that is not a response. `error.headers` is the challenge, which every response should have.
 *
 * What it throws or rejects with is passed on to the framework, and so is an Error if its promise does
 * not settle within 10 s. The refused request never passes.
 */
export type FetchRefusalHandler = (
  error: Refusal,
  request: Request,
) => MaybePromise<Response | undefined>;

/** The option of a resource server that responds by the Fetch Standard. */
export interface FetchOptions {
  /** Not available, because a `Request` has no connection. */
  readonly mtls?: undefined;
  /**
   * Responds to refused requests instead of the guards; see {@link FetchRefusalHandler}.
   *
   * @defaultValue the status, the challenge and problem details of the refusal
   */
  readonly onRefusal?: FetchRefusalHandler | undefined;
}

/** The responses of one resource server. */
export interface FetchResponses {
  /** Publishes the decision about a request when a function has returned, or its promise has settled. */
  readonly observe: <Result>(
    request: Request,
    run: () => MaybePromise<Result>,
  ) => MaybePromise<Result>;
  /** Responds to a refused request. */
  readonly refuse: (refusal: Refusal, request: Request) => MaybePromise<Response>;
  /**
   * Adds the header fields that the response to any guarded request needs. Returns unchanged what is not
   * a response.
   */
  readonly complete: <Result>(result: Result, request: Request) => Result | Response;
  /**
   * Responds to a refusal that a handler has thrown, and publishes the decision; returns `undefined` for
   * any other error. `wrap()` of a guard does that itself.
   *
   * @example
   * app.onError(async (error, c) => (await api.respondTo(error, c.req.raw)) ?? c.text('Error', 500));
   */
  readonly respondTo: (
    error: unknown,
    request: Request,
  ) => Response | undefined | Promise<Response>;
}

/**
 * Creates the responses of a resource server.
 *
 * @throws TypeError The option `onRefusal` is not a function.
 */
export function createFetchResponses<Claims>(
  front: Front<Request, Claims>,
  timing: FetchTiming,
): FetchResponses {
  const onRefusal = optionalFunction(front.options, 'onRefusal') as FetchRefusalHandler | undefined;
  const finish = (response: Response, request: Request): Response =>
    completeResponse(response, (fields) => {
      front.setResponseFields(request, fields);
    });
  const refuse: FetchResponses['refuse'] = (refusal, request) => {
    const custom = onRefusal?.(refusal, request);
    const settled = isThenable(custom) ? settleInTime(custom, 'onRefusal') : custom;
    // The framework may pass the request on for any other value.
    return settle(settled, (response) =>
      isResponse(response) ? finish(response, request) : defaultResponse(refusal),
    );
  };
  return {
    observe: (request, run) => timing.publishAfter(request, run),
    refuse,
    // Handlers of Bun return `undefined` after an upgrade.
    complete: (result, request) => (isResponse(result) ? finish(result, request) : result),
    respondTo: (error, request) =>
      isRefusal(error) ? refuse(front.reportThrown(error, request), request) : undefined,
  };
}

function defaultResponse(refusal: Refusal): Response {
  const { status, headers, body } = formatRefusal(refusal);
  const fields = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) fields.append(name, value);
  }
  return new Response(body, { status, headers: fields });
}
