/**
 * Decrypts tokens.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { CallLimiter } from '../call-limiter.js';
import { parseUnverifiedJwe, type UnverifiedJweHeader } from './compact-jwe.js';
import { type DecryptionKey, findFittingKeys } from './decryption-key.js';
import { DecryptionUnavailableError } from './decryption-unavailable-error.js';

/** The signed token in an encrypted one. */
export interface DecryptedToken {
  /** The compact JWS, unverified. */
  readonly jws: string;
  /** The header of the JWE. Anyone can encrypt, so it is authenticated only by its sender. */
  readonly header: UnverifiedJweHeader;
  /** The key that decrypted it. */
  readonly key: DecryptionKey;
}

/** One flood of forged tokens must not occupy all four threads, which also resolve host names. */
const MAX_RUNNING = 2;
/** Decryptions by one key: about a second's work with RSA keys of 2,048 bits. */
const MAX_WAITING = 1_000;

// The thread pool belongs to the process, so the limit does not belong to a verifier.
const limiter = new CallLimiter({
  maxRunning: MAX_RUNNING,
  maxWaiting: MAX_WAITING,
  createBusyError: () => new DecryptionUnavailableError(1),
});

/**
 * Decrypts a compact JWE.
 *
 * @param token - Within the permitted length.
 * @param keys - Of all issuers; that of a token is known only after its decryption.
 * @throws InvalidTokenError (rejects) As {@link parseUnverifiedJwe}; or `decryption`: no key fits, or none
 *   decrypts it. Which step failed is not distinguished.
 * @throws DecryptionUnavailableError (rejects) Too many decryptions are waiting.
 * @see RFC 7516 §5.2, §11.5; RFC 7519 §5.2, §7.2
 */
export async function decryptToken(
  token: string,
  keys: readonly DecryptionKey[],
): Promise<DecryptedToken> {
  const header = parseUnverifiedJwe(token);
  const fitting = findFittingKeys(keys, header);
  if (fitting.length === 0) throw new InvalidTokenError('decryption');
  for (const key of fitting) {
    // Each key queues separately: a token without `kid` costs one decryption for each, and others would wait for all.
    const jws = await limiter.run(() => decryptWith(key, token, header));
    if (jws !== undefined) return { jws, header, key };
  }
  throw new InvalidTokenError('decryption');
}

/**
 * Decrypts a token with one key.
 *
 * @param header - That of the token, which the key fits.
 * @returns `undefined` if the key does not decrypt it.
 */
export async function decryptWith(
  { keyObject }: DecryptionKey,
  token: string,
  { alg, enc }: UnverifiedJweHeader,
): Promise<string | undefined> {
  // Imported only here: it takes 10 ms, which servers without encrypted tokens do not spend.
  const { compactDecrypt } = await import('jose/jwe/compact/decrypt');
  try {
    const { plaintext } = await compactDecrypt(token, keyObject, {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
      maxDecompressedLength: 0,
    });
    return Buffer.from(plaintext).toString('latin1');
  } catch {
    // Everything but the token was checked at start-up.
    return undefined;
  }
}
