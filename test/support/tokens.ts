/**
 * Signed access tokens, made synchronously and without a socket.
 *
 * @module
 */
import {
  constants,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

/** A header or a claims set; `undefined` members are not written. */
export type Members = Readonly<Record<string, unknown>>;

/** How a token is signed. */
export interface SigningOptions {
  /** Replaces members of the header; `undefined` omits a member. */
  readonly header?: Members;
  /**
   * A private or secret key. It signs by its own algorithm, whatever `alg` the header names; keys of
   * several algorithms sign by the `alg` of the header if that is one of them.
   *
   * @defaultValue the secret of {@link SECRET_OPTIONS}
   */
  readonly key?: KeyObject;
}

const secret = randomBytes(32);
const secretKey = createSecretKey(secret);

/** Options of a verifier that accepts the tokens of {@link signToken}. */
export const SECRET_OPTIONS: Readonly<{
  issuer: string;
  audience: string;
  secret: Buffer;
}> = Object.freeze({
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  secret,
});

/** Algorithms by the type or curve of a key, its default first. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  secret: ['HS256', 'HS384', 'HS512'],
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
  ed25519: ['EdDSA', 'Ed25519'],
};

/**
 * Signs a token of RFC 9068 that lives for five minutes.
 *
 * @param claims - Replace the default claims; `undefined` omits a claim.
 * @example
 * ```ts
 * const token = signToken({ scope: 'read' }, { header: { kid: 'k1' }, key: privateKey });
 * ```
 */
export function signToken(claims: Members = {}, options: SigningOptions = {}): string {
  const { header = {}, key = secretKey } = options;
  const alg = algorithmOf(key, header['alg']);
  const { issuer: iss, audience: aud } = SECRET_OPTIONS;
  const iat = Math.floor(Date.now() / 1000);
  const defaults = { iss, aud, sub: 'reports', client_id: 'reports', iat, exp: iat + 300 };
  const input = [
    { typ: 'at+jwt', alg, ...header },
    { ...defaults, ...claims },
  ]
    .map(encode)
    .join('.');
  return `${input}.${signOctets(Buffer.from(input), alg, key).toString('base64url')}`;
}

/** Encodes a segment as base64url without padding: text as it is, anything else as JSON. RFC 7515 §2. */
export function encode(segment: unknown): string {
  const text = typeof segment === 'string' ? segment : JSON.stringify(segment);
  return Buffer.from(text).toString('base64url');
}

function algorithmOf(key: KeyObject, wanted: unknown): string {
  const { type, asymmetricKeyType, asymmetricKeyDetails } = key;
  const kind = type === 'secret' ? type : (asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType);
  const algorithms = ALGORITHMS[kind ?? ''] ?? [];
  const alg = algorithms.find((name) => name === wanted) ?? algorithms[0];
  if (alg === undefined) throw new Error(`no algorithm signs with a key of type ${kind ?? type}`);
  return alg;
}

/** RFC 7518 §3.2 to §3.5, RFC 8037 §3.1. */
function signOctets(input: Buffer, alg: string, key: KeyObject): Buffer {
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(digest, key).update(input).digest();
  if (alg.startsWith('ES')) return sign(digest, input, { key, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('RS')) return sign(digest, input, key);
  if (alg.startsWith('PS')) {
    const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
    return sign(digest, input, { key, padding, saltLength });
  }
  return sign(null, input, key);
}
