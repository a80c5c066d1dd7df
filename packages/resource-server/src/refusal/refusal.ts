/**
 * Refusals: what a guard answers itself.
 *
 * @module
 */
import { KeySetUnavailableError } from '@scopegate/access-token';
import { ChallengeError, UnavailableError } from '@scopegate/protocol';

/** An error that a guard answers itself: a fault of the caller, or something that is unavailable. */
export type Refusal = ChallengeError | KeySetUnavailableError | UnavailableError;

/**
 * Whether an error is a refusal; the application handles any other error.
 *
 * @example
 * if (isRefusal(error)) return respond(formatRefusal(error));
 * throw error;
 */
export function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof ChallengeError ||
    error instanceof KeySetUnavailableError ||
    error instanceof UnavailableError
  );
}
