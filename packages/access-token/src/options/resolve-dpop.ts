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
import type { NoncePolicy, ProofPolicy } from '../dpop/proof-policy.js';
import {
  PUBLIC_KEY_ALGORITHMS,
  type PublicKeyAlgorithm,
  SECRET_ALGORITHMS,
} from '../jws/signature.js';
import { type PublicUrlContext, resolvePublicUrls } from './resolve-public-url.js';
import { resolveReplay } from '../replay/resolve-replay.js';

const DPOP_OPTIONS = [
  'publicUrl',
  'algorithms',
  'maxAgeSeconds',
  'clockToleranceSeconds',
  'replay',
  'nonce',
] as const;

/** What express-oauth2-jwt-bearer calls them. */
const HINTS = {
  enabled: 'omit it: "dpop" itself accepts proofs',
  required: 'write senderConstraint: "dpop" next to "dpop"',
  iatOffset: 'write "maxAgeSeconds"',
  iatLeeway: 'write "clockToleranceSeconds"',
};

const DEFAULTS = { maxAgeSeconds: 60, clockToleranceSeconds: 30 } as const;

const NONCE_LIFETIME_SECONDS = 120;

/** As long as the digest that the nonces are made with. RFC 2104 §3. */
const LEAST_SECRET_OCTETS = 32;

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
  assertKnownOptions('option "dpop"', options, { names: DPOP_OPTIONS, hints: HINTS });
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
    const hint = typeof alg === 'string' ? algorithmHint(alg) : '';
    throw invalidOption('dpop.algorithms', `must contain only ${allowed}${hint}`);
  });
  return Object.freeze([...new Set(chosen)]);
}

function algorithmHint(alg: string): string {
  const isSecret = SECRET_ALGORITHMS.some((known) => known === alg);
  return isSecret
    ? '; proofs are signed with a private key'
    : didYouMean(alg, PUBLIC_KEY_ALGORITHMS);
}

/** Keeps no reference to the given secrets. */
function resolveNonce(given: unknown): NoncePolicy | undefined {
  if (given === undefined) return undefined;
  assertKnownOptions('option "dpop.nonce"', given, ['secret', 'lifetimeSeconds']);
  const { secret } = given;
  if (secret === undefined) {
    throw invalidOption('dpop.nonce.secret', 'is missing; it must be the same in every process');
  }
  const range = { min: 20, max: 600, path: 'dpop.nonce.' };
  return Object.freeze({
    secrets: Object.freeze(readSecrets(secret)),
    lifetimeSeconds: optionalNumber(given, 'lifetimeSeconds', range) ?? NONCE_LIFETIME_SECONDS,
  });
}

/** A string is refused: text has far less entropy than its length suggests. */
function readSecrets(given: unknown): readonly Uint8Array[] {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isSecret = (secret: unknown): secret is Uint8Array =>
    secret instanceof Uint8Array && secret.length >= LEAST_SECRET_OCTETS;
  if (secrets.length > 0 && secrets.every(isSecret)) {
    return secrets.map((secret) => Uint8Array.from(secret));
  }
  throw invalidOption(
    'dpop.nonce.secret',
    `must be a Uint8Array of at least ${LEAST_SECRET_OCTETS} octets, or a non-empty array of them, not text`,
  );
}
