/**
 * The key pair to which access tokens are bound: the option `dpop`.
 *
 * @module
 */
import type { webcrypto } from 'node:crypto';
import { types } from 'node:util';
import {
  assertKnownOptions,
  didYouMean,
  invalidOption,
  isPlainObject,
} from '@scopegate/protocol/internal';
import { DPOP_KEY_HINTS } from '../option-hints.js';
import {
  DPOP_ALGORITHMS,
  DPOP_KEYS,
  type DpopAlgorithm,
  findDpopAlgorithm,
  generateDpopKeyPair,
} from './dpop-algorithm.js';

/**
 * The key pair to which tokens are bound: one that the client generates, or one of the application.
 */
export type DpopKeyOptions =
  | {
      /**
       * The algorithm of the key pair that the client generates for itself. Its private key cannot be
       * exported and is lost with the process. `EdDSA` and `Ed25519` require the same key; proofs
       * contain the name that is given here.
       *
       * @defaultValue `'ES256'`
       */
      readonly alg?: DpopAlgorithm | undefined;
      /** Cannot be combined with `alg`. */
      readonly keyPair?: undefined;
    }
  | {
      /**
       * A key pair of the application: RSA with at least 2,048 bits (PKCS #1 v1.5 or PSS), P-256,
       * P-384, P-521 or Ed25519. The private key must have the usage `sign` and should not be
       * extractable; the public key must be extractable, because every proof contains it.
       */
      readonly keyPair: webcrypto.CryptoKeyPair;
      /** Cannot be combined with `keyPair`, whose key determines the algorithm. */
      readonly alg?: undefined;
    };

/** The option `dpop`, checked. */
export interface DpopKey {
  readonly alg: DpopAlgorithm;
  /** Whether the application holds the key pair as well, so that it can make proofs. */
  readonly isShared: boolean;
  /** Returns the key pair, which is generated when it is first needed. */
  readonly readKeyPair: () => Promise<webcrypto.CryptoKeyPair>;
}

/**
 * Checks the option `dpop`.
 *
 * @returns `undefined` when the option is omitted.
 * @throws TypeError The option, or a member of it, is unknown or out of range.
 */
export function resolveDpopKey(dpop: unknown): DpopKey | undefined {
  if (dpop === undefined) return undefined;
  if (dpop === true) return createOwnKey('ES256');
  if (!isPlainObject(dpop)) {
    throw invalidOption('dpop', 'must be true, { alg } or { keyPair }; omit it for bearer tokens');
  }
  assertKnownOptions('option "dpop"', dpop, { names: ['alg', 'keyPair'], hints: DPOP_KEY_HINTS });
  const { alg, keyPair } = dpop;
  if (keyPair === undefined) return createOwnKey(readAlgorithm(alg));
  if (alg !== undefined) {
    throw invalidOption('dpop.alg', 'must be omitted when "keyPair" is set');
  }
  return createSharedKey(keyPair);
}

function createOwnKey(alg: DpopAlgorithm): DpopKey {
  let generated: Promise<webcrypto.CryptoKeyPair> | undefined;
  return {
    alg,
    isShared: false,
    readKeyPair: () => (generated ??= generateDpopKeyPair(alg)),
  };
}

function readAlgorithm(alg: unknown = 'ES256'): DpopAlgorithm {
  const known = DPOP_ALGORITHMS.find((name) => name === alg);
  if (known !== undefined) return known;
  const hint = typeof alg === 'string' ? didYouMean(alg, DPOP_ALGORITHMS) : '';
  throw invalidOption('dpop.alg', `must be one of ${DPOP_ALGORITHMS.join(', ')}${hint}`);
}

function createSharedKey(given: unknown): DpopKey {
  const keyPair = readKeyPair(given);
  const alg = findDpopAlgorithm(keyPair.privateKey);
  if (alg === undefined || alg !== findDpopAlgorithm(keyPair.publicKey)) {
    throw invalidOption('dpop.keyPair', `must be a key pair of one algorithm: ${DPOP_KEYS}`);
  }
  return { alg, isShared: true, readKeyPair: () => Promise.resolve(keyPair) };
}

function readKeyPair(given: unknown): webcrypto.CryptoKeyPair {
  const { privateKey, publicKey } = isPlainObject(given) ? given : {};
  if (!types.isCryptoKey(privateKey) || !types.isCryptoKey(publicKey)) {
    throw invalidOption(
      'dpop.keyPair',
      'must be a CryptoKeyPair; generate it with crypto.subtle.generateKey',
    );
  }
  if (privateKey.type !== 'private' || !privateKey.usages.includes('sign')) {
    throw invalidOption('dpop.keyPair', 'must have a private key with the usage "sign"');
  }
  if (publicKey.type !== 'public' || !publicKey.extractable) {
    throw invalidOption('dpop.keyPair', 'must have an extractable public key');
  }
  return { privateKey, publicKey };
}
