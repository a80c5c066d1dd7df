/**
 * Signs any octets as a compact JWS, with `node:crypto` alone.
 *
 * @module
 */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  type KeyPairKeyObjectResult,
  sign,
} from 'node:crypto';
import type { SigningAlgorithm } from '@scopegate/testing';

/** JSON to be written, or the octets to be written in its place. */
export type Segment = string | Uint8Array | Readonly<Record<string, unknown>>;

/** A key pair that signs whatever it is given. */
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
   * @param header - An object is completed with `typ`, `alg` and `kid`; text and octets are taken as
   *   they are.
   */
  readonly sign: (header: Segment, payload: Segment) => string;
  /** Signs two segments that are encoded already, soundly or not. */
  readonly signSegments: (header: string, payload: string) => string;
  /** The signature of any octets, by this key and another of its algorithms if need be. */
  readonly signature: (octets: string | Uint8Array, alg?: SigningAlgorithm) => Buffer;
}

/** What a signer may choose. */
export interface SignerOptions {
  /** @defaultValue `'k1'` */
  readonly kid?: string;
  /** Of RSA keys. @defaultValue 2048 */
  readonly modulusLength?: number;
  /** Of RSA keys. @defaultValue 65537 */
  readonly publicExponent?: number;
  /** Takes a key pair in place of a new one. */
  readonly keyPair?: KeyPairKeyObjectResult;
}

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;

/** Makes a key pair for an algorithm. */
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

/** Through DER: Node 20 can stop for good while it exports a freshly generated key as JWK. */
function generate(alg: SigningAlgorithm, options: SignerOptions): KeyPairKeyObjectResult {
  const { publicKey, privateKey } = generateKeyObjects(alg, options);
  const spki = { type: 'spki', format: 'der' } as const;
  const pkcs8 = { type: 'pkcs8', format: 'der' } as const;
  return {
    publicKey: createPublicKey({ key: publicKey.export(spki), ...spki }),
    privateKey: createPrivateKey({ key: privateKey.export(pkcs8), ...pkcs8 }),
  };
}

function generateKeyObjects(alg: SigningAlgorithm, options: SignerOptions): KeyPairKeyObjectResult {
  if (alg === 'EdDSA' || alg === 'Ed25519') return generateKeyPairSync('ed25519');
  if (alg === 'ES256' || alg === 'ES384' || alg === 'ES512') {
    return generateKeyPairSync('ec', { namedCurve: CURVES[alg] });
  }
  const { modulusLength = 2048, publicExponent = 65_537 } = options;
  return generateKeyPairSync('rsa', { modulusLength, publicExponent });
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
