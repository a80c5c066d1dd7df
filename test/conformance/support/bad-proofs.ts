/**
 * One bad proof for each check of a proof.
 *
 * @module
 */
import type { ProofReason } from './dpop-answers.js';
import type { ProofFactory } from './dpop-caller.js';

/** A proof for `GET /p` that is refused for a reason. */
export type BadProof = readonly [reason: ProofReason, prove: ProofFactory];

const badProofs: readonly BadProof[] = [
  ['proof_repeated', ({ prove }) => `${prove()},${prove()}`],
  ['proof_malformed', ({ prove }) => `${prove()}.x`],
  ['proof_typ', ({ prove }) => prove({ header: { typ: 'JWT' } })],
  ['proof_alg', ({ prove }) => prove({ header: { alg: 'none' } })],
  ['proof_key', ({ prove, prover }) => prove({ header: { jwk: { ...prover.jwk, d: 'x' } } })],
  ['proof_signature', ({ prove }) => `${prove().split('.').slice(0, 2).join('.')}.AAAA`],
  ['proof_claim', ({ prove }) => prove({ claims: { iat: 'x' } })],
  ['proof_method', ({ prove }) => prove({ htm: 'POST' })],
  ['proof_url', ({ prove }) => prove({ htu: 'https://evil.example/p' })],
  ['proof_token', ({ prove }) => prove({ token: 'x' })],
];
const oldProof: BadProof = ['proof_time', ({ prove }) => prove({ iat: 1 })];

/** In the order of the checks. The proof of another key and a missing proof are not among them. */
export const BAD_PROOFS = badProofs;
/** A proof that is too old where no nonces are demanded, in addition. */
export const OLD_PROOF = oldProof;
