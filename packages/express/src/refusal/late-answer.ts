/**
 * Answers of a guard that had to wait: no caller is left to catch what they throw.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import { errorFrom } from '@scopegate/protocol/internal';
import { isAnswered } from './refusal.js';
import type { Next } from '../request/middleware.js';

/** Where an answer or an error goes. */
interface Exchange {
  readonly res: ServerResponse;
  readonly next: Next;
}

/**
 * Runs the end of a guard. What it throws goes to the error handlers, or breaks the response off when
 * the request was passed on or answered before.
 */
export function answerLate<Request extends Exchange>(
  exchange: Request,
  end: (exchange: Request) => void,
): void {
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

/** Passes an error on to the error handlers; if they throw, breaks the response off. */
export function passOn(error: Error, { res, next }: Exchange): void {
  try {
    next(error);
  } catch (failure) {
    breakOff(failure, res);
  }
}

/**
 * Breaks off a response that no one can complete, so that its caller does not wait.
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
