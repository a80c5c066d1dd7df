/**
 * The private keys that decrypt tokens: their import at start-up, and which of them fit a token.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { didYouMean, givenType, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { Jwk } from '../jws/public-jwk.js';
import type { UnverifiedJweHeader } from './compact-jwe.js';
import {
  algorithmsOf,
  type DecryptionKeyKind,
  type KeyManagementAlgorithm,
} from './jwe-algorithms.js';

/** A private key that decrypts tokens. */
export interface DecryptionKey {
  /** Where it is configured, such as `decryption.keys[0]`. */
  readonly name: string;
  readonly kid: string | undefined;
  readonly kind: DecryptionKeyKind;
  /** What it may be used with: its `alg`, or every algorithm for its type. */
  readonly algorithms: readonly KeyManagementAlgorithm[];
  readonly keyObject: KeyObject;
  /** The SHA-256 of the public key: equal for the same key, wherever it is configured. */
  readonly thumbprint: string;
}

const CURVES: Readonly<Record<string, DecryptionKeyKind>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const MIN_MODULUS_BITS = 2048;
/** Anyone can cause decryptions, and each bit makes them slower: 8,192 bits take five times as long. */
const MAX_MODULUS_BITS = 4096;
const KINDS = 'an RSA key, or an EC key with P-256, P-384, P-521 or X25519';

/**
 * Imports a private key.
 *
 * @param given - A JWK or a `KeyObject`, unchecked.
 * @param name - The name of the option in messages.
 * @throws TypeError It is not a private key that can decrypt tokens.
 * @see RFC 7517 §4; RFC 7518 §4.1, §6; RFC 8037 §2
 */
export function importDecryptionKey(given: unknown, name: string): DecryptionKey {
  const jwk = given instanceof KeyObject ? {} : readJwk(given, name);
  const keyObject = given instanceof KeyObject ? copyOf(given, name) : createFrom(jwk, name);
  const kind = kindOf(keyObject);
  if (kind === undefined) throw invalidOption(name, `must be ${KINDS}`);
  assertModulus(keyObject, name);
  const publicKey = createPublicKey(keyObject);
  if (!isPair(keyObject, publicKey) || !hasCoordinate(publicKey, jwk)) {
    throw invalidOption(name, 'must be one key pair; its public and private members do not match');
  }
  return Object.freeze({
    name,
    kid: readKeyId(jwk, name),
    kind,
    algorithms: resolveAlgorithms(jwk, kind, name),
    keyObject,
    thumbprint: hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'base64url'),
  });
}

/**
 * Lists the keys that a token may be encrypted with: first those with its `kid`, then those without one, which
 * may belong to another issuer. For a token without `kid` these are all keys of its algorithm.
 */
export function findFittingKeys(
  keys: readonly DecryptionKey[],
  { alg, kid, curve }: UnverifiedJweHeader,
): readonly DecryptionKey[] {
  const usable = keys.filter(
    (key) => key.algorithms.includes(alg) && (curve === undefined || key.kind === curve),
  );
  if (kid === undefined) return usable;
  const named = usable.filter((key) => key.kid === kid);
  return [...named, ...usable.filter((key) => key.kid === undefined)];
}

/** Lists keys without those that are configured again for another issuer. */
export function listDistinctKeys(keys: readonly DecryptionKey[]): readonly DecryptionKey[] {
  const distinct = new Map<string, DecryptionKey>();
  for (const key of keys) {
    const { thumbprint, kid, algorithms } = key;
    const id = JSON.stringify([thumbprint, kid, algorithms]);
    if (!distinct.has(id)) distinct.set(id, key);
  }
  return [...distinct.values()];
}

function readJwk(given: unknown, name: string): Jwk {
  if (typeof given === 'string' || given instanceof Uint8Array) {
    throw invalidOption(
      name,
      'must be a JWK or a KeyObject; import PEM and DER with createPrivateKey() of node:crypto',
    );
  }
  if (!isPlainObject(given)) {
    throw invalidOption(name, `must be a JWK or a KeyObject${givenType(given)}`);
  }
  if (typeof given['kty'] !== 'string') {
    throw invalidOption(
      name,
      'must be a JWK or a KeyObject; convert a CryptoKey with KeyObject.from() of node:crypto',
    );
  }
  assertForDecryption(given, name);
  return given;
}

