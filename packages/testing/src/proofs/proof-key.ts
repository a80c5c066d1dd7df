/**
 * Keys that prove the possession of bound tokens.
 *
 * @module
 */
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';
import { thumbprintOf } from '../tokens/jwk-thumbprint.js';
import {
  assertSigningAlgorithm,
  createSigningKey,
  type SigningAlgorithm,
} from '../tokens/signing-keys.js';
import { type BindingIssuer, type BoundKey, findIssuer } from '../tokens/token-binding.js';
import {
  assertProofRequest,
  createProofSigner,
  draftProof,
  type ProofDraft,
  type ProofRequest,
  signProof,
} from './proof-draft.js';
import { createProofHeaders, type MakeProofHeaders } from './proof-headers.js';

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
   * Creates request headers with the token and a proof for it: `key.headers({ token, method, url })`. Its
   * members create headers with a forged proof: `key.headers.otherUrl({ token, method, url })`. Where the
   * key is the defect, they replace the token by one that is bound to that key, which requires a token of
   * a test issuer.
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
 * @see RFC 9449 §4.2, §6
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
  const signer = createProofSigner(createSigningKey(alg, 'proof'));
  const publicJwk = signer.jwk as ProofJwk; // every public key has `kty`
  const identity = { alg, publicJwk, thumbprint: thumbprintOf(publicJwk) };
  const now = (): number => (clock ?? findIssuer(identity)?.clock ?? Date.now)();
  const draft = (request: ProofRequest): ProofDraft => draftProof(request, signer, now());
  return Object.freeze({
    ...identity,
    proof(request: ProofRequest) {
      assertProofRequest(request);
      return signProof(draft(request));
    },
    headers: createProofHeaders((request) => ({
      request,
      alg,
      draft: draft(request),
      nowMs: now(),
      rebind: (thumbprint) => requireIssuer(identity).rebind(request.token, thumbprint),
    })),
  });
}

function requireIssuer(key: BoundKey): BindingIssuer {
  const issuer = findIssuer(key);
  if (issuer !== undefined) return issuer;
  throw new TypeError(
    'this forgery requires a token of a test issuer that is bound to the key; use issuer.mint({ boundTo: key })',
  );
}
