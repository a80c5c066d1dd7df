/**
 * Shared parts of the attacks on proofs: one key for each algorithm, and one token for each key.
 *
 * @module
 */
import { type AccessTokenVerifier } from '@scopegate/access-token';
import { InvalidProofError, InvalidTokenError } from '@scopegate/protocol';
import { createProver, type ProofContents, type Prover } from '../../support/proofs.js';
import { RESOURCE } from '../support/fixture.js';
import { createSigner, type Signer } from '../support/signer.js';
import { createVerifier, goodClaims, NOW } from './attack.js';

/** The key of the issuer. */
export const ISSUER_KEY: Signer = createSigner('ES256');

/** A key with a token that is bound to it. */
export interface Bound {
  readonly prover: Prover;
  readonly token: string;
}

/** A token for each kind of key. */
export const BOUND: readonly Bound[] = (['ES256', 'Ed25519', 'RS256', 'PS512'] as const).map(
  (alg) => {
    const prover = createProver(alg);
    const claims = goodClaims({ cnf: { jkt: prover.thumbprint }, jti: `token-${alg}` });
    return { prover, token: ISSUER_KEY.sign({}, claims) };
  },
);

/** The URL of every good proof. */
export const URL = `${RESOURCE}/v1/sales`;

/** Makes a proof that is good except for the changes. */
export function proofOf(
  { prover, token }: Bound,
  jti: string,
  changes: Partial<ProofContents> = {},
): string {
  return prover.prove({ token, iat: NOW, htu: URL, jti, ...changes });
}

/** A verifier of bound tokens. */
export function createBoundTokenVerifier(): AccessTokenVerifier {
  const jwks = { keys: [ISSUER_KEY.publicJwk] };
  return createVerifier({ jwks, dpop: { publicUrl: RESOURCE } });
}

/**
 * Presents a token with a proof.
 *
 * @returns Why it was refused; `undefined` if it was accepted.
 * @throws Any error that is not a refusal of the token or the proof.
 */
export async function refusalOf(
  verifier: AccessTokenVerifier,
  token: string,
  proof: string,
): Promise<string | undefined> {
  const request = { method: 'GET', target: '/v1/sales?day=1', proofs: [proof] };
  try {
    await verifier.verifyPresented({ scheme: 'DPoP', token, ...request });
    return undefined;
  } catch (error) {
    if (error instanceof InvalidProofError || error instanceof InvalidTokenError) {
      return error.reason;
    }
    throw error;
  }
}
