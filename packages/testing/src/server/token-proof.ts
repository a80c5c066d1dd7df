/**
 * DPoP proofs of token requests.
 *
 * @module
 */
import { createPublicKey, type JsonWebKey, type KeyObject, randomUUID } from 'node:crypto';
import { isPlainObject } from '@scopegate/protocol/internal';
import type { JsonMembers } from '../shapes/token-shape.js';
import { decodeJson, isSignedBy, splitSegments } from '../tokens/compact-jws.js';
import { requiredMembers, thumbprintOf } from '../tokens/jwk-thumbprint.js';
import { SIGNING_ALGORITHMS } from '../tokens/signing-keys.js';
import type { BoundKey } from '../tokens/token-binding.js';

/** What a token endpoint found out about the proof of a request. */
export interface ProofOutcome {
  /** The key of a valid proof; `undefined` without a proof, or if it is refused. */
  readonly key?: BoundKey | undefined;
  /** The error of a refused proof. RFC 9449 §5, §8. */
  readonly error?: 'invalid_dpop_proof' | 'use_dpop_nonce' | undefined;
}

/** Checks proofs at one token endpoint. */
export interface TokenProofs {
  /** Checks the field `DPoP` of a request; `undefined` for a request without it. */
  readonly check: (field: string | undefined) => ProofOutcome;
  /** Returns the nonce to send with a response to a request with a proof; `undefined` for none. */
  readonly nonce: () => string | undefined;
  /** Replaces the current nonce by a new one. The replaced one stays valid until the next call. */
  readonly renewNonce: () => void;
}

/**
 * Creates the check of proofs at a token endpoint.
 *
 * The time of proofs is not checked, because clients need not have the clock of the issuer.
 *
 * @param options - `demandsNonces`: whether proofs must contain the current nonce, or the one before it.
 */
export function createTokenProofs(options: {
  readonly tokenEndpoint: string;
  readonly demandsNonces: boolean;
}): TokenProofs {
  const { tokenEndpoint, demandsNonces } = options;
  const nonces: string[] = [randomUUID()];
  const used = new Set<string>();
  return {
    check(field) {
      if (field === undefined) return {};
      const proof = findValidProof(field, tokenEndpoint);
      if (proof === undefined) return { error: 'invalid_dpop_proof' };
      const { nonce, jti } = proof.claims;
      if (demandsNonces && !nonces.some((each) => each === nonce))
        return { error: 'use_dpop_nonce' };
      const id = `${proof.key.thumbprint}${String(jti)}`;
      if (used.has(id)) return { error: 'invalid_dpop_proof' };
      used.add(id);
      return { key: proof.key };
    },
    nonce: () => (demandsNonces ? nonces.at(-1) : undefined),
    renewNonce() {
      nonces.push(randomUUID());
      nonces.splice(0, nonces.length - 2);
    },
  };
}

/** Finds the key in a proof, which is not verified; `undefined` for a malformed or missing proof. */
export function findProofKey(field: string | undefined): BoundKey | undefined {
  const publicJwk = readMembers(splitSegments(field ?? '').header)?.['jwk'];
  if (!isPlainObject(publicJwk)) return undefined;
  return { publicJwk, thumbprint: thumbprintOf(publicJwk) };
}

/** Finds the key and the claims of a proof that passes every check but those of its nonce and its use. */
function findValidProof(
  field: string,
  tokenEndpoint: string,
): { readonly key: BoundKey; readonly claims: JsonMembers } | undefined {
  const { header, payload, signature } = splitSegments(field);
  const [parameters, claims] = [readMembers(header), readMembers(payload)];
  const key = findProofKey(field);
  if (parameters?.['typ'] !== 'dpop+jwt' || claims === undefined || key === undefined) {
    return undefined;
  }
  const alg = SIGNING_ALGORITHMS.find((each) => each === parameters['alg']);
  const publicKey = importPublicKey(key.publicJwk);
  if (alg === undefined || publicKey === undefined) return undefined;
  const octets = Buffer.from(signature, 'base64url');
  if (!isSignedBy(`${header}.${payload}`, octets, { alg, publicKey })) return undefined;
  return isForEndpoint(claims, tokenEndpoint) ? { key, claims } : undefined;
}

function isForEndpoint({ htm, htu, jti, iat }: JsonMembers, tokenEndpoint: string): boolean {
  if (htm !== 'POST' || typeof htu !== 'string' || !URL.canParse(htu)) return false;
  const isIdentified = typeof jti === 'string' && jti !== '' && typeof iat === 'number';
  return isIdentified && new URL(htu).href === new URL(tokenEndpoint).href;
}

/** Imports a public key; `undefined` for a private or malformed one. */
export function importPublicKey(jwk: object): KeyObject | undefined {
  // A private key has the member `d`.
  if ('d' in jwk) return undefined;
  try {
    const key = requiredMembers(jwk as JsonMembers) as JsonWebKey; // createPublicKey() checks it
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function readMembers(segment: string): JsonMembers | undefined {
  try {
    return decodeJson(segment);
  } catch {
    return undefined;
  }
}
