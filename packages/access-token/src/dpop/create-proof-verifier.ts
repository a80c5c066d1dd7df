/**
 * Creates the verifier of proofs.
 *
 * @module
 */
import { settle } from '@scopegate/protocol/internal';
import type { CompactSegments } from '../jws/compact-jws.js';
import type { VerificationKey } from '../jws/signature.js';
import { assertProofSignature, checkProofClaims, requireProofKey } from './proof-checks.js';
import type { ProofMeans } from './proof-means.js';
import type { PresentedProof, ProofVerifier } from './proof-verifier.js';
import { formatProofId } from './replay-register.js';
import { parseProof, parseProofHeader, requireProofField } from './unverified-proof.js';

/**
 * Creates a verifier of proofs.
 *
 * The key of an accepted proof is kept with its token, so it is imported once while the token is
 * cached. A cache of keys would be filled by any caller who has a token and many keys.
 */
export function createProofVerifier({ rules, replays }: ProofMeans): ProofVerifier {
  const knownKeys = new WeakMap<object, KnownKey>();
  const accept = (_registered: unknown, proof: RegisteredProof): string | undefined => {
    if (!proof.isKeyKnown) keep(knownKeys, proof);
    return proof.nonce;
  };
  return (presented) => {
    const { confirmation, request, nowMs } = presented;
    const jws = parseProof(requireProofField(presented.proofs));
    const known = knownKeys.get(confirmation);
    // The same header has passed the same checks for the same token.
    const isKeyKnown = known?.header === jws.header;
    const key = isKeyKnown
      ? known.key
      : requireProofKey({ parameters: parseProofHeader(jws), confirmation, rules });
    assertProofSignature(jws, key);
    const proof = checkProofClaims({ claims: jws.payload, presented, rules });
    const id = formatProofId(confirmation.jkt, proof.jti);
    const registered = replays.register({ id, createdAtMs: proof.createdAtMs, request }, nowMs);
    return settle(registered, accept, { presented, jws, key, isKeyKnown, nonce: proof.nonce });
  };
}

/** The key of an accepted proof. */
interface KnownKey {
  /** The encoded header that contains the key. */
  readonly header: string;
  readonly key: VerificationKey;
}

/** A proof that was registered, and so is accepted. */
interface RegisteredProof {
  readonly presented: PresentedProof;
  readonly jws: CompactSegments;
  readonly key: VerificationKey;
  readonly isKeyKnown: boolean;
  /** The nonce to send with the response. */
  readonly nonce: string | undefined;
}

/** Headers with an RSA key of 4096 bits have about 1,100 characters. */
const MAX_KNOWN_LENGTH = 2_048;

function keep(
  knownKeys: WeakMap<object, KnownKey>,
  { presented, jws, key }: RegisteredProof,
): void {
  if (jws.header.length > MAX_KNOWN_LENGTH) return;
  // A copy: a slice of the proof would keep the whole proof in memory.
  knownKeys.set(presented.confirmation, { header: Buffer.from(jws.header).toString(), key });
}
