/**
 * The application's own condition on a route.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';

/** A named condition on the token and the request. */
export interface RouteCheck<Claims = unknown> {
  /** What is checked, in a word or two, for listings and errors; non-empty. */
  readonly name: string;
  /**
   * Whether the caller may pass. Asked on every request, after the scopes.
   *
   * Its request may be declared with Express's own type. Only `true` lets the request pass, `false`
   * refuses it with 403 `insufficient_scope`. Every other answer, and one that does not come within
   * 10 s, is a mistake and goes to the error handlers, as does what it throws or rejects with. A
   * refusal that it throws, of a verifier of its own perhaps, goes there as the `cause` of an Error:
   * it is not an answer to this request.
   *
   * A token that has lapsed while an answer was awaited is refused.
   */
  test(token: VerifiedAccessToken<Claims>, req: IncomingMessage): boolean | PromiseLike<boolean>;
}

/**
 * Reads the option `check` of a route.
 *
 * @throws TypeError It is not a {@link RouteCheck}.
 */
export function resolveCheck(value: unknown): RouteCheck | undefined {
  if (value === undefined) return undefined;
  assertKnownOptions('option "check"', value, ['name', 'test']);
  const { name, test } = value;
  if (typeof name !== 'string' || name.trim() === '') {
    throw invalidOption('check.name', 'must be a non-empty string');
  }
  if (typeof test !== 'function') throw invalidOption('check.test', 'must be a function');
  // On its own object, whose state may be private.
  return Object.freeze({ name, test: (test as RouteCheck['test']).bind(value) });
}
