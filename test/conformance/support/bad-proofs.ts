/**
 * One bad proof for each check of a proof.
 *
 * @module
 */
import type { ProofReason } from './dpop-answers.js';
import type { Caller, ProofFactory } from './dpop-caller.js';

/** A proof for `GET /p` that is refused for a reason. */
export type BadProof = readonly [reason: ProofReason, prove: ProofFactory];

/** In the order of the checks. The proof of another key and a missing proof are not among them. */
export const BAD_PROOFS: readonly BadProof[] = [
  ['proof_repeated', ({ prove }: Caller): string => `${prove()},${prove()}`],
  ['proof_malformed', ({ prove }: Caller): string => `${prove()}.x`],
  ['proof_typ', ({ prove }: Caller): string => prove({ header: { typ: 'JWT' } })],
  ['proof_alg', ({ prove }: Caller): string => prove({ header: { alg: 'none' } })],
  [
    'proof_key',
    ({ prove, prover }: Caller): string => prove({ header: { jwk: { ...prover.jwk, d: 'x' } } }),
  ],
  [
    'proof_signature',
    ({ prove }: Caller): string => `${prove().split('.').slice(0, 2).join('.')}.AAAA`,
  ],
  ['proof_claim', ({ prove }: Caller): string => prove({ claims: { iat: 'x' } })],
  ['proof_method', ({ prove }: Caller): string => prove({ htm: 'POST' })],
  ['proof_url', ({ prove }: Caller): string => prove({ htu: 'https://evil.example/p' })],
  ['proof_token', ({ prove }: Caller): string => prove({ token: 'x' })],
];

/** A proof that is too old where no nonces are demanded, in addition. */
export const OLD_PROOF: BadProof = ['proof_time', ({ prove }: Caller): string => prove({ iat: 1 })];
