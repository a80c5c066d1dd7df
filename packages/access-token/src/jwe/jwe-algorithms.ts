/**
 * The algorithms of encrypted tokens.
 *
 * @module
 */

/** The type of a decryption key; for an elliptic curve, its name in a JWK. */
export type DecryptionKeyKind = 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'X25519';

/** The sizes of what a content encryption algorithm needs, in octets. RFC 7518 §5.2, §5.3. */
export interface ContentEncryptionProfile {
  readonly ivBytes: number;
  readonly tagBytes: number;
}

/**
 * Key management by the public key of this resource server.
 *
 * Without `dir` and the other shared secrets, because everyone who has one can also encrypt; without
 * `PBES2-*`, because its iteration count is the sender's choice; and without `RSA1_5` and `RSA-OAEP`, because
 * the first enables padding oracles and the second requires SHA-1.
 *
 * @see RFC 7518 §4.3, §4.6; RFC 8037 §3.2; RFC 8725 §3.2
 */
export const KEY_MANAGEMENT_ALGORITHMS: readonly KeyManagementAlgorithm[] = Object.freeze([
  'RSA-OAEP-256',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
]);

/** The name of a key management algorithm. */
export type KeyManagementAlgorithm =
  'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW';

/** The name of a content encryption algorithm. */
export type ContentEncryption = 'A128GCM' | 'A256GCM' | 'A128CBC-HS256' | 'A256CBC-HS512';

/** Authenticated encryption of the nested token, by the value of `enc`. */
export const CONTENT_ENCRYPTION: Readonly<Record<ContentEncryption, ContentEncryptionProfile>> = {
  A128GCM: { ivBytes: 12, tagBytes: 16 },
  A256GCM: { ivBytes: 12, tagBytes: 16 },
  'A128CBC-HS256': { ivBytes: 16, tagBytes: 16 },
  'A256CBC-HS512': { ivBytes: 16, tagBytes: 32 },
};

/** The names of {@link CONTENT_ENCRYPTION}. */
export const CONTENT_ENCRYPTION_ALGORITHMS: readonly ContentEncryption[] = Object.freeze([
  'A128GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A256CBC-HS512',
]);

/** Lists the algorithms that a key may be used with. RFC 7518 §4.1. */
export function algorithmsOf(kind: DecryptionKeyKind): readonly KeyManagementAlgorithm[] {
  return KEY_MANAGEMENT_ALGORITHMS.filter((alg) => alg.startsWith('RSA') === (kind === 'RSA'));
}

/** Whether the ephemeral key of the sender is in the header. RFC 7518 §4.6. */
export function isKeyAgreement(alg: KeyManagementAlgorithm): boolean {
  return alg.startsWith('ECDH-ES');
}
