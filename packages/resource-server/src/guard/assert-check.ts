/**
 * The application's own condition on a token.
 *
 * @module
 */
import type { AccessTokenVerifier, VerifiedAccessToken } from '@scopegate/access-token';
import { InsufficientScopeError } from '@scopegate/protocol';
import { errorFrom, isThenable, settleInTime } from '@scopegate/protocol/internal';
import type { GuardedRequest } from './guarded-request.js';
import type { RouteCheck } from '../policy/route-check.js';
import { isRefusal } from '../refusal/refusal.js';

/**
 * Asserts that a condition allows a token.
 *
 * @returns The token; a promise of it when the condition returns a promise.
 * @throws InsufficientScopeError `check`: the condition returned `false`.
 * @throws TypeError The condition returned neither `true` nor `false`.
 * @throws Error The error that the condition threw or rejected with; a refusal becomes the `cause` of
 *   an Error. Or the condition did not settle in time.
 * @throws InvalidTokenError | KeySetUnavailableError (rejects) The token is no longer acceptable when
 *   the condition settles.
 */
export function assertCheck<Request extends object, Claims>(
  check: RouteCheck<unknown, object>,
  token: VerifiedAccessToken<Claims>,
  { request, context }: GuardedRequest<Request, Claims>,
): VerifiedAccessToken<Claims> | Promise<VerifiedAccessToken<Claims>> {
  const hook = `the check "${check.name}"`;
  let answer: unknown;
  try {
    answer = check.test(token, request);
    if (isThenable(answer)) {
      return awaitAnswer(answer, hook).then(() => assertAcceptable(token, context.verifier));
    }
  } catch (failure) {
    throw mistakeFrom(failure, hook);
  }
  assertPassed(answer, hook);
  return token;
}

async function awaitAnswer(promised: PromiseLike<unknown>, hook: string): Promise<void> {
  let answer: unknown;
  try {
    answer = await settleInTime(promised, hook);
  } catch (failure) {
    throw mistakeFrom(failure, hook);
  }
  assertPassed(answer, hook);
}

async function assertAcceptable<Claims>(
  token: VerifiedAccessToken<Claims>,
  verifier: AccessTokenVerifier<Claims>,
): Promise<VerifiedAccessToken<Claims>> {
  await verifier.assertAcceptable(token);
  return token;
}

/** Wraps a refusal, which the guard would answer as its own: a 401 for an application error. */
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
