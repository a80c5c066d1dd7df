/**
 * Authenticated encryption of the content of a JWE.
 *
 * @module
 */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { ContentEncryption } from './encryption-algorithms.js';

/** The encrypted content. RFC 7516 §5.1. */
export interface EncryptedContent {
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** What is encrypted: `aad` is the encoded header. */
export interface Content {
  readonly enc: ContentEncryption;
  /** The content encryption key, of {@link contentKeyBytes}. */
  readonly key: Buffer;
  readonly plaintext: string;
  readonly aad: string;
}

const KEY_BYTES: Readonly<Record<ContentEncryption, number>> = {
  A128GCM: 16,
  A256GCM: 32,
  'A128CBC-HS256': 32,
  'A256CBC-HS512': 64,
};

/** The size of the content encryption key, in octets. */
export function contentKeyBytes(enc: ContentEncryption): number {
  return KEY_BYTES[enc];
}

/** Encrypts content with a random initialization vector. RFC 7518 §5.2, §5.3. */
export function encryptContent(content: Content): EncryptedContent {
  return content.enc.endsWith('GCM') ? encryptGcm(content) : encryptCbc(content);
}

function encryptGcm({ key, plaintext, aad }: Content): EncryptedContent {
  const iv = randomBytes(12);
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, ciphertext, tag: cipher.getAuthTag() };
}

/** RFC 7518 §5.2.2.1: the first half of the key authenticates, the second half encrypts. */
function encryptCbc({ key, plaintext, aad }: Content): EncryptedContent {
  const half = key.length / 2;
  const iv = randomBytes(16);
  const cipher = createCipheriv(`aes-${half * 8}-cbc`, key.subarray(half), iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const aadBits = Buffer.alloc(8);
  aadBits.writeBigUInt64BE(BigInt(Buffer.byteLength(aad) * 8));
  const authenticated = Buffer.concat([Buffer.from(aad), iv, ciphertext, aadBits]);
  const mac = createHmac(half === 16 ? 'sha256' : 'sha512', key.subarray(0, half));
  return { iv, ciphertext, tag: mac.update(authenticated).digest().subarray(0, half) };
}
