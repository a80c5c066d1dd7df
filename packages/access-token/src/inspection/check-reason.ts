/**
 * Why a check failed.
 *
 * @module
 */
import {
  InsufficientScopeError,
  type InsufficientScopeReason,
  InsufficientUserAuthenticationError,
  type InsufficientUserAuthenticationReason,
  InvalidProofError,
  type InvalidProofReason,
  InvalidTokenError,
  type InvalidTokenReason,
  UnavailableError,
  UseNonceError,
} from '@scopegate/protocol';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';

/**
 * Why a check failed: the `reason` of the error that refuses the token. `unavailable` means that something
 * that the decision needs is not available, such as the issuer's keys, which is not the caller's fault.
 */
export type CheckReason =
  | InvalidTokenReason
  | InsufficientScopeReason
  | InsufficientUserAuthenticationReason
  | InvalidProofReason
  | 'nonce'
  | 'unavailable';

/**
 * Runs a check and finds why it failed.
 *
 * @returns The reason of the refusal; `undefined` when the check passed.
 * @throws Any error of the check that is not a refusal.
 */
export function findReason(run: () => unknown): CheckReason | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return error.reason;
    throw error;
  }
}

/** Whether an error means that the token or its proof is refused, or that something needed is unavailable. */
export function isRefusal(error: unknown): error is Error & { readonly reason: CheckReason } {
  return error instanceof UnavailableError || REFUSALS.some((refusal) => error instanceof refusal);
}

const REFUSALS: readonly (abstract new (...args: never) => { readonly reason: CheckReason })[] = [
  InvalidTokenError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  UseNonceError,
  KeySetUnavailableError,
];
