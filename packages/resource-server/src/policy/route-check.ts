/**
 * The application's own condition on a route.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';

/** A named condition on the token and the request. */
export interface RouteCheck<Claims = unknown, Request extends object = IncomingMessage> {
  /** What is checked, in a word or two, for route listings and error messages; non-empty. */
  readonly name: string;
  /**
   * Whether the caller may pass. Called on every request, after the scopes were checked.
   *
   * `true` lets the request pass; `false` refuses it with 403 `insufficient_scope`. Any other result,
   * and a promise that does not settle within 10 s, is an error and goes to the error handlers, as does
   * what the function throws or rejects with. A refusal that it throws, such as one of another
   * verifier, becomes the `cause` of that error, because it does not concern this request.
   *
   * A token that is no longer acceptable when the promise settles is refused. The request
   * may be declared with the type of the framework, such as Express's `Request`.
   */
  test(token: VerifiedAccessToken<Claims>, request: Request): boolean | PromiseLike<boolean>;
}

/**
 * Reads the option `check` of a route.
 *
 * @throws TypeError The value is not a {@link RouteCheck}.
 */
export function resolveCheck(value: unknown): RouteCheck | undefined {
  if (value === undefined) return undefined;
  assertKnownOptions('option "check"', value, ['name', 'test']);
  const { name, test } = value;
  if (typeof name !== 'string' || name.trim() === '') {
    throw invalidOption('check.name', 'must be a non-empty string');
  }
  if (typeof test !== 'function') throw invalidOption('check.test', 'must be a function');
  // Bound to its object, which may have private fields.
  return Object.freeze({ name, test: (test as RouteCheck['test']).bind(value) });
}
