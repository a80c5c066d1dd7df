/**
 * The signing keys of an issuer: generated on first use, rotated, withdrawn.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { assertKnownOptions, didYouMean, invalidOption } from '@scopegate/protocol/internal';

/** The signature algorithms of a test issuer. RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
export type SigningAlgorithm =
  `${'RS' | 'PS' | 'ES'}${'256' | '384' | '512'}` | 'EdDSA' | 'Ed25519';

/** Every {@link SigningAlgorithm}, for tables of tests. */
export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = Object.freeze([
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
]);

/** A public key in a JWKS. RFC 7517 §4. */
export interface PublicJwk {
  /** The key type: `RSA`, `EC` or `OKP`. */
  readonly kty: string;
  /** The key identifier. */
  readonly kid: string;
  /** The only algorithm that the key is for. */
  readonly alg: SigningAlgorithm;
  /** The key is for signatures. */
  readonly use: 'sig';
  /** The members of the key type, such as `n` and `e`. */
  readonly [member: string]: unknown;
}

/** A key pair and its only algorithm. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: PublicJwk;
}

/** Options of a key rotation. */
export interface KeyRotation {
  /**
   * The algorithm of the new key.
   *
   * @defaultValue the algorithm of the current key
   */
  readonly alg?: SigningAlgorithm | undefined;
  /**
   * The key identifier of the new key. A `kid` that is already in use throws.
   *
   * @defaultValue `'key-1'`, `'key-2'`, …
   */
  readonly kid?: string | undefined;
  /**
   * Whether the earlier keys stay published, so that the tokens they signed stay valid.
   *
   * @defaultValue `true`
   */
  readonly keepOld?: boolean | undefined;
}

/** The keys of an issuer: the current signing key, and the published keys. */
export interface SigningKeys {
  /** Returns the current signing key, or the key with the given `kid`, even if it is withdrawn. */
  readonly get: (kid?: string) => SigningKey;
  /** Finds the key that a token names: the current one for `undefined`; `undefined` for an unknown `kid`. */
  readonly find: (kid: string | undefined) => SigningKey | undefined;
  /** Creates the key that signs from now on, and publishes it. */
  readonly rotate: (rotation: KeyRotation) => SigningKey;
  /** Stops publishing a key. It can still sign. */
  readonly withdraw: (kid: string) => void;
  /** Lists the published keys, oldest first. */
  readonly published: () => readonly PublicJwk[];
}

interface KeySlot {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly key: () => SigningKey;
}

/**
 * Creates the keys of an issuer, starting with one key. A key pair is generated on first use.
 *
 * @throws TypeError The algorithm is not one of {@link SIGNING_ALGORITHMS}.
 */
export function createSigningKeys(alg: SigningAlgorithm): SigningKeys {
  const slots = new Map<string, KeySlot>();
  const publishedKids = new Set<string>();
  let made = 0;
  let current = add(alg, undefined);

  function add(slotAlg: SigningAlgorithm, wantedKid: string | undefined): KeySlot {
    assertSigningAlgorithm(slotAlg);
    const kid = wantedKid ?? nextKid();
    if (slots.has(kid)) throw new TypeError(`key "${kid}" already exists; use another "kid"`);
    const slot = { kid, alg: slotAlg, key: lazily(() => createSigningKey(slotAlg, kid)) };
    slots.set(kid, slot);
    publishedKids.add(kid);
    return slot;
  }

  function nextKid(): string {
    do made += 1;
    while (slots.has(`key-${made}`));
    return `key-${made}`;
  }

  function find(kid: string): KeySlot {
    const slot = slots.get(kid);
    if (slot !== undefined) return slot;
    throw new TypeError(`unknown key "${kid}"${didYouMean(kid, [...slots.keys()])}`);
  }

  return {
    get(kid) {
      return (kid === undefined ? current : find(kid)).key();
    },
    find(kid) {
      return (kid === undefined ? current : slots.get(kid))?.key();
    },
    rotate(rotation) {
      assertRotation(rotation);
      const { alg: nextAlg = current.alg, kid, keepOld = true } = rotation;
      const earlier = [...publishedKids];
      current = add(nextAlg, kid);
      if (!keepOld) for (const old of earlier) publishedKids.delete(old);
      return current.key();
    },
    withdraw(kid) {
      publishedKids.delete(find(kid).kid);
    },
    published() {
      return [...publishedKids].map((kid) => find(kid).key().publicJwk);
    },
  };
}

function assertRotation(rotation: unknown): void {
  assertKnownOptions('rotateKey', rotation, ['alg', 'kid', 'keepOld']);
  const { kid, keepOld } = rotation;
  if (kid !== undefined && typeof kid !== 'string') throw invalidOption('kid', 'must be a string');
  if (keepOld !== undefined && typeof keepOld !== 'boolean') {
    throw invalidOption('keepOld', 'must be a boolean');
  }
}

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;
const RSA_BITS = 2048;

/** Generates a key pair of the type and size that an algorithm requires. */
export function createSigningKey(alg: SigningAlgorithm, kid: string): SigningKey {
  return toSigningKey(alg, kid, generateKeyObjects(alg));
}

/**
 * Names the algorithm and the `kid` of a generated key pair.
 *
 * Exports and imports the keys as DER. While Node 20 exports a generated key as JWK it holds a lock
 * that the garbage collector also takes when it frees the job that generated the key: a deadlock.
 */
export function toSigningKey(
  alg: SigningAlgorithm,
  kid: string,
  generated: Readonly<Record<'publicKey' | 'privateKey', KeyObject>>,
): SigningKey {
  const spki = { type: 'spki', format: 'der' } as const;
  const pkcs8 = { type: 'pkcs8', format: 'der' } as const;
  const publicKey = createPublicKey({ key: generated.publicKey.export(spki), ...spki });
  const privateKey = createPrivateKey({ key: generated.privateKey.export(pkcs8), ...pkcs8 });
  const { kty = '', ...members } = publicKey.export({ format: 'jwk' });
  const publicJwk = Object.freeze({ kty, ...members, kid, alg, use: 'sig' as const });
  return { kid, alg, privateKey, publicKey, publicJwk };
}

function generateKeyObjects(alg: SigningAlgorithm): Record<'publicKey' | 'privateKey', KeyObject> {
  if (alg === 'EdDSA' || alg === 'Ed25519') return generateKeyPairSync('ed25519');
  if (alg === 'ES256' || alg === 'ES384' || alg === 'ES512') {
    return generateKeyPairSync('ec', { namedCurve: CURVES[alg] });
  }
  return generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
}

/**
 * Checks the name of an algorithm.
 *
 * @throws TypeError It is not one of {@link SIGNING_ALGORITHMS}.
 */
export function assertSigningAlgorithm(alg: string): asserts alg is SigningAlgorithm {
  const known: readonly string[] = SIGNING_ALGORITHMS;
  if (known.includes(alg)) return;
  throw invalidOption('alg', `must be one of ${known.join(', ')}${didYouMean(alg, known)}`);
}

/** Creates a function that calls another one once and returns that result from then on. */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
