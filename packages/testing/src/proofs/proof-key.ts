/**
 * Keys that prove the possession of bound tokens.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { requiredMembers, thumbprintOf } from '../tokens/jwk-thumbprint.js';
import {
  assertSigningAlgorithm,
  createSigningKey,
  type SigningAlgorithm,
} from '../tokens/signing-keys.js';
import { findIssuer } from '../tokens/token-binding.js';
import { signDraft } from '../tokens/token-mint.js';
import {
  assertProofRequest,
  type BoundRequest,
  draftProof,
  type ProofRequest,
} from './proof-draft.js';

/** Options of {@link createProofKey}. All have defaults. */
export interface ProofKeyOptions {
  /**
   * The algorithm of the key. Generating an RSA key takes about 100 ms, any other about 1 ms.
   *
   * @defaultValue `'ES256'`
   */
  readonly alg?: SigningAlgorithm | undefined;
  /**
   * Returns the time of proofs, in milliseconds since the epoch.
   *
   * @defaultValue the clock of the test issuer that last minted a token for the key; until it mints one,
   *   the time of the system
   */
  readonly clock?: (() => number) | undefined;
}

/** The public key in the `jwk` header of proofs: only the members that its type requires. RFC 7638 §3.2. */
export interface ProofJwk {
  /** The key type: `RSA`, `EC` or `OKP`. */
  readonly kty: string;
  /** The members of the key type, such as `crv` and `x`. */
  readonly [member: string]: unknown;
}

/** Request headers with a bound token and its proof, for `fetch`, supertest or undici. */
export type ProofHeaders = Readonly<Record<'authorization' | 'dpop', string>>;

/** Creates request headers with a bound token and a proof. */
export type MakeProofHeaders = (request: BoundRequest) => ProofHeaders;

/** A key that makes DPoP proofs. RFC 9449. */
export interface ProofKey {
  /** The algorithm of the key. */
  readonly alg: SigningAlgorithm;
  /** The public key. */
  readonly publicJwk: ProofJwk;
  /** The SHA-256 thumbprint of the public key in base64url, which is `jkt` in tokens. RFC 7638. */
  readonly thumbprint: string;
  /**
   * Makes a proof, with a new `jti` each time.
   *
   * @throws TypeError A member of the request is missing, unknown or invalid.
   * @see RFC 9449 §4.2
   * @example
   * key.proof({ method: 'POST', url: issuer.tokenEndpoint });
   */
  readonly proof: (request: ProofRequest) => string;
  /**
   * Creates request headers with the token and a proof for it.
   *
   * @throws TypeError A member of the request is missing, unknown or invalid.
   * @example
   * const url = 'https://api.example.com/v1/sales';
   * await request(app).get('/v1/sales').set(key.headers({ token, method: 'GET', url })).expect(200);
   */
  readonly headers: MakeProofHeaders;
}

/**
 * Creates a key pair that proves the possession of tokens which are bound to it.
 *
 * @throws TypeError An option is unknown or invalid.
 * @see RFC 9449
 * @example
 * const key = createProofKey();
 * const token = await issuer.mint({ scope: 'read:sales', boundTo: key });
 * const headers = key.headers({ token, method: 'GET', url: 'https://api.example.com/v1/sales' });
 */
export function createProofKey(options: ProofKeyOptions = {}): ProofKey {
  assertKnownOptions('createProofKey', options, ['alg', 'clock']);
  const { alg = 'ES256', clock }: ProofKeyOptions = options;
  assertSigningAlgorithm(alg);
  if (clock !== undefined && typeof clock !== 'function') {
    throw invalidOption('clock', 'must be a function that returns milliseconds');
  }
  const pair = createSigningKey(alg, 'proof');
  const publicJwk = Object.freeze(requiredMembers(pair.publicJwk)) as ProofJwk; // it has `kty`
  const thumbprint = thumbprintOf(publicJwk);
  const now = (): number => {
    return (clock ?? findIssuer({ thumbprint, publicJwk })?.clock ?? Date.now)();
  };
  const proof = (request: ProofRequest): string => {
    assertProofRequest(request, false);
    return signDraft(draftProof(request, pair, now()));
  };
  return Object.freeze({
    alg,
    publicJwk,
    thumbprint,
    proof,
    headers: (request: BoundRequest) => {
      assertProofRequest(request, true);
      return { authorization: `DPoP ${request.token}`, dpop: proof(request) };
    },
  });
}
