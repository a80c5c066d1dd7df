/**
 * The building blocks of forged proofs.
 *
 * @module
 */
import type { JsonMembers } from '../shapes/token-shape.js';
import { thumbprintOf } from '../tokens/jwk-thumbprint.js';
import type { SigningAlgorithm } from '../tokens/signing-keys.js';
import {
  type BoundRequest,
  draftProof,
  type ProofDraft,
  type ProofSigner,
  signProof,
} from './proof-draft.js';

/** The draft of a valid proof, and the request that it is for. */
export interface ProofAttempt {
  readonly request: BoundRequest;
  readonly draft: ProofDraft;
  /** The algorithm of the key. */
  readonly alg: SigningAlgorithm;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** What was sent last with a valid proof for the same token, method and URL; `undefined` for nothing. */
  readonly sent: ForgedPresentation | undefined;
  /** Signs the token of the request again, bound to the key with another thumbprint. */
  readonly rebind: (thumbprint: string) => string;
}

/** An access token and the field `DPoP`. */
export interface ForgedPresentation {
  readonly token: string;
  /** `undefined` omits the field. */
  readonly proof: string | undefined;
}

/** One way to break a valid proof. */
export interface ProofForgery {
  /** What is wrong with the proof, in one line. */
  readonly explanation: string;
  /** The error code of the expected challenge. RFC 9449 §7.1. */
  readonly error: 'invalid_token' | 'invalid_dpop_proof';
  /** The reasons that a guard of Scopegate may report for it. */
  readonly reasons: readonly string[];
  /** Makes the broken proof for the token of the request or another one. */
  readonly forge: (attempt: ProofAttempt) => string | ForgedPresentation;
}

/** A table of forgeries. */
export type ProofForgeries<Name extends string> = Readonly<Record<Name, ProofForgery>>;

/** Signs a draft with other claims; `undefined` removes a claim. */
export function signWithClaims({ draft }: ProofAttempt, claims: JsonMembers): string {
  return signProof({ ...draft, claims: { ...draft.claims, ...claims } });
}

/** Signs a draft with other header members; `undefined` removes a member. */
export function signWithHeader({ draft }: ProofAttempt, header: JsonMembers): string {
  return signProof({ ...draft, header: { ...draft.header, ...header } });
}

/** Makes a valid proof by another key, and a token that is bound to that key. */
export function signBoundTo(
  { request, nowMs, rebind }: ProofAttempt,
  signer: ProofSigner,
): ForgedPresentation {
  const token = rebind(thumbprintOf(signer.jwk));
  return { token, proof: signProof(draftProof({ ...request, token }, signer, nowMs)) };
}
