/**
 * Encrypted tokens with forged headers.
 *
 * @module
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { encryptCompact, joinJwe } from './compact-jwe.js';
import { contentKeyBytes } from './content-encryption.js';
import {
  type EncryptionAttempt,
  type EncryptionForgeries,
  encryptWithHeader,
} from './forged-encryption.js';

/** The names of the forgeries of headers. */
export type ForgedEncryptionHeaderName =
  | 'sharedKey'
  | 'rsa15'
  | 'rsaOaepSha1'
  | 'password'
  | 'unknownKeyManagement'
  | 'unknownContentEncryption'
  | 'compressed'
  | 'critical'
  | 'notNested'
  | 'unknownKeyId'
  | 'otherIssuerInHeader'
  | 'privateEphemeralKey'
  | 'ephemeralKeyOffCurve';

const ENCRYPTION = { reasons: ['encryption'] } as const;
/** An RSA key is not for key agreement. */
const EPHEMERAL_KEY = { reasons: ['malformed', 'decryption'] } as const;
const ECDH = { alg: 'ECDH-ES' } as const;

/** The forgeries of headers. RFC 7516 §4; RFC 7518 §4; RFC 8725 §3.2, §3.6. */
export const FORGED_ENCRYPTION_HEADERS: EncryptionForgeries<ForgedEncryptionHeaderName> = {
  sharedKey: {
    explanation: 'is encrypted directly with a key that its sender made up ("alg": "dir")',
    ...ENCRYPTION,
    forge: encryptDirectly,
  },
  rsa15: {
    explanation: 'has "alg": "RSA1_5", which enables padding oracles',
    ...ENCRYPTION,
    forge: (attempt) => encryptWithHeader(attempt, { alg: 'RSA1_5' }),
  },
  rsaOaepSha1: {
    explanation: 'has "alg": "RSA-OAEP", which requires SHA-1',
    ...ENCRYPTION,
    forge: (attempt) => encryptWithHeader(attempt, { alg: 'RSA-OAEP' }),
  },
  password: {
    explanation: 'has "alg": "PBES2-HS512+A256KW" with 2,147,483,647 iterations',
    ...ENCRYPTION,
    forge: (attempt) =>
      encryptWithHeader(attempt, {
        alg: 'PBES2-HS512+A256KW',
        p2c: 2_147_483_647,
        p2s: randomBytes(16).toString('base64url'),
      }),
  },
  unknownKeyManagement: {
    explanation: 'has an unknown "alg"',
    ...ENCRYPTION,
    forge: (attempt) => encryptWithHeader(attempt, { alg: 'ECDH-ES+A512KW' }),
  },
  unknownContentEncryption: {
    explanation: 'has an unknown "enc"',
    ...ENCRYPTION,
    forge: (attempt) => encryptWithHeader(attempt, { enc: 'A512GCM' }),
  },
  compressed: {
    explanation: 'is marked as compressed ("zip")',
    ...ENCRYPTION,
    forge: (attempt) => encryptWithHeader(attempt, { zip: 'DEF' }),
  },
  critical: {
    explanation: 'has an extension that must be understood ("crit")',
    reasons: ['malformed'],
    forge: (attempt) => encryptWithHeader(attempt, { crit: ['exp'], exp: 1 }),
  },
  notNested: {
    explanation: 'has no "cty", so it is not marked as a nested token',
    ...ENCRYPTION,
    forge: (attempt) => encryptWithHeader(attempt, { cty: undefined }),
  },
  unknownKeyId: {
    explanation: 'names an unknown key',
    reasons: ['decryption'],
    forge: (attempt) => encryptWithHeader(attempt, { kid: 'unknown' }),
  },
  otherIssuerInHeader: {
    explanation: 'names another issuer in its header than in its claims',
    reasons: ['claim'],
    forge: (attempt) => encryptWithHeader(attempt, { iss: 'https://attacker.example' }),
  },
  privateEphemeralKey: {
    explanation: 'has a private ephemeral key in its header',
    ...EPHEMERAL_KEY,
    forge: (attempt) => encryptByEphemeralKey(attempt, { ...P256_POINT, d: P256_POINT.x }),
  },
  ephemeralKeyOffCurve: {
    explanation: 'has an ephemeral key that is not a point of its curve',
    ...EPHEMERAL_KEY,
    forge: (attempt) => encryptByEphemeralKey(attempt, { ...P256_POINT, y: P256_POINT.x }),
  },
};

/** RFC 7518, appendix C: the ephemeral key of Alice. */
const P256_POINT = {
  kty: 'EC',
  crv: 'P-256',
  x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
  y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
} as const;

/** RFC 7518 §4.5: the sender knows the whole key. */
function encryptDirectly({ token, draft }: EncryptionAttempt): string {
  const drafted = draft(token);
  const contentKey = createSecretKey(randomBytes(contentKeyBytes(drafted.enc))).export();
  const header = { ...drafted.header, alg: 'dir' };
  const transported = { contentKey, encryptedKey: Buffer.alloc(0), header: {} };
  return joinJwe(encryptCompact({ ...drafted, header }, transported));
}

function encryptByEphemeralKey(
  { token, draft }: EncryptionAttempt,
  epk: Readonly<Record<string, string>>,
): string {
  const drafted = draft(token);
  const header = { ...drafted.header, ...ECDH, epk };
  const contentKey = randomBytes(contentKeyBytes(drafted.enc));
  const transported = { contentKey, encryptedKey: Buffer.alloc(0), header: {} };
  return joinJwe(encryptCompact({ ...drafted, header }, transported));
}
