/**
 * The application's own condition on a route.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import {
  assertKnownOptions,
  errorFrom,
  InsufficientScopeError,
  invalidOption,
  isThenable,
  settleInTime,
} from '@scopegate/protocol';
import { isRefusal } from '../guard/refusal.js';

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

/**
 * Asks a condition.
 *
 * @returns The token, in this tick when the condition answers so.
 * @throws InsufficientScopeError `check`: the answer is `false`.
 * @throws TypeError The answer is neither `true` nor `false`.
 * @throws Error What the condition threw or rejected with, never a refusal, or that it did not
 *   settle in time.
 */
export function assertCheck<Token extends VerifiedAccessToken<unknown>>(
  check: RouteCheck,
  token: Token,
  req: IncomingMessage,
): Token | Promise<Token> {
  const hook = `the check "${check.name}"`;
  let answer: unknown;
  try {
    answer = check.test(token, req);
    if (isThenable(answer)) return awaitCheck(answer, token, hook);
  } catch (failure) {
    throw mistakeFrom(failure, hook);
  }
  assertPassed(answer, hook);
  return token;
}

async function awaitCheck<Token>(
  promised: PromiseLike<unknown>,
  token: Token,
  hook: string,
): Promise<Token> {
  let answer: unknown;
  try {
    answer = await settleInTime(promised, hook);
  } catch (failure) {
    throw mistakeFrom(failure, hook);
  }
  assertPassed(answer, hook);
  return token;
}

/** A refusal would be taken for the guard's own: a 401 for a failure of the application. */
function mistakeFrom(failure: unknown, hook: string): Error {
  if (!isRefusal(failure)) return errorFrom(failure, hook);
  return new Error(`${hook} threw a refusal; return false to refuse the request`, {
    cause: failure,
  });
}

function assertPassed(answer: unknown, hook: string): void {
  if (answer === true) return;
  if (answer === false) throw new InsufficientScopeError('check');
  throw new TypeError(`${hook} must return true or false, or a promise of one of them`);
}
