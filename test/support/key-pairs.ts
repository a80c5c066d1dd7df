/**
 * Key pairs of every kind.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';

type EdwardsCurve = 'ed25519' | 'ed448' | 'x25519';
type WeierstrassCurve = 'P-256' | 'P-384' | 'P-521' | 'secp256k1';

/** The curve of a key, or `rsa`. */
export type KeyKind = 'rsa' | EdwardsCurve | WeierstrassCurve;

/** Parameters of RSA keys; other keys ignore them. */
export interface RsaParameters {
  /** @defaultValue 2048 */
  readonly modulusLength?: number | undefined;
  /** @defaultValue 65537 */
  readonly publicExponent?: number | undefined;
}

/** A key pair, as key objects and as JWKs without `kid` and `alg`. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly publicJwk: JsonWebKey;
  readonly privateJwk: JsonWebKey;
}

const EDWARDS: ReadonlySet<KeyKind> = new Set(['ed25519', 'ed448', 'x25519']);

/**
 * Generates a key pair.
 *
 * The keys pass through DER because Node.js 20 can deadlock while it exports a freshly generated key
 * as JWK.
 *
 * @example
 * ```ts
 * const { privateKey, publicJwk } = createKeyPair('P-256');
 * ```
 */
export function createKeyPair(kind: KeyKind, parameters: RsaParameters = {}): KeyPair {
  const generated = generate(kind, parameters);
  const spki = { type: 'spki', format: 'der' } as const;
  const pkcs8 = { type: 'pkcs8', format: 'der' } as const;
  const publicKey = createPublicKey({ key: generated.publicKey.export(spki), ...spki });
  const privateKey = createPrivateKey({ key: generated.privateKey.export(pkcs8), ...pkcs8 });
  return {
    publicKey,
    privateKey,
    publicJwk: publicKey.export({ format: 'jwk' }),
    privateJwk: privateKey.export({ format: 'jwk' }),
  };
}

function generate(kind: KeyKind, parameters: RsaParameters): KeyPairKeyObjectResult {
  if (kind === 'rsa') {
    const { modulusLength = 2048, publicExponent = 65_537 } = parameters;
    return generateKeyPairSync('rsa', { modulusLength, publicExponent });
  }
  if (isEdwards(kind)) {
    // The overloads of Node.js expect one literal each.
    return generateKeyPairSync(kind as 'ed25519');
  }
  return generateKeyPairSync('ec', { namedCurve: kind });
}

function isEdwards(kind: KeyKind): kind is EdwardsCurve {
  return EDWARDS.has(kind);
}
