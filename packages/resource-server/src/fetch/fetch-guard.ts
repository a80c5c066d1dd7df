/**
 * The guard of a route, as a function of the `Request` of the Fetch Standard.
 *
 * @module
 */
import type { GuardPolicy } from '../policy/guard-policy.js';

/** A value that is available, or a promise of it. */
export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * Decides whether a request may pass.
 *
 * A guard returns the response to a refused request, and `undefined` to let a request pass. It returns
 * a promise only if the keys are not available or a hook has to be awaited.
 *
 * When the application calls a guard itself, it must add `Vary: Authorization` to the responses to
 * requests that pass. {@link FetchGuard.wrap} does that.
 */
export interface FetchGuard {
  /**
   * @throws Error (or rejects) A hook failed; the request must not pass.
   * @example
   * const refused = await readSales(request);
   * if (refused !== undefined) return refused;
   */
  (request: Request): Response | undefined | Promise<Response | undefined>;
  /** What the guard requires. */
  readonly policy: GuardPolicy;
  /**
   * Guards a handler. The handler is called only for requests that may pass, with all arguments; the
   * first one must be the request. The result is a promise only if the guard or the handler returns one.
   *
   * The response gets `Vary: Authorization`, and `Cache-Control: private, no-store` if the token was
   * not in the header. A response with immutable header fields is copied; its body is not read.
   *
   * A refusal that the handler throws or rejects with, such as an `InsufficientScopeError`, is answered
   * as the guard answers. Any other error is passed on; if it is a response, it gets the same fields.
   *
   * @throws TypeError The handler is not a function.
   * @example
   * export const GET = readSales.wrap((request) => Response.json(salesOf(api.accessToken(request))));
   */
  wrap<Incoming extends Request, Rest extends unknown[], Result extends Response | undefined>(
    handler: (request: Incoming, ...rest: Rest) => MaybePromise<Result>,
  ): (request: Incoming, ...rest: Rest) => Response | Result | Promise<Response | Result>;
}
