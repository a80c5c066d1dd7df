/**
 * The application's own response to a refusal, or the default one if it does not respond.
 *
 * @module
 */
import { errorFrom, HOOK_DEADLINE_MS, isThenable } from '@scopegate/protocol/internal';

/** How a framework responds to a refused request. */
export interface RefusedExchange {
  /** Whether a response has begun, so that no other one can. */
  isAnswered(): boolean;
  /** Sends the default response. */
  answer(): void;
  /** Passes an error on to the error handlers. */
  fail(error: Error): void;
}

/**
 * Calls the application's handler for a refusal. Unless the handler responds, sends the default response
 * when it returns, when its promise settles, or after 10 s. What it throws or rejects with goes to the
 * error handlers, unless it has responded.
 */
export function respondInTime(onRefusal: () => unknown, exchange: RefusedExchange): void {
  let isSettled = false;
  const settle = (failed: { readonly failure: unknown } | undefined): void => {
    clearTimeout(timer);
    if (isSettled || exchange.isAnswered()) return;
    isSettled = true;
    if (failed === undefined) answer(exchange);
    else exchange.fail(errorFrom(failed.failure, 'onRefusal'));
  };
  const timer = setTimeout(settle, HOOK_DEADLINE_MS, undefined).unref();
  try {
    const returned = onRefusal();
    if (!isThenable(returned)) {
      settle(undefined);
      return;
    }
    Promise.resolve(returned).then(
      () => {
        settle(undefined);
      },
      (failure: unknown) => {
        settle({ failure });
      },
    );
  } catch (failure) {
    settle({ failure });
  }
}

/** Sends the default response; does not throw, because there may be no caller left to catch errors. */
function answer(exchange: RefusedExchange): void {
  try {
    exchange.answer();
  } catch (failure) {
    exchange.fail(errorFrom(failure, 'the default response'));
  }
}
