/**
 * Encrypted tokens with forged contents or keys.
 *
 * @module
 */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encryptCompact, joinJwe } from './compact-jwe.js';
import {
  type EncryptionAttempt,
  type EncryptionForgeries,
  encryptPlaintext,
  encryptThenReplace,
  flipBit,
} from './forged-encryption.js';

/** The names of the forgeries of contents and keys. */
export type ForgedEncryptionContentName =
  | 'otherKey'
  | 'flippedCiphertext'
  | 'flippedIv'
  | 'flippedTag'
  | 'shortTag'
  | 'flippedHeader'
  | 'foreignEncryptedKey'
  | 'paddedSegment'
  | 'claimsOnly'
  | 'unsignedToken'
  | 'encryptedTwice';

const DECRYPTION = { reasons: ['decryption'] } as const;
const MALFORMED = { reasons: ['malformed'] } as const;

/** The forgeries of contents and keys. RFC 7516 §5.2; RFC 7519 §11.2. */
export const FORGED_ENCRYPTION_CONTENTS: EncryptionForgeries<ForgedEncryptionContentName> = {
  otherKey: {
    explanation: 'is encrypted to another key with the same "kid"',
    ...DECRYPTION,
    forge: encryptToOtherKey,
  },
  flippedCiphertext: {
    explanation: 'has one bit of its ciphertext flipped',
    ...DECRYPTION,
    forge: (attempt) =>
      encryptThenReplace(attempt, ({ ciphertext }) => ({ ciphertext: flipBit(ciphertext) })),
  },
  flippedIv: {
    explanation: 'has one bit of its initialization vector flipped',
    ...DECRYPTION,
    forge: (attempt) => encryptThenReplace(attempt, ({ iv }) => ({ iv: flipBit(iv) })),
  },
  flippedTag: {
    explanation: 'has one bit of its authentication tag flipped',
    ...DECRYPTION,
    forge: (attempt) => encryptThenReplace(attempt, ({ tag }) => ({ tag: flipBit(tag) })),
  },
  shortTag: {
    explanation: 'has an authentication tag of four octets',
    ...MALFORMED,
    forge: (attempt) => encryptThenReplace(attempt, ({ tag }) => ({ tag: tag.slice(0, 6) })),
  },
  flippedHeader: {
    explanation: 'has a header that was changed after the encryption',
    ...DECRYPTION,
    forge: (attempt) =>
      encryptThenReplace(attempt, ({ header }) => ({
        header: Buffer.from(`${Buffer.from(header, 'base64url').toString()} `).toString(
          'base64url',
        ),
      })),
  },
  foreignEncryptedKey: {
    explanation: 'has the encrypted key of another token',
    reasons: ['decryption', 'malformed'],
    forge: (attempt) => {
      const other = encryptCompact(attempt.draft(attempt.token));
      // Direct key agreement has no encrypted key, so that any is one too many.
      const encryptedKey = other.encryptedKey === '' ? other.iv : other.encryptedKey;
      return encryptThenReplace(attempt, () => ({ encryptedKey }));
    },
  },
  paddedSegment: {
    explanation: 'has padding in a segment',
    ...MALFORMED,
    forge: (attempt) => encryptThenReplace(attempt, ({ tag }) => ({ tag: `${tag}=` })),
  },
  claimsOnly: {
    explanation: 'contains claims that no one has signed',
    ...MALFORMED,
    forge: (attempt) => encryptPlaintext(attempt, payloadOf(attempt.token)),
  },
  unsignedToken: {
    explanation: 'contains a token with "alg": "none"',
    reasons: ['alg'],
    forge: (attempt) => {
      const header = Buffer.from('{"typ":"at+jwt","alg":"none"}').toString('base64url');
      const [, payload = ''] = attempt.token.split('.');
      return encryptPlaintext(attempt, `${header}.${payload}.`);
    },
  },
  encryptedTwice: {
    explanation: 'contains another encrypted token',
    ...MALFORMED,
    forge: (attempt) => encryptPlaintext(attempt, encryptPlaintext(attempt, attempt.token)),
  },
};

function encryptToOtherKey({ token, draft }: EncryptionAttempt): string {
  const drafted = draft(token);
  return joinJwe(encryptCompact({ ...drafted, publicKey: createOtherKey(drafted.publicKey) }));
}

/** Generates a key of the same type. */
function createOtherKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyObject {
  const { namedCurve } = asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined) return copyOf(generateKeyPairSync('ec', { namedCurve }).publicKey);
  if (asymmetricKeyType === 'x25519') return copyOf(generateKeyPairSync('x25519').publicKey);
  return copyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
}

function copyOf(generated: KeyObject): KeyObject {
  const spki = { type: 'spki', format: 'der' } as const;
  return createPublicKey({ key: generated.export(spki), ...spki });
}

function payloadOf(token: string): string {
  const [, payload = ''] = token.split('.');
  return Buffer.from(payload, 'base64url').toString();
}
