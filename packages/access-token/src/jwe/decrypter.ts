/**
 * Decrypts tokens.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { DecryptionKey } from './resolve-decryption.js';

/** The signed token in an encrypted one. */
export interface DecryptedToken {
  /** The compact JWS, unverified. */
  readonly jws: string;
  /** The key that decrypted it. */
  readonly key: DecryptionKey;
}

/**
 * Decrypts a compact JWE.
 *
 * @param keys - Of all issuers; that of a token is known only after its decryption.
 * @throws InvalidTokenError (rejects) `malformed`, `encryption` or `decryption`.
 * @see RFC 7516 §5.2; RFC 7519 §5.2, §7.2
 */
export function decryptToken(
  _token: string,
  _keys: readonly DecryptionKey[],
): Promise<DecryptedToken> {
  return Promise.reject(new InvalidTokenError('decryption'));
}
