/**
 * A DPoP proof under inspection.
 *
 * @module
 */
import { findReason } from './check-reason.js';
import { formatDate, formatValue } from './printable.js';
import { assertProofSignature, HEADER_CHECKS } from '../dpop/proof-checks.js';
import { readProofClaims, type SignedProof } from '../dpop/proof-claims.js';
import type { ProofHeader } from '../dpop/proof-key.js';
import type { ProofMeans } from '../dpop/proof-means.js';
import type { PresentedProof } from '../dpop/proof-verifier.js';
import { formatProofId } from '../dpop/replay-register.js';
import { parseProof, parseProofHeader, requireProofField } from '../dpop/unverified-proof.js';
import type { CompactSegments } from '../jws/compact-jws.js';
import { type JsonObject, member } from '../jws/json-object.js';
import type { VerificationKey } from '../jws/signature.js';

/** A proof, as far as it can be read, and what it is checked against. */
export interface ProofInspection extends SignedProof, ProofHeader {
  /** Whether the token is bound to a key; otherwise `confirmation` is that of no key. */
  readonly isTokenBound: boolean;
  /** The proof as it was sent; `undefined` when there is none, or more than one. */
  readonly field: string | undefined;
  /** `undefined` when the proof is malformed. Then `parameters` and `claims` are empty. */
  readonly jws: CompactSegments | undefined;
  /** Whether the header has a public key for an algorithm that is accepted. */
  readonly hasPublicKey: boolean;
  /** The key of the header; `undefined` if it is not usable. */
  readonly key: VerificationKey | undefined;
  /** Whether it was used before; `undefined` if that is not known. */
  readonly isUsed: boolean | undefined;
}

/** Reads a proof without trusting it. */
export function readProof(
  presented: PresentedProof,
  { rules, replays }: ProofMeans,
): ProofInspection {
  const { confirmation, nowMs } = presented;
  const field = attempt(() => requireProofField(presented.proofs));
  const segments = field === undefined ? undefined : attempt(() => parseProof(field));
  const parameters = segments && attempt(() => parseProofHeader(segments));
  const jws = parameters && segments;
  const claims = jws?.payload ?? {};
  const header: ProofHeader = { parameters: parameters ?? {}, confirmation, rules };
  const jti = attempt(() => readProofClaims({ claims }).jti);
  const isTokenBound = confirmation.jkt !== '';
  return {
    ...header,
    presented,
    claims,
    isTokenBound,
    field,
    jws,
    hasPublicKey:
      findReason(() => {
        HEADER_CHECKS.jwk(header);
      }) === undefined,
    key: attempt(() => HEADER_CHECKS.key(header)),
    isUsed:
      isTokenBound && jti !== undefined
        ? replays.isRegistered(formatProofId(confirmation.jkt, jti), nowMs)
        : undefined,
  };
}

/** Checks the signature of a proof whose key is usable. */
export function assertSignedProof({ jws, key }: ProofInspection): void {
  if (jws !== undefined && key !== undefined) assertProofSignature(jws, key);
}

/** Reads a claim of a proof; `undefined` when it is absent. */
export function readProofClaim({ claims }: ProofInspection, name: string): unknown {
  return member(claims, name);
}

/** Formats a claim of a proof with its name. */
export function formatProofClaim(proof: ProofInspection, name: string): string {
  const value = readProofClaim(proof, name);
  return `"${name}" ${name === 'iat' ? formatDate(value) : formatValue(value)}`;
}

/** Reads a header parameter of a proof; `undefined` when it is absent. */
export function readProofParameter(
  { parameters }: { readonly parameters: JsonObject },
  name: string,
): unknown {
  return member(parameters, name);
}

/** Returns a value; `undefined` when reading it fails with a refusal. */
function attempt<Value>(read: () => Value): Value | undefined {
  let value: Value | undefined;
  findReason(() => (value = read()));
  return value;
}
