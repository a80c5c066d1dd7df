/**
 * The checks of a proof, in their order.
 *
 * @module
 */
import { InvalidProofError } from '@scopegate/protocol';
import type { CompactSegments } from '../jws/compact-jws.js';
import { isSignatureValid, type VerificationKey } from '../jws/signature.js';
import {
  assertMethod,
  assertTime,
  assertTokenHash,
  assertUrl,
  checkNonce,
  creationTimeMs,
  type ProofClaims,
  readProofClaims,
  type SignedProof,
} from './proof-claims.js';
import {
  assertBinding,
  assertProofAlgorithm,
  assertProofType,
  assertPublicKey,
  importProofKey,
  type ProofHeader,
} from './proof-key.js';

/**
 * The checks of the header, in the order of verification. They follow `requireProofField()`,
 * `parseProof()` and `parseProofHeader()`.
 */
export interface HeaderChecks {
  readonly typ: (header: ProofHeader) => void;
  readonly alg: (header: ProofHeader) => void;
  readonly jwk: (header: ProofHeader) => void;
  readonly binding: (header: ProofHeader) => void;
  readonly key: (header: ProofHeader) => VerificationKey;
}

/**
 * The checks of the claims, in the order of verification. They follow {@link assertProofSignature}, and
 * the registration of the proof follows them.
 */
export interface ClaimChecks {
  readonly claims: (proof: SignedProof) => ProofClaims;
  readonly method: (proof: SignedProof) => void;
  readonly url: (proof: SignedProof) => void;
  readonly token: (proof: SignedProof) => void;
  readonly time: (proof: SignedProof) => void;
  /** Returns the nonce to send with the response. */
  readonly nonce: (proof: SignedProof) => string | undefined;
}

/** See {@link HeaderChecks}. */
export const HEADER_CHECKS: HeaderChecks = Object.freeze({
  typ: assertProofType,
  alg: assertProofAlgorithm,
  jwk: assertPublicKey,
  binding: assertBinding,
  key: importProofKey,
});

/** See {@link ClaimChecks}. */
export const CLAIM_CHECKS: ClaimChecks = Object.freeze({
  claims: readProofClaims,
  method: assertMethod,
  url: assertUrl,
  token: assertTokenHash,
  time: assertTime,
  nonce: checkNonce,
});

/**
 * Runs the checks of the header.
 *
 * @throws InvalidProofError `proof_typ`, `proof_alg` or `proof_key`.
 * @throws InvalidTokenError `binding`
 */
export function requireProofKey(header: ProofHeader): VerificationKey {
  HEADER_CHECKS.typ(header);
  HEADER_CHECKS.alg(header);
  HEADER_CHECKS.jwk(header);
  HEADER_CHECKS.binding(header);
  return HEADER_CHECKS.key(header);
}

/** @throws InvalidProofError `proof_signature`. RFC 9449 §4.3. */
export function assertProofSignature(
  { signingInput, signature }: CompactSegments,
  key: VerificationKey,
): void {
  if (isSignatureValid(key, signingInput, signature)) return;
  throw new InvalidProofError('proof_signature');
}

/** A proof that is acceptable unless it was used before. */
export interface AcceptableProof {
  readonly jti: string;
  /** When it was created at the earliest, in milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** The nonce to send with the response. */
  readonly nonce: string | undefined;
}

/**
 * Runs the checks of the claims.
 *
 * @throws InvalidProofError `proof_claim`, `proof_method`, `proof_url`, `proof_token` or `proof_time`.
 * @throws UseNonceError
 */
export function checkProofClaims(proof: SignedProof): AcceptableProof {
  const { jti } = CLAIM_CHECKS.claims(proof);
  CLAIM_CHECKS.method(proof);
  CLAIM_CHECKS.url(proof);
  CLAIM_CHECKS.token(proof);
  CLAIM_CHECKS.time(proof);
  const nonce = CLAIM_CHECKS.nonce(proof);
  return { jti, createdAtMs: creationTimeMs(proof), nonce };
}
