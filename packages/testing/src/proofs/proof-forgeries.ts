/**
 * All forged proofs, by name.
 *
 * @module
 */
import { FORGED_PROOF_CLAIMS, type ForgedProofClaimsName } from './forged-proof-claims.js';
import { FORGED_PROOF_FIELDS, type ForgedProofFieldName } from './forged-proof-fields.js';
import {
  FORGED_PROOF_SIGNATURES,
  type ForgedProofSignatureName,
} from './forged-proof-signatures.js';
import { FORGED_PROOF_TARGETS, type ForgedProofTargetName } from './forged-proof-targets.js';
import type { ForgedPresentation, ProofAttempt, ProofForgeries } from './forged-proof.js';

/** The name of a forgery of proofs. */
export type ProofForgeryName =
  ForgedProofFieldName | ForgedProofSignatureName | ForgedProofTargetName | ForgedProofClaimsName;

/** A kind of forged proof, what is wrong with it, and how a resource server must refuse it. */
export interface ProofForgeryDescription {
  /** The name of its function in `key.headers`. */
  readonly name: ProofForgeryName;
  /** What is wrong with the proof, in one line. */
  readonly explanation: string;
  /** The error code of the challenge, which has the status 401. RFC 9449 §7.1. */
  readonly error: 'invalid_token' | 'invalid_dpop_proof';
  /** The reasons that a guard of Scopegate may report in its decision event. */
  readonly reasons: readonly string[];
}

const FORGERIES: ProofForgeries<ProofForgeryName> = {
  ...FORGED_PROOF_FIELDS,
  ...FORGED_PROOF_SIGNATURES,
  ...FORGED_PROOF_TARGETS,
  ...FORGED_PROOF_CLAIMS,
};

/**
 * Every forgery of proofs, for tables of tests.
 *
 * @example
 * it.each(proofForgeries)('refuses a proof that $explanation', async ({ name }) => {
 *   const headers = key.headers[name]({ token, method: 'GET', url });
 *   await request(app).get('/v1/sales').set(headers).expect(401);
 * });
 */
export const proofForgeries: readonly ProofForgeryDescription[] = Object.freeze(
  proofForgeryNames().map((name) => {
    const { explanation, error, reasons } = FORGERIES[name];
    return Object.freeze({ name, explanation, error, reasons: Object.freeze(reasons) });
  }),
);

/** Forges a proof. */
export function forgeProof(name: ProofForgeryName, attempt: ProofAttempt): ForgedPresentation {
  const forged = FORGERIES[name].forge(attempt);
  return typeof forged === 'string' ? { token: attempt.request.token, proof: forged } : forged;
}

/** Creates a record with one member for each forgery, in the order of {@link proofForgeries}. */
export function mapProofForgeries<Member>(
  make: (name: ProofForgeryName) => Member,
): Readonly<Record<ProofForgeryName, Member>> {
  const members = proofForgeryNames().map((name) => [name, make(name)]);
  return Object.fromEntries(members) as Record<ProofForgeryName, Member>; // every name has its member
}

function proofForgeryNames(): readonly ProofForgeryName[] {
  return Object.keys(FORGERIES) as ProofForgeryName[]; // the table has no other names
}
