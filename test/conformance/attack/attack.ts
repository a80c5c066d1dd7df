/**
 * Shared parts of the attacks on the verifier: one key for each algorithm, one issuer, one time.
 *
 * @module
 */
import {
  type AccessTokenVerifier,
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type VerifiedAccessToken,
} from '@scopegate/access-token';
import { InvalidTokenError } from '@scopegate/protocol';
import { SIGNING_ALGORITHMS } from '@scopegate/testing';
import type fc from 'fast-check';
import { RESOURCE } from '../support/fixture.js';
import { createSigner, type Signer } from '../support/signer.js';
import type { Members } from '../support/tokens.js';

/** The issuer of every token. */
export const ISSUER = 'https://as.example';
/** The time, in seconds since the epoch. */
export const NOW = 1_800_000_000;

/** The decision about a token. */
export type Judgement =
  | { readonly accepted: VerifiedAccessToken; readonly reason: undefined }
  | { readonly accepted: undefined; readonly reason: string };

/**
 * Settings of every property: the seed is fixed, so that a failure can be repeated, and is printed
 * with the path to it.
 */
export function runs(numRuns: number): fc.Parameters<unknown> {
  return { seed: 0x5c09e, numRuns };
}

/** One signer for each algorithm. Algorithms for one kind of key share a key and its `kid`. */
export function createSigners(): readonly Signer[] {
  const shared = new Map<string, Signer>();
  return SIGNING_ALGORITHMS.map((alg) => {
    const kind = /^[RP]S/.test(alg) ? 'RSA' : alg.startsWith('Ed') ? 'Ed' : alg;
    const signer = createSigner(alg, { kid: alg, ...keyPairOf(shared.get(kind)) });
    shared.set(kind, signer);
    return signer;
  });
}

/** The claims of a good token. */
export function goodClaims(changes: Members = {}): Members {
  return {
    iss: ISSUER,
    aud: RESOURCE,
    sub: 'test-client',
    client_id: 'test-client',
    scope: 'read',
    iat: NOW - 10,
    exp: NOW + 300,
    jti: 'token-1',
    ...changes,
  };
}

/** A verifier that trusts the issuer of every token. */
export function createVerifier(
  options: Partial<AccessTokenVerifierOptions> & Members,
): AccessTokenVerifier {
  const place = { issuer: ISSUER, audience: RESOURCE, clock: () => NOW * 1000 };
  return createAccessTokenVerifier({ ...place, ...options } as AccessTokenVerifierOptions);
}

/** A verifier with the keys of these signers. */
export function createVerifierFor(
  signers: readonly Signer[],
  options: Members = {},
): AccessTokenVerifier {
  return createVerifier({ jwks: { keys: signers.map(({ publicJwk }) => publicJwk) }, ...options });
}

/**
 * Verifies a token.
 *
 * @throws Any error that is not a refusal of the token.
 */
export async function judge(
  verifier: Pick<AccessTokenVerifier, 'verify'>,
  token: string,
): Promise<Judgement> {
  try {
    return { accepted: await verifier.verify(token), reason: undefined };
  } catch (error) {
    if (error instanceof InvalidTokenError) return { accepted: undefined, reason: error.reason };
    throw error;
  }
}

function keyPairOf(signer: Signer | undefined): { keyPair?: Signer } {
  return signer === undefined ? {} : { keyPair: signer };
}
