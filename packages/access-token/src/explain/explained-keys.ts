/**
 * Describes keys and key sets without their key material.
 *
 * @module
 */
import type { ExplainedKey, ExplainedKeySet } from './explanation.js';
import type { VerificationKey } from '../jws/signature.js';
import type { KeySet, KeySetHealth } from '../keys/key-set.js';

/** Describes a key. */
export function describeKey({ kid, alg, keyObject }: VerificationKey): ExplainedKey {
  const { asymmetricKeyType: type = 'secret', asymmetricKeyDetails: details } = keyObject;
  return Object.freeze({ kid, alg, type, bits: details?.modulusLength });
}

/**
 * Describes a key set.
 *
 * @param before - Its health before verification. Only the error is read after verification.
 */
export function describeKeySet(
  keySet: KeySet,
  { issuer, state, keys, ageMs }: KeySetHealth,
): ExplainedKeySet {
  const { lastError } = keySet.health();
  return Object.freeze({ issuer, state, keys, ageMs, lastError: lastError?.message });
}
