/**
 * Verifies a proof without registering it.
 *
 * @module
 */
import { InvalidProofError } from '@scopegate/protocol';
import { assertProofSignature, checkProofClaims, requireProofKey } from '../dpop/proof-checks.js';
import type { ProofMeans } from '../dpop/proof-means.js';
import type { ProofVerifier } from '../dpop/proof-verifier.js';
import { formatProofId } from '../dpop/replay-register.js';
import { parseProof, parseProofHeader, requireProofField } from '../dpop/unverified-proof.js';

/**
 * Creates a verifier of proofs that registers none of them, so that the client can still use the proof.
 * It accepts proofs of which it cannot be known whether they were used before.
 */
export function createExplainedProofVerifier({ rules, replays }: ProofMeans): ProofVerifier {
  return (presented) => {
    const { confirmation, nowMs } = presented;
    const jws = parseProof(requireProofField(presented.proofs));
    const header = { parameters: parseProofHeader(jws), confirmation, rules };
    assertProofSignature(jws, requireProofKey(header));
    const { jti, nonce } = checkProofClaims({ claims: jws.payload, presented, rules });
    const isUsed = replays.isRegistered(formatProofId(confirmation.jkt, jti), nowMs);
    if (isUsed === true) throw new InvalidProofError('proof_replayed');
    return nonce;
  };
}
