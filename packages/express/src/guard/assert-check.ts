/**
 * The application's own condition, asked about a token.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { InsufficientScopeError } from '@scopegate/protocol';
import { errorFrom, isThenable, settleInTime } from '@scopegate/protocol/internal';
import type { RouteCheck } from '../policy/route-check.js';
import { isRefusal } from '../refusal/refusal.js';

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
