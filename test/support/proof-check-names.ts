/**
 * The checks of a proof that explanations list.
 *
 * @module
 */

/** In their order. */
export const PROOF_CHECKS: readonly string[] = [
  'proof_field',
  'proof_format',
  'proof_typ',
  'proof_alg',
  'proof_jwk',
  'proof_binding',
  'proof_key',
  'proof_signature',
  'proof_claims',
  'proof_method',
  'proof_url',
  'proof_token',
  'proof_time',
  'proof_nonce',
  'proof_replay',
];
