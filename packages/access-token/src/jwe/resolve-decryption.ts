/**
 * The option `decryption` of an issuer, checked at start-up.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { OptionContext } from '../option-context.js';

/** A private key that decrypts tokens. */
export interface DecryptionKey {
  readonly kid: string | undefined;
}

/** The option `decryption`, complete. */
export interface DecryptionPolicy {
  readonly keys: readonly DecryptionKey[];
  /** Whether tokens that are not encrypted are refused. */
  readonly required: boolean;
}

/**
 * Checks the option `decryption` of an issuer, and imports its keys.
 *
 * @returns `undefined` when it is not given.
 * @throws TypeError An option is missing, unknown or out of range, or a key is not usable.
 */
export function resolveDecryption(
  given: unknown,
  { path }: OptionContext,
): DecryptionPolicy | undefined {
  if (given === undefined) return undefined;
  throw invalidOption(`${path}decryption`, 'is not supported');
}
