/**
 * Verifies a token as its format requires.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { decryptToken } from '../jwe/decrypter.js';
import { findFormat } from './token-formats.js';
import type { TokenQuestion } from './token-question.js';
import { verifyOpaqueToken } from './verify-opaque-token.js';
import { type Verification, type VerificationPolicy, verifyAccessToken } from './verify-token.js';

/**
 * Verifies an access token of any format.
 *
 * @param ask - Creates the question to the authorization server; called only for an opaque token.
 * @returns Synchronously when nothing has to be awaited.
 * @throws InvalidTokenError (also rejects) The first check that failed is its reason.
 * @throws KeySetUnavailableError | IntrospectionUnavailableError | DecryptionUnavailableError (rejects)
 */
export function verifyByFormat(
  token: string,
  ask: () => TokenQuestion,
  policy: VerificationPolicy,
): Verification | Promise<Verification> {
  const { formats } = policy;
  if (formats === undefined) return verifyAccessToken(token, policy);
  const format = findFormat(token, formats);
  if (format === undefined) throw new InvalidTokenError('malformed');
  if (format === 'jws') return verifyAccessToken(token, policy);
  if (format !== 'jwe') return verifyOpaqueToken(ask(), format, policy);
  if (token.length > policy.maxTokenBytes) throw new InvalidTokenError('malformed');
  return decryptToken(token, formats.decryptionKeys).then((decrypted) =>
    verifyAccessToken(decrypted.jws, policy, decrypted),
  );
}
