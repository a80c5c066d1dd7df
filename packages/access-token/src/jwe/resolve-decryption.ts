/**
 * The option `decryption` of an issuer, checked at start-up.
 *
 * @module
 */
import { assertKnownOptions, givenType, invalidOption } from '@scopegate/protocol/internal';
import type { OptionContext } from '../option-context.js';
import { type DecryptionKey, importDecryptionKey } from './decryption-key.js';

/** The option `decryption`, complete. */
export interface DecryptionPolicy {
  readonly keys: readonly DecryptionKey[];
  /** Whether tokens that are not encrypted are refused. */
  readonly required: boolean;
}

/** A forged token may cost one decryption for each key. */
const MAX_KEYS = 16;

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
  const name = `${path}decryption`;
  assertKnownOptions(`option "${name}"`, given, ['keys', 'required']);
  const { keys, required = false } = given;
  if (typeof required !== 'boolean')
    throw invalidOption(`${name}.required`, 'must be true or false');
  return Object.freeze({ keys: importKeys(keys, `${name}.keys`), required });
}

function importKeys(given: unknown, name: string): readonly DecryptionKey[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidOption(name, `must be a non-empty array of private keys${givenType(given)}`);
  }
  if (given.length > MAX_KEYS) {
    throw invalidOption(
      name,
      `must have at most ${MAX_KEYS} keys; omit those that are not used any more`,
    );
  }
  const keys = given.map((key: unknown, index) => importDecryptionKey(key, `${name}[${index}]`));
  for (const [index, { thumbprint, name: repeated }] of keys.entries()) {
    const earlier = keys.slice(0, index).find((key) => key.thumbprint === thumbprint);
    if (earlier === undefined) continue;
    throw invalidOption(name, `must contain each key once; ${repeated} repeats ${earlier.name}`);
  }
  return Object.freeze(keys);
}