/** RFC 7517 §4.2, §4.3: `use` and `key_ops`, when present, must permit decryption. */
function assertForDecryption({ kty, d, use, key_ops: operations }: Jwk, name: string): void {
  if (kty === 'oct') throw invalidOption(name, `must be ${KINDS}, not a shared secret`);
  if (d === undefined) throw invalidOption(name, 'must be a private key; this JWK has no "d"');
  if (use !== undefined && use !== 'enc') {
    throw invalidOption(`${name}.use`, 'must be "enc"; keys for signatures do not decrypt tokens');
  }
  if (operations === undefined) return;
  const expected = kty === 'RSA' ? ['decrypt', 'unwrapKey'] : ['deriveKey', 'deriveBits'];
  const isPermitted =
    Array.isArray(operations) && expected.some((operation) => operations.includes(operation));
  if (isPermitted) return;
  throw invalidOption(`${name}.key_ops`, `must contain "${expected.join('" or "')}"`);
}

function createFrom(jwk: Jwk, name: string): KeyObject {
  try {
    return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    // OpenSSL's message adds nothing, and Node.js may quote a member.
    throw invalidOption(name, `must be a complete private JWK: ${KINDS}`);
  }
}

/** A copy, because Node.js 20 can deadlock when a key that was just generated is exported as a JWK. */
function copyOf(given: KeyObject, name: string): KeyObject {
  if (given.type !== 'private') {
    throw invalidOption(name, `must be a private KeyObject, not a ${given.type} one`);
  }
  const encoding = { type: 'pkcs8', format: 'der' } as const;
  return createPrivateKey({ key: given.export(encoding), ...encoding });
}

function kindOf({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): DecryptionKeyKind | undefined {
  if (asymmetricKeyType === 'rsa') return 'RSA';
  if (asymmetricKeyType === 'x25519') return 'X25519';
  return asymmetricKeyType === 'ec' ? CURVES[asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
}

function assertModulus({ asymmetricKeyDetails }: KeyObject, name: string): void {
  const { modulusLength } = asymmetricKeyDetails ?? {};
  if (modulusLength === undefined) return;
  if (modulusLength >= MIN_MODULUS_BITS && modulusLength <= MAX_MODULUS_BITS) return;
  throw invalidOption(
    name,
    `must have from ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} bits, not ${modulusLength}`,
  );
}

/** Whether both keys belong together: OpenSSL does not check that when it imports them. */
function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  if (privateKey.asymmetricKeyType === 'x25519') return isAgreed(privateKey, publicKey);
  const message = Buffer.from('a message of no meaning');
  try {
    return verify('sha256', message, publicKey, sign('sha256', message, privateKey));
  } catch {
    return false;
  }
}

function isAgreed(privateKey: KeyObject, publicKey: KeyObject): boolean {
  const other = generateKeyPairSync('x25519');
  const ours = diffieHellman({ privateKey, publicKey: other.publicKey });
  return timingSafeEqual(ours, diffieHellman({ privateKey: other.privateKey, publicKey }));
}

/** Node.js derives the public key of an OKP from `d`, whatever its `x` is. */
function hasCoordinate(publicKey: KeyObject, { kty, x }: Jwk): boolean {
  if (kty !== 'OKP') return true;
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return spki.subarray(-32).toString('base64url') === x;
}

function readKeyId({ kid }: Jwk, name: string): string | undefined {
  if (kid === undefined || typeof kid === 'string') return kid;
  throw invalidOption(`${name}.kid`, `must be a string${givenType(kid)}`);
}

function resolveAlgorithms(
  { alg }: Jwk,
  kind: DecryptionKeyKind,
  name: string,
): readonly KeyManagementAlgorithm[] {
  const allowed = algorithmsOf(kind);
  if (alg === undefined) return allowed;
  const found = allowed.find((candidate) => candidate === alg);
  if (found !== undefined) return Object.freeze([found]);
  const hint = typeof alg === 'string' ? didYouMean(alg, allowed) : '';
  throw invalidOption(`${name}.alg`, `must be ${allowed.join(', ')}, or omitted${hint}`);
}
