/**
 * Reads the private keys that decrypt tokens.
 *
 * @module
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol/internal';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';
import { readFileInput } from './text-input.js';

/**
 * Reads private keys from files.
 *
 * @param paths - Files with one key each: a JWK, or PEM.
 * @returns `undefined` without paths.
 * @throws CommandError (rejects) A file cannot be read or contains no private key. The message does not quote it.
 */
export async function readDecryptionKeys(
  paths: readonly string[] | undefined,
  terminal: Terminal,
): Promise<readonly (object | KeyObject)[] | undefined> {
  if (paths === undefined) return undefined;
  const texts = paths.map((path) => readFileInput(path, 'decryption key', terminal));
  return (await Promise.all(texts)).map(readKey);
}

function readKey(text: string): object | KeyObject {
  try {
    if (!text.trimStart().startsWith('{')) return createPrivateKey(text);
    const jwk: unknown = JSON.parse(text);
    if (isPlainObject(jwk)) return jwk;
  } catch {
    // The error could quote the key.
  }
  throw new CommandError(
    '--decryption-key must be a file with one private key, as a JWK or in unencrypted PEM',
  );
}
