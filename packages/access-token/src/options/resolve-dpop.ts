/**
 * The options for DPoP, checked at start-up and completed with defaults.
 *
 * @module
 */
import {
  assertKnownOptions,
  didYouMean,
  givenType,
  invalidOption,
  isPlainObject,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { ProofPolicy } from '../dpop/proof-policy.js';
import { PUBLIC_KEY_ALGORITHMS, type PublicKeyAlgorithm } from '../jws/signature.js';
import { resolveNonce } from './resolve-nonce.js';
import { type PublicUrlContext, resolvePublicUrls } from './resolve-public-url.js';
import { resolveReplay } from './resolve-replay.js';

const DPOP_OPTIONS = [
  'publicUrl',
  'algorithms',
  'maxAgeSeconds',
  'clockToleranceSeconds',
  'replay',
  'nonce',
] as const;

const DEFAULTS = { maxAgeSeconds: 60, clockToleranceSeconds: 30 } as const;

/**
 * Checks the option `dpop`.
 *
 * @returns `undefined` when it is omitted.
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveDpop(given: unknown, context: PublicUrlContext): ProofPolicy | undefined {
  if (given === undefined) return undefined;
  if (given !== true && !isPlainObject(given)) {
    throw invalidOption('dpop', `must be true or an object; omit it to accept no proofs`);
  }
  const options = given === true ? {} : given;
  assertKnownOptions('option "dpop"', options, DPOP_OPTIONS);
  const read = (name: keyof typeof DEFAULTS, min: number): number =>
    optionalNumber(options, name, { min, max: 300, path: 'dpop.' }) ?? DEFAULTS[name];
  return Object.freeze({
    publicUrls: resolvePublicUrls(options['publicUrl'], context),
    algorithms: resolveAlgorithms(options['algorithms']),
    maxAgeSeconds: read('maxAgeSeconds', 1),
    clockToleranceSeconds: read('clockToleranceSeconds', 0),
    replay: resolveReplay(options['replay']),
    nonce: resolveNonce(options['nonce']),
  });
}

/** RFC 9449 §4.2: proofs are signed with a private key, never with a secret. */
function resolveAlgorithms(given: unknown): readonly PublicKeyAlgorithm[] {
  if (given === undefined) return PUBLIC_KEY_ALGORITHMS;
  const allowed = PUBLIC_KEY_ALGORITHMS.join(', ');
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidOption(
      'dpop.algorithms',
      `must be a non-empty array of ${allowed}${givenType(given)}`,
    );
  }
  const chosen = given.map((alg: unknown) => {
    const found = PUBLIC_KEY_ALGORITHMS.find((candidate) => candidate === alg);
    if (found !== undefined) return found;
    const hint = typeof alg === 'string' ? didYouMean(alg, PUBLIC_KEY_ALGORITHMS) : '';
    throw invalidOption('dpop.algorithms', `must contain only ${allowed}${hint}`);
  });
  return Object.freeze([...new Set(chosen)]);
}
