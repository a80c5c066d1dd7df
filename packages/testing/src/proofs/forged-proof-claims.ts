/**
 * Forgeries of proofs that are signed by the right key and have a wrong token hash, time or identifier.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { ForgedPresentation, ProofAttempt, ProofForgeries } from './forged-proof.js';
import { signWithClaims } from './forged-proof.js';
import { hashToken } from './proof-draft.js';

const HOUR = 3600;
/** More octets than any server accepts in a `jti`. */
const LONG_ID = 257;

/** The names of the forgeries of token hashes, times and identifiers. */
export type ForgedProofClaimsName =
  | 'noTokenHash'
  | 'paddedTokenHash'
  | 'otherTokenHash'
  | 'tokenHashWithScheme'
  | 'old'
  | 'future'
  | 'timeAsString'
  | 'noTime'
  | 'noId'
  | 'emptyId'
  | 'longId'
  | 'numericId'
  | 'replayed';

const TOKEN = { error: 'invalid_dpop_proof', reasons: ['proof_token'] } as const;
const TIME = { error: 'invalid_dpop_proof', reasons: ['proof_time'] } as const;
const CLAIM = { error: 'invalid_dpop_proof', reasons: ['proof_claim'] } as const;

/** The forgeries of token hashes, times and identifiers. RFC 9449 §4.2, §4.3. */
export const FORGED_PROOF_CLAIMS: ProofForgeries<ForgedProofClaimsName> = {
  noTokenHash: {
    explanation: 'has no "ath"',
    error: 'invalid_dpop_proof',
    reasons: ['proof_claim', 'proof_token'],
    forge: (attempt) => signWithClaims(attempt, { ath: undefined }),
  },
  paddedTokenHash: {
    explanation: 'has "ath" with base64 padding',
    ...TOKEN,
    forge: (attempt) => signWithClaims(attempt, { ath: `${hashToken(attempt.request.token)}=` }),
  },
  otherTokenHash: {
    explanation: 'has the hash of another access token',
    ...TOKEN,
    forge: (attempt) => signWithClaims(attempt, { ath: hashToken(randomUUID()) }),
  },
  tokenHashWithScheme: {
    explanation: 'has the hash of the access token and its scheme',
    ...TOKEN,
    forge: (attempt) =>
      signWithClaims(attempt, { ath: hashToken(`DPoP ${attempt.request.token}`) }),
  },
  old: {
    explanation: 'was created an hour ago; servers that demand nonces accept that',
    ...TIME,
    forge: (attempt) => signWithClaims(attempt, { iat: seconds(attempt) - HOUR }),
  },
  future: {
    explanation: 'was created an hour in the future; servers that demand nonces accept that',
    ...TIME,
    forge: (attempt) => signWithClaims(attempt, { iat: seconds(attempt) + HOUR }),
  },
  timeAsString: {
    explanation: 'has "iat" as a string of digits',
    ...CLAIM,
    forge: (attempt) => signWithClaims(attempt, { iat: String(seconds(attempt)) }),
  },
  noTime: {
    explanation: 'has no "iat"',
    ...CLAIM,
    forge: (attempt) => signWithClaims(attempt, { iat: undefined }),
  },
  noId: {
    explanation: 'has no "jti", so it could be used again',
    ...CLAIM,
    forge: (attempt) => signWithClaims(attempt, { jti: undefined }),
  },
  emptyId: {
    explanation: 'has an empty "jti"',
    ...CLAIM,
    forge: (attempt) => signWithClaims(attempt, { jti: '' }),
  },
  longId: {
    explanation: 'has a "jti" of 257 octets',
    ...CLAIM,
    forge: (attempt) => signWithClaims(attempt, { jti: randomUUID().padEnd(LONG_ID, '-') }),
  },
  numericId: {
    explanation: 'has a number as "jti"',
    ...CLAIM,
    forge: (attempt) => signWithClaims(attempt, { jti: attempt.nowMs }),
  },
  replayed: {
    explanation: 'was sent before: the last one of headers() for the same request',
    error: 'invalid_dpop_proof',
    reasons: ['proof_replayed'],
    forge: replay,
  },
};

function replay({ sent }: ProofAttempt): ForgedPresentation {
  if (sent !== undefined) return sent;
  throw new TypeError(
    'headers.replayed() requires a proof to repeat; call headers() for the same token, method and URL first',
  );
}

function seconds({ nowMs }: ProofAttempt): number {
  return Math.floor(nowMs / 1000);
}
