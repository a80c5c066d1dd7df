/**
 * The nonces of proofs: options checked at start-up and completed with defaults.
 *
 * @module
 */
import { assertKnownOptions, invalidOption, optionalNumber } from '@scopegate/protocol/internal';
import type { NoncePolicy } from '../dpop/proof-policy.js';

const DEFAULT_LIFETIME_SECONDS = 120;

/** As long as the digest that the nonces are made with. RFC 2104 §3. */
const LEAST_SECRET_OCTETS = 32;

/**
 * Checks the option `dpop.nonce`. Keeps no reference to the given secrets.
 *
 * @returns `undefined` when it is omitted.
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveNonce(given: unknown): NoncePolicy | undefined {
  if (given === undefined) return undefined;
  assertKnownOptions('option "dpop.nonce"', given, ['secret', 'lifetimeSeconds']);
  const { secret } = given;
  if (secret === undefined) {
    throw invalidOption('dpop.nonce.secret', 'is missing; it must be the same in every process');
  }
  const range = { min: 20, max: 600, path: 'dpop.nonce.' };
  return Object.freeze({
    secrets: Object.freeze(readSecrets(secret)),
    lifetimeSeconds: optionalNumber(given, 'lifetimeSeconds', range) ?? DEFAULT_LIFETIME_SECONDS,
  });
}

/** A string is refused: text has far less entropy than its length suggests. */
function readSecrets(given: unknown): readonly Uint8Array[] {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isSecret = (secret: unknown): secret is Uint8Array =>
    secret instanceof Uint8Array && secret.length >= LEAST_SECRET_OCTETS;
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets.map((secret) => secret.slice());
  throw invalidOption(
    'dpop.nonce.secret',
    `must be a Uint8Array of at least ${LEAST_SECRET_OCTETS} octets, or a non-empty array of them, not text`,
  );
}
