/**
 * The algorithms of encrypted tokens.
 *
 * @module
 */
import { didYouMean, invalidOption } from '@scopegate/protocol/internal';

/** The key management algorithms of encryption keys. RFC 7518 §4.3, §4.6. */
export type EncryptionAlgorithm = 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW';

/** The content encryption algorithms. RFC 7518 §5.2, §5.3. */
export type ContentEncryption = 'A128GCM' | 'A256GCM' | 'A128CBC-HS256' | 'A256CBC-HS512';

/** The curves of keys for ECDH-ES. RFC 7518 §6.2.1.1, RFC 8037 §2. */
export type EncryptionCurve = 'P-256' | 'P-384' | 'P-521' | 'X25519';

/** Every {@link EncryptionAlgorithm}, for tables of tests. */
export const ENCRYPTION_ALGORITHMS: readonly EncryptionAlgorithm[] = Object.freeze([
  'RSA-OAEP-256',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
]);

/** Every {@link ContentEncryption}, for tables of tests. */
export const CONTENT_ENCRYPTION_ALGORITHMS: readonly ContentEncryption[] = Object.freeze([
  'A128GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A256CBC-HS512',
]);

/** Every {@link EncryptionCurve}, for tables of tests. */
export const ENCRYPTION_CURVES: readonly EncryptionCurve[] = Object.freeze([
  'P-256',
  'P-384',
  'P-521',
  'X25519',
]);

/** @throws TypeError The value is not one of the names. */
export function assertOneOf(name: string, value: string, names: readonly string[]): void {
  if (names.includes(value)) return;
  const hint = typeof value === 'string' ? didYouMean(value, names) : '';
  throw invalidOption(name, `must be one of ${names.join(', ')}${hint}`);
}
