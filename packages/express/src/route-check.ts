/**
 * The application's own condition on a route.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { assertKnownOptions, InsufficientScopeError, invalidOption } from '@scopegate/protocol';
import { errorFrom, isThenable, settleInTime } from './hook.js';

/** A named condition on the token and the request. */
export interface RouteCheck<Claims = unknown> {
  /** What is checked, in a word or two, for listings and errors; non-empty. */
  readonly name: string;
  /**
   * Whether the caller may pass. Asked on every request, after the scopes.
   *
   * Its request may be declared with Express's own type. Only `true` lets the request pass, `false`
   * refuses it with 403 `insufficient_scope`. Every other answer, and one that does not come within
   * 10 s, is a mistake and goes to the error handlers, as does what it throws or rejects with.
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
  return Object.freeze({ name, test: test as RouteCheck['test'] });
}

/**
 * Asks a condition.
 *
 * @returns The token, in this tick when the condition answers so.
 * @throws InsufficientScopeError `check`: the answer is `false`.
 * @throws TypeError The answer is neither `true` nor `false`.
 * @throws Error What the condition threw or rejected with, or that it did not settle in time.
 */
export function assertCheck<Token extends VerifiedAccessToken<unknown>>(
  check: RouteCheck,
  token: Token,
  req: IncomingMessage,
): Token | Promise<Token> {
  const hook = `the check "${check.name}"`;
  try {
    const answer: unknown = check.test(token, req);
    if (isThenable(answer)) return awaitCheck(answer, token, hook);
    assertPassed(answer, hook);
    return token;
  } catch (failure) {
    throw errorFrom(failure, hook);
  }
}

async function awaitCheck<Token>(
  answer: PromiseLike<unknown>,
  token: Token,
  hook: string,
): Promise<Token> {
  try {
    assertPassed(await settleInTime(answer, hook), hook);
    return token;
  } catch (failure) {
    throw errorFrom(failure, hook);
  }
}

function assertPassed(answer: unknown, hook: string): void {
  if (answer === true) return;
  if (answer === false) throw new InsufficientScopeError('check');
  throw new TypeError(`${hook} must return true or false, or a promise of one of them`);
}
