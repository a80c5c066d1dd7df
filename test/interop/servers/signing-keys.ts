/**
 * Signing keys of servers, as JWKs.
 *
 * @module
 */
import { createKeyPair, type KeyKind, type KeyPair } from '../../support/key-pairs.js';
import type { Algorithm } from '../contract/server.js';

const KINDS: Readonly<Record<Algorithm, KeyKind>> = {
  RS256: 'rsa',
  PS256: 'rsa',
  ES256: 'P-256',
  EdDSA: 'ed25519',
};

/** A private key as JWK, with `kid`, `alg` and `use`. */
export interface SigningJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: Algorithm;
  readonly use: 'sig';
  readonly [member: string]: unknown;
}

let count = 0;
let rsa: KeyPair | undefined;

/**
 * Creates a key with a `kid` that no other key of this process has. RSA keys differ in their `kid` and
 * `alg` only, because they take long to generate.
 */
export function createSigningJwk(alg: Algorithm): SigningJwk {
  count += 1;
  const { kty = '', ...members } = pairOf(KINDS[alg]).privateJwk;
  return { ...members, kty, kid: `key-${count}`, alg, use: 'sig' };
}

function pairOf(kind: KeyKind): KeyPair {
  if (kind !== 'rsa') return createKeyPair(kind);
  rsa ??= createKeyPair(kind);
  return rsa;
}

/** The public half of a key. */
export function formatPublicJwk({ kty, kid, alg, use, ...members }: SigningJwk): object {
  const { crv, x, y, n, e } = members;
  return { kty, kid, alg, use, crv, x, y, n, e };
}
