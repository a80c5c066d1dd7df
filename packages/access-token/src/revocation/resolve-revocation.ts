/**
 * The option `revocation`, checked at start-up and completed with defaults.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { RevocationHook, RevocationSource } from './revocation-source.js';

/** Where revocations are known. */
export type RevocationPolicy =
  { readonly source: RevocationSource } | { readonly hook: Required<RevocationHook> };

/**
 * Checks the option `revocation`.
 *
 * @returns `undefined` when it is not given.
 * @throws TypeError It is neither a source nor a hook, or an option is unknown or out of range.
 */
export function resolveRevocation(given: unknown): RevocationPolicy | undefined {
  if (given === undefined) return undefined;
  throw invalidOption('revocation', 'is not supported');
}
