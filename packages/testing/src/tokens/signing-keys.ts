/**
 * The keys an issuer signs with: made when first needed, rotated, withdrawn.
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

/** The algorithms an issuer can sign with. RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
export type SigningAlgorithm =
  `${'RS' | 'PS' | 'ES'}${'256' | '384' | '512'}` | 'EdDSA' | 'Ed25519';

/** Every {@link SigningAlgorithm}. */
export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = Object.freeze([
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
]);

/** A public key as a JWKS shows it. RFC 7517 §4. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly use: 'sig';
  readonly [member: string]: unknown;
}

/** A key pair and the one algorithm it is for. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: PublicJwk;
}

/** What a rotation may choose. */
export interface KeyRotation {
  /** @defaultValue the algorithm of the key before */
  readonly alg?: SigningAlgorithm | undefined;
  /** @defaultValue `key-1`, `key-2`, … */
  readonly kid?: string | undefined;
  /**
   * Whether the keys before stay published, for the tokens they signed.
   *
   * @defaultValue true
   */
  readonly keepOld?: boolean | undefined;
}

/** An issuer's keys: one that signs, some that are published. */
export interface SigningKeys {
  /** The key that signs, or the one named, withdrawn ones included. */
  readonly get: (kid?: string) => SigningKey;
  /** Makes the key that signs from now on. It is published at once. */
  readonly rotate: (rotation: KeyRotation) => SigningKey;
  /** Takes a key out of the published ones. What it has signed stays as it is. */
  readonly withdraw: (kid: string) => void;
  /** The published keys, oldest first. */
  readonly published: () => readonly PublicJwk[];
}

interface KeySlot {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly key: () => SigningKey;
}

/**
 * Makes an issuer's keys, beginning with one. A key pair is generated when it is first used.
 *
 * @throws TypeError When the algorithm is not one of {@link SIGNING_ALGORITHMS}.
 */
export function createSigningKeys(alg: SigningAlgorithm): SigningKeys {
  const slots = new Map<string, KeySlot>();
  const publishedKids = new Set<string>();
  let made = 0;
  let current = add(alg, undefined);

  function add(slotAlg: SigningAlgorithm, wantedKid: string | undefined): KeySlot {
    assertSigningAlgorithm(slotAlg);
    const kid = wantedKid ?? nextKid();
    if (slots.has(kid)) throw new TypeError(`there is a key "${kid}" already`);
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
    throw new TypeError(`there is no key "${kid}"${didYouMean(kid, [...slots.keys()])}`);
  }

  return {
    get(kid) {
      return (kid === undefined ? current : find(kid)).key();
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
    throw invalidOption('keepOld', 'must be true or false');
  }
}

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;
const RSA_BITS = 2048;

/** Makes a key pair of the right kind and size for an algorithm. */
export function createSigningKey(alg: SigningAlgorithm, kid: string): SigningKey {
  const { publicKey, privateKey } = generateKeys(alg);
  const { kty = '', ...members } = publicKey.export({ format: 'jwk' });
  const publicJwk = Object.freeze({ kty, ...members, kid, alg, use: 'sig' as const });
  return { kid, alg, privateKey, publicKey, publicJwk };
}

/**
 * Key pairs pass through DER: while Node 20 exports a generated key as JWK it holds a lock that the
 * garbage collector takes, too, when it frees the generation of that key, and so can stop for good.
 */
function generateKeys(alg: SigningAlgorithm): Record<'publicKey' | 'privateKey', KeyObject> {
  const { publicKey, privateKey } = generateKeyObjects(alg);
  const spki = { type: 'spki', format: 'der' } as const;
  const pkcs8 = { type: 'pkcs8', format: 'der' } as const;
  return {
    publicKey: createPublicKey({ key: publicKey.export(spki), ...spki }),
    privateKey: createPrivateKey({ key: privateKey.export(pkcs8), ...pkcs8 }),
  };
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
 * @throws TypeError When it is not one of {@link SIGNING_ALGORITHMS}.
 */
export function assertSigningAlgorithm(alg: string): asserts alg is SigningAlgorithm {
  const known: readonly string[] = SIGNING_ALGORITHMS;
  if (known.includes(alg)) return;
  throw invalidOption('alg', `must be one of ${known.join(', ')}${didYouMean(alg, known)}`);
}

/** Makes a function whose work is done once, by its first caller. */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
