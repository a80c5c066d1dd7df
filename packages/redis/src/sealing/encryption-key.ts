/**
 * The keys with which entries are sealed.
 *
 * @module
 */
import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key that all processes of a fleet have, and Redis never. */
export interface EncryptionKey {
  /** The id of the key, which is stored in clear: 1 to 32 characters of `[A-Za-z0-9._-]`. */
  readonly id: string;
  /** 32 octets from a random source, or a secret `KeyObject` of that length. */
  readonly key: Uint8Array | KeyObject;
}

/** {@link EncryptionKey}, checked. */
export interface SealingKey {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Reads a key from text, such as that of an environment variable or a file: 32 octets in canonical base64 or
 * base64url, as `openssl rand -base64 32` prints them. One newline at the end is not part of the key.
 *
 * @throws TypeError The text is anything else. The message does not contain it.
 * @example
 * const key = readEncryptionKey(process.env.FLEET_KEY);
 */
export function readEncryptionKey(text: unknown): KeyObject {
  if (typeof text === 'string') {
    // openssl and editors end the line.
    const line = text.replace(/\r?\n$/, '');
    const octets = Buffer.from(line, 'base64');
    const forms = [octets.toString('base64'), octets.toString('base64url')];
    if (octets.length === 32 && forms.includes(line)) return createSecretKey(octets);
  }
  throw new TypeError(
    'an encryption key must be 32 octets in base64; create one with "openssl rand -base64 32"',
  );
}
