/**
 * Handles errors in the response of a guard that had to wait, because no caller is left to catch them.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import { errorFrom } from '@scopegate/protocol/internal';
import { isAnswered } from './refusal-response.js';
import type { Exchange, Next } from '../request/middleware.js';

/**
 * Runs the last step of a guard. If it throws, the error goes to the error handlers; if the request was
 * already passed on or answered, the response is aborted instead.
 */
export function answerLate(exchange: Exchange, end: (exchange: Exchange) => void): void {
  const progress = { isPassedOn: false };
  const next: Next = (...given) => {
    progress.isPassedOn = true;
    exchange.next(...given);
  };
  try {
    end({ ...exchange, next });
  } catch (failure) {
    if (progress.isPassedOn || isAnswered(exchange.res)) breakOff(failure, exchange.res);
    else passOn(errorFrom(failure, 'the answer of a guard'), exchange);
  }
}

/** Passes an error on to the error handlers; if they throw, aborts the response. */
export function passOn(error: Error, { res, next }: Pick<Exchange, 'res' | 'next'>): void {
  try {
    next(error);
  } catch (failure) {
    breakOff(failure, res);
  }
}

/**
 * Aborts a response that can no longer be completed, so that its caller does not wait.
 *
 * @param cause - Only the `cause` of the warning: Node prints the message, and a failure may quote
 *   claims.
 */
export function breakOff(cause: unknown, res: ServerResponse): void {
  if (!res.writableEnded) res.destroy();
  const message = 'answering a guarded request failed after it was passed on; see "cause"';
  const warning = new Error(message, { cause });
  process.emitWarning(
    Object.assign(warning, { name: 'AnswerWarning', code: 'SCOPEGATE_ANSWER_FAILED' }),
  );
}
