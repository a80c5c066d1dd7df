/**
 * How long a fleet sends no token requests after one failed.
 *
 * @module
 */
import { backoffMs, type Jitter } from '@scopegate/protocol/internal';
import { TokenEndpointError, TokenRequestError } from '../errors.js';
import { isCredentialRefused } from './error-response.js';

/** For failures that concern one process: the next process sends a request immediately. */
const NO_BACK_OFF_MS = 1;

/** The longest delay, because processes without a token wait for the next request. */
const LONGEST_DELAY_MS = 5_000;
/** The longest `Retry-After` that is honored, and so the longest time. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/** The credential, the connection or the client of this process failed, not the authorization server. */
const LOCAL_REASONS: ReadonlySet<string> = new Set(['credential', 'network', 'closed']);
/** Error codes that a wrong clock of this process can cause. RFC 9449 §5, §8. */
const PROOF_ERRORS: ReadonlySet<string> = new Set(['invalid_dpop_proof', 'use_dpop_nonce']);

/**
 * Computes how long no process should request a token after a request failed.
 *
 * @param error - Why it failed.
 * @param failures - Consecutive failures that this process knows of, at least 1.
 * @returns Whole milliseconds, at least 1.
 */
export function sharedBackOffMs(
  error: unknown,
  { failures, jitter }: { readonly failures: number; readonly jitter?: Jitter | undefined },
): number {
  const isKnown = error instanceof TokenEndpointError || error instanceof TokenRequestError;
  if (!isKnown || isLocal(error)) return NO_BACK_OFF_MS;
  const retryAfterMs = Math.min(Math.ceil(error.retryAfterMs ?? 0), LONGEST_RETRY_AFTER_MS);
  return Math.max(backoffMs({ failures, longestMs: LONGEST_DELAY_MS, jitter }), retryAfterMs);
}

function isLocal(error: TokenEndpointError | TokenRequestError): boolean {
  // A process with an old secret or a broken network must not stop the others.
  if (isCredentialRefused(error)) return true;
  const reasons = error instanceof TokenEndpointError ? PROOF_ERRORS : LOCAL_REASONS;
  return reasons.has(error.reason);
}
