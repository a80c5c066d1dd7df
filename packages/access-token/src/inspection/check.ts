/**
 * One check of a token, as a row of a table.
 *
 * @module
 */
import {
  InsufficientScopeError,
  type InsufficientScopeReason,
  InvalidProofError,
  type InvalidProofReason,
  InvalidTokenError,
  type InvalidTokenReason,
  UseNonceError,
} from '@scopegate/protocol';
import type { Fix } from './fix.js';
import type { JwsInspection } from './inspection.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';

/**
 * Why a check failed: the `reason` of the error that refuses the token. `unavailable` means that the
 * issuer's keys are not available, which is not the caller's fault.
 */
export type CheckReason =
  InvalidTokenReason | InsufficientScopeReason | InvalidProofReason | 'nonce' | 'unavailable';

/**
 * One check.
 *
 * @typeParam Subject - What is checked: a well-formed JWS, or a proof.
 */
export interface Check<Subject = JwsInspection> {
  /** The section that contains the rule, such as `RFC 9068 §4`. */
  readonly rfc: string;
  /** Whether the check applies; otherwise it is skipped. When omitted, the check always applies. */
  readonly appliesTo?: (inspection: Subject) => boolean;
  /** Describes what would pass. */
  readonly expected: (inspection: Subject) => string;
  /** Describes what the token or the proof contains. */
  readonly found: (inspection: Subject) => string;
  /** Runs the check. Throws the same error as verification. */
  readonly run: (inspection: Subject) => unknown;
  /** Fixes to suggest when the check fails; they do not depend on the cause. */
  readonly fixes: readonly Fix[];
}

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

/** Whether an error means that the token or its proof is refused, or that the keys are unavailable. */
export function isRefusal(error: unknown): error is Error & { readonly reason: CheckReason } {
  return REFUSALS.some((refusal) => error instanceof refusal);
}

const REFUSALS: readonly (abstract new (...args: never) => { readonly reason: CheckReason })[] = [
  InvalidTokenError,
  InsufficientScopeError,
  InvalidProofError,
  UseNonceError,
  KeySetUnavailableError,
];
