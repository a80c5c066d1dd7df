/**
 * Signs any octets as a compact JWS, with `node:crypto` alone.
 *
 * @module
 */
import { constants, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import type { SigningAlgorithm } from '@scopegate/testing';
import { createKeyPair, type KeyPair, type RsaParameters } from '../../support/key-pairs.js';

/** Members to write as JSON, or the octets themselves. */
export type Segment = string | Uint8Array | Readonly<Record<string, unknown>>;

/** A key pair that signs any header and payload. */
export interface Signer {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** With `kid` and `alg`. */
  readonly publicJwk: JsonWebKey & { readonly kid: string; readonly alg: string };
  /**
   * Signs a header and a payload.
   *
   * @param header - An object is completed with `typ`, `alg` and `kid`; strings and octets are used
   *   unchanged.
   */
  readonly sign: (header: Segment, payload: Segment) => string;
  /** Signs two segments that are encoded already, correctly or not. */
  readonly signSegments: (header: string, payload: string) => string;
  /** Signs any octets, if need be by another algorithm of the key. */
  readonly signature: (octets: string | Uint8Array, alg?: SigningAlgorithm) => Buffer;
}

/** Options of a signer. */
export interface SignerOptions extends RsaParameters {
  /** @defaultValue `'k1'` */
  readonly kid?: string;
  /** Replaces a new key pair. */
  readonly keyPair?: Pick<KeyPair, 'publicKey' | 'privateKey'>;
}

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;

/** Creates a signer for an algorithm, with a new key pair unless one is given. */
export function createSigner(alg: SigningAlgorithm, options: SignerOptions = {}): Signer {
  const { kid = 'k1', keyPair = generate(alg, options) } = options;
  const { privateKey, publicKey } = keyPair;
  const signature: Signer['signature'] = (octets, by = alg) => signOctets(octets, by, privateKey);
  const signSegments: Signer['signSegments'] = (header, payload) =>
    `${header}.${payload}.${signature(`${header}.${payload}`).toString('base64url')}`;
  return {
    alg,
    kid,
    privateKey,
    publicKey,
    signature,
    signSegments,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg },
    sign: (header, payload) =>
      signSegments(
        encode(isMembers(header) ? { typ: 'at+jwt', alg, kid, ...header } : header),
        encode(payload),
      ),
  };
}

/** Encodes one segment as base64url without padding. RFC 7515 §2. */
export function encode(segment: Segment): string {
  const octets = isMembers(segment) ? JSON.stringify(segment) : segment;
  return Buffer.from(octets as string).toString('base64url');
}

function isMembers(segment: Segment): segment is Readonly<Record<string, unknown>> {
  return typeof segment === 'object' && !(segment instanceof Uint8Array);
}

function generate(alg: SigningAlgorithm, parameters: RsaParameters): KeyPair {
  if (alg === 'EdDSA' || alg === 'Ed25519') return createKeyPair('ed25519');
  if (alg === 'ES256' || alg === 'ES384' || alg === 'ES512') return createKeyPair(CURVES[alg]);
  return createKeyPair('rsa', parameters);
}

/** RFC 7518 §3.3 to §3.5, RFC 8037 §3.1. */
function signOctets(octets: string | Uint8Array, alg: SigningAlgorithm, key: KeyObject): Buffer {
  const input = Buffer.from(octets as string);
  if (alg === 'EdDSA' || alg === 'Ed25519') return sign(null, input, key);
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('ES')) return sign(digest, input, { key, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('RS')) return sign(digest, input, key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(digest, input, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}
