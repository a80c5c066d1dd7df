/**
 * How the content encryption key of a JWE reaches its recipient.
 *
 * @module
 */
import {
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { JsonMembers } from '../shapes/token-shape.js';
import { contentKeyBytes } from './content-encryption.js';
import type { ContentEncryption, EncryptionAlgorithm } from './encryption-algorithms.js';

/** Whom a content encryption key is for. */
export interface Recipient {
  readonly alg: EncryptionAlgorithm;
  readonly enc: ContentEncryption;
  readonly publicKey: KeyObject;
}

/** A content encryption key, and what its recipient needs to find it. */
export interface TransportedKey {
  readonly contentKey: Buffer;
  /** Empty for direct key agreement. */
  readonly encryptedKey: Buffer;
  /** The header parameters of the algorithm. */
  readonly header: JsonMembers;
}

/** Creates a content encryption key for a recipient. RFC 7518 §4.3, §4.6. */
export function transportKey(recipient: Recipient): TransportedKey {
  const { alg, enc, publicKey } = recipient;
  if (alg === 'RSA-OAEP-256') {
    const contentKey = randomBytes(contentKeyBytes(enc));
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const encryptedKey = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256' }, contentKey);
    return { contentKey, encryptedKey, header: {} };
  }
  const { secret, epk } = agree(publicKey);
  const header = { epk };
  if (alg === 'ECDH-ES') {
    const contentKey = deriveKey(secret, enc, contentKeyBytes(enc));
    return { contentKey, encryptedKey: Buffer.alloc(0), header };
  }
  const contentKey = randomBytes(contentKeyBytes(enc));
  const wrappingKey = deriveKey(secret, alg, alg === 'ECDH-ES+A128KW' ? 16 : 32);
  return { contentKey, encryptedKey: wrapKey(wrappingKey, contentKey), header };
}

/** Agrees on a secret by an ephemeral key pair. RFC 7518 §4.6.1.1. */
function agree(publicKey: KeyObject): { readonly secret: Buffer; readonly epk: JsonMembers } {
  const namedCurve = publicKey.asymmetricKeyDetails?.namedCurve;
  const ephemeral =
    namedCurve === undefined
      ? generateKeyPairSync('x25519')
      : generateKeyPairSync('ec', { namedCurve });
  // Through DER, because Node 20 can deadlock while it exports a generated key as JWK.
  const spki = { type: 'spki', format: 'der' } as const;
  const exported = createPublicKey({ key: ephemeral.publicKey.export(spki), ...spki });
  return {
    secret: diffieHellman({ privateKey: ephemeral.privateKey, publicKey }),
    epk: { ...exported.export({ format: 'jwk' }) },
  };
}

/** Concat KDF with SHA-256, without party information. RFC 7518 §4.6.2. */
function deriveKey(secret: Buffer, algorithm: string, bytes: number): Buffer {
  const information = Buffer.concat([
    withLength(Buffer.from(algorithm)),
    uint32(0),
    uint32(0),
    uint32(bytes * 8),
  ]);
  const rounds = Array.from({ length: Math.ceil(bytes / 32) }, (_, index) =>
    createHash('sha256')
      .update(uint32(index + 1))
      .update(secret)
      .update(information)
      .digest(),
  );
  return Buffer.concat(rounds).subarray(0, bytes);
}

function withLength(octets: Buffer): Buffer {
  return Buffer.concat([uint32(octets.length), octets]);
}

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

/** AES Key Wrap with the default initial value. RFC 3394 §2.2.1, §2.2.3.1. */
function wrapKey(wrappingKey: Buffer, key: Buffer): Buffer {
  const name = `id-aes${wrappingKey.length * 8}-wrap`;
  const cipher = createCipheriv(name, wrappingKey, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(key), cipher.final()]);
}
