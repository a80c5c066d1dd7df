/**
 * Import of private keys that sign client assertions.
 *
 * @module
 */
import { createPrivateKey, type JsonWebKey, type KeyObject, webcrypto } from 'node:crypto';
import { types } from 'node:util';
import { isPlainObject } from '@scopegate/protocol/internal';
import { TokenRequestError } from '../errors.js';
import type { SignatureAlgorithm } from '../signature-algorithm.js';

/** The algorithms of client assertions: the asymmetric ones that authorization servers support. */
export type AssertionAlgorithm = SignatureAlgorithm;

/** A private key: PEM (PKCS #8 and others that Node.js reads), a JWK as object or JSON, or a key object. */
export type PrivateKeyInput = string | JsonWebKey | KeyObject | webcrypto.CryptoKey;

/** A key that is ready to sign. */
export interface SigningKey {
  readonly key: webcrypto.CryptoKey;
  /** The `kid` of the JWK; `undefined` for other forms. */
  readonly kid: string | undefined;
  /** The requested algorithm, or the `alg` of the JWK; `undefined` for the default of the key. */
  readonly alg: unknown;
  /** Equal for equal keys where they can be compared. */
  readonly source: unknown;
}

const RSA = /^(RS|PS)(256|384|512)$/;
const CURVES: Readonly<Record<string, readonly [curve: string, alg: string]>> = {
  prime256v1: ['P-256', 'ES256'],
  secp384r1: ['P-384', 'ES384'],
  secp521r1: ['P-521', 'ES512'],
};

/** Whether a value is the name of an algorithm of client assertions. */
export function isAssertionAlgorithm(value: unknown): value is AssertionAlgorithm {
  return typeof value === 'string' && /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/.test(value);
}

/**
 * Imports a private key for one algorithm.
 *
 * @param alg - `undefined` for the default of the key: `RS256`, or the algorithm of the curve.
 * @throws TokenRequestError (rejects) The input is not a private key, or not one for that algorithm.
 */
export async function importPrivateKey(
  input: unknown,
  alg: AssertionAlgorithm | undefined,
): Promise<SigningKey> {
  try {
    return await importKey(input, alg);
  } catch {
    // Neither the error nor its message is kept, because a parser may quote the key.
    const purpose = alg === undefined ? '' : ` for ${alg}`;
    const detail = `privateKeyJwt() requires a private key${purpose}, as PEM, JWK, KeyObject or CryptoKey`;
    throw new TokenRequestError('credential', { detail });
  }
}

async function importKey(input: unknown, alg: AssertionAlgorithm | undefined): Promise<SigningKey> {
  if (types.isCryptoKey(input)) return { key: input, kid: undefined, alg, source: input };
  const jwk = readJwk(input);
  const key = types.isKeyObject(input) ? input : toKeyObject(jwk ?? input);
  const kid = jwk?.['kid'];
  const wanted = alg ?? jwk?.['alg'];
  const der = key.export({ format: 'der', type: 'pkcs8' });
  return {
    key: await webcrypto.subtle.importKey('pkcs8', der, importParams(key, wanted), false, ['sign']),
    kid: typeof kid === 'string' ? kid : undefined,
    alg: wanted,
    source: jwk === undefined ? input : JSON.stringify(jwk),
  };
}

function readJwk(input: unknown): Readonly<Record<string, unknown>> | undefined {
  if (types.isKeyObject(input)) return undefined;
  if (isPlainObject(input)) return input;
  if (typeof input !== 'string' || !input.trimStart().startsWith('{')) return undefined;
  const jwk: unknown = JSON.parse(input);
  return isPlainObject(jwk) ? jwk : undefined;
}

function toKeyObject(input: unknown): KeyObject {
  if (typeof input === 'string') return createPrivateKey(input);
  if (isPlainObject(input)) return createPrivateKey({ key: input as JsonWebKey, format: 'jwk' });
  throw new TypeError('not a private key');
}

type ImportParams = Parameters<typeof webcrypto.subtle.importKey>[2];

function importParams(key: KeyObject, alg: unknown): ImportParams {
  const params = PARAMS[key.asymmetricKeyType ?? '']?.(alg, key);
  if (params === undefined) throw new TypeError('the key is not for this algorithm');
  return params;
}

const PARAMS: Readonly<Record<string, (alg: unknown, key: KeyObject) => ImportParams | undefined>> =
  {
    rsa(alg = 'RS256') {
      const [, family, bits] = RSA.exec(String(alg)) ?? [];
      if (family === undefined || bits === undefined) return undefined;
      return { name: family === 'PS' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: `SHA-${bits}` };
    },
    ec(alg, key) {
      const [namedCurve, own] = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? [];
      const isOwn = alg === undefined || alg === own;
      return namedCurve === undefined || !isOwn ? undefined : { name: 'ECDSA', namedCurve };
    },
    ed25519(alg = 'EdDSA') {
      return alg === 'EdDSA' || alg === 'Ed25519' ? { name: 'Ed25519' } : undefined;
    },
  };
