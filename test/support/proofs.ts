/**
 * DPoP proofs, made with `node:crypto` alone. RFC 9449 §4.2.
 *
 * @module
 */
import {
  constants,
  createHash,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { createKeyPair, type KeyKind, type KeyPair } from './key-pairs.js';
import { encode, type Members } from './tokens.js';

/** The algorithms of proofs. RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
export const PROOF_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** An algorithm of proofs. */
export type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number];

/** The contents of a proof. */
export interface ProofContents {
  /** The access token, for `ath`. */
  readonly token: string;
  /** In seconds since the epoch. */
  readonly iat: number;
  /** @defaultValue `'GET'` */
  readonly htm?: string;
  readonly htu: string;
  /** @defaultValue a new one */
  readonly jti?: string;
  /** @defaultValue none */
  readonly nonce?: string | undefined;
  /** Replaces members of the header; `undefined` omits a member. */
  readonly header?: Members;
  /** Replaces claims; `undefined` omits a claim. */
  readonly claims?: Members;
}

/** A key pair of a caller, which makes proofs. */
export interface Prover {
  readonly alg: ProofAlgorithm;
  /** The public key, with the members that a thumbprint includes. */
  readonly jwk: JsonWebKey;
  readonly privateKey: KeyObject;
  /** What tokens are bound to: `cnf.jkt`. RFC 9449 §6.1. */
  readonly thumbprint: string;
  /** Makes a proof. */
  readonly prove: (contents: ProofContents) => string;
  /** Signs two segments: text as it is, anything else as JSON. */
  readonly sign: (header: unknown, payload: unknown) => string;
  /** Signs octets. */
  readonly signature: (input: string) => Buffer;
}

/** The members that a thumbprint includes, in lexical order. RFC 7638 §3.2, RFC 8037 §2. */
const REQUIRED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
};

/** Picks the members of a JWK that a thumbprint includes. */
export function requiredMembers(jwk: Readonly<JsonWebKey>): JsonWebKey {
  const names = REQUIRED_MEMBERS[jwk.kty ?? ''] ?? [];
  return Object.fromEntries(names.map((name) => [name, jwk[name]]));
}

/** The SHA-256 thumbprint of a JWK. RFC 7638. */
export function thumbprintOf(jwk: Readonly<JsonWebKey>): string {
  return digestOf(JSON.stringify(requiredMembers(jwk)));
}

/** The SHA-256 of a text in base64url, such as the claim `ath` of a token. RFC 9449 §4.2. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * Creates a key pair that makes proofs.
 *
 * @example
 * ```ts
 * const prover = createProver('ES256');
 * const token = await issuer.mint({ claims: { cnf: { jkt: prover.thumbprint } } });
 * const proof = prover.prove({ token, iat, htu: 'https://api.example.com/v1/sales' });
 * ```
 */
export function createProver(
  alg: ProofAlgorithm = 'ES256',
  keyPair: Pick<KeyPair, 'privateKey' | 'publicJwk'> = createKeyPair(kindOf(alg)),
): Prover {
  const { privateKey } = keyPair;
  const jwk = requiredMembers(keyPair.publicJwk);
  const signature: Prover['signature'] = (input) => signOctets(Buffer.from(input), alg, privateKey);
  const signSegments: Prover['sign'] = (header, payload) => {
    const input = `${encode(header)}.${encode(payload)}`;
    return `${input}.${signature(input).toString('base64url')}`;
  };
  return {
    alg,
    jwk,
    privateKey,
    thumbprint: thumbprintOf(jwk),
    signature,
    sign: signSegments,
    prove: (contents) =>
      signSegments({ typ: 'dpop+jwt', alg, jwk, ...contents.header }, claimsOf(contents)),
  };
}

function claimsOf({ token, iat, htm = 'GET', htu, jti, nonce, claims }: ProofContents): Members {
  const ath = digestOf(token);
  return { jti: jti ?? randomUUID(), htm, htu, iat, ath, nonce, ...claims };
}

function kindOf(alg: ProofAlgorithm): KeyKind {
  if (alg === 'EdDSA' || alg === 'Ed25519') return 'ed25519';
  if (alg === 'ES256') return 'P-256';
  if (alg === 'ES384') return 'P-384';
  return alg === 'ES512' ? 'P-521' : 'rsa';
}

/** RFC 7518 §3.3 to §3.5, RFC 8037 §3.1. */
function signOctets(input: Buffer, alg: ProofAlgorithm, key: KeyObject): Buffer {
  if (alg === 'EdDSA' || alg === 'Ed25519') return sign(null, input, key);
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('ES')) return sign(digest, input, { key, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('RS')) return sign(digest, input, key);
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return sign(digest, input, { key, padding, saltLength });
}
