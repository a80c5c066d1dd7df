/**
 * Request headers with bound tokens and proofs.
 *
 * @module
 */
import type { ForgedPresentation, ProofAttempt } from './forged-proof.js';
import { assertBoundRequest, type BoundRequest, signProof } from './proof-draft.js';
import { forgeProof, mapProofForgeries, type ProofForgeryName } from './proof-forgeries.js';

/** Request headers with a bound token and its proof, for `fetch`, supertest or undici. */
export type ProofHeaders = Readonly<Record<'authorization' | 'dpop', string>>;

/**
 * Creates request headers with a bound token and a valid proof. Its members create headers with a forged
 * proof; `missing` omits the field `dpop`.
 */
export type MakeProofHeaders = ((request: BoundRequest) => ProofHeaders) &
  Readonly<Record<ProofForgeryName, (request: BoundRequest) => Readonly<Record<string, string>>>>;

/**
 * Creates the functions that make the headers of requests with proofs of a key.
 *
 * @param attempt - Drafts a valid proof for a request.
 */
export function createProofHeaders(
  attempt: (request: BoundRequest) => Omit<ProofAttempt, 'sent'>,
): MakeProofHeaders {
  let last: { readonly request: BoundRequest; readonly sent: ForgedPresentation } | undefined;
  const forged = mapProofForgeries((name) => (request: BoundRequest) => {
    assertBoundRequest(request);
    const sent = last !== undefined && isSame(last.request, request) ? last.sent : undefined;
    const { token, proof } = forgeProof(name, { ...attempt(request), sent });
    return { authorization: `DPoP ${token}`, ...(proof !== undefined && { dpop: proof }) };
  });
  const make = (request: BoundRequest): ProofHeaders => {
    assertBoundRequest(request);
    const dpop = signProof(attempt(request).draft);
    last = { request: { ...request }, sent: { token: request.token, proof: dpop } };
    return { authorization: `DPoP ${request.token}`, dpop };
  };
  return Object.freeze(Object.assign(make, forged));
}

function isSame(one: BoundRequest, other: BoundRequest): boolean {
  if (one.token !== other.token || one.method !== other.method) return false;
  return String(one.url) === String(other.url);
}
