/**
 * Errors of answering that no caller is left to catch, because a guard had to wait.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import type { Next } from '../request/middleware.js';

/** Where an error can go. */
interface Exchange {
  readonly res: ServerResponse;
  readonly next: Next;
}

/** Hands an error to the error handlers; where these throw, the response is broken off. */
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
 * @param cause - Stands in `cause` of the warning alone: the text is printed, and may quote claims.
 */
export function breakOff(cause: unknown, res: ServerResponse): void {
  if (!res.writableEnded) res.destroy();
  const message = 'answering a guarded request failed after it was handed on; "cause" says why';
  const warning = new Error(message, { cause });
  process.emitWarning(
    Object.assign(warning, { name: 'AnswerWarning', code: 'SCOPEGATE_ANSWER_FAILED' }),
  );
}
