/**
 * Imports the keys of a JWKS without blocking other work.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Algorithm } from '../jws/signature.js';
import { KeyRing, type KeyRingOrigin } from './key-ring.js';
import { KeySetMalformedError } from './key-set-errors.js';
import { publishKeySetEvent } from './key-set-events.js';

/** Whose keys are imported, and for which algorithms. */
export interface KeyImporter {
  readonly issuer: string;
  readonly algorithms: readonly Algorithm[];
}

/**
 * Imports a JWKS in slices, so that other work can run in between. Publishes which keys are skipped.
 *
 * @param jwks - The document, unchecked.
 * @throws KeySetMalformedError (rejects) `jwks`, `too_many_keys`, or `no_usable_key`: only an empty array
 *   withdraws all keys; keys that cannot be used are a failure.
 */
export async function importKeys(
  jwks: unknown,
  { issuer, algorithms }: KeyImporter,
  origin: KeyRingOrigin,
): Promise<KeyRing> {
  const importing = KeyRing.importInSlices(jwks, algorithms, origin);
  let step = importing.next();
  while (step.done !== true) {
    await setImmediate();
    step = importing.next();
  }
  const ring = step.value;
  for (const skipped of ring.skipped) {
    publishKeySetEvent({ issuer, event: 'key-skipped', ...skipped });
  }
  if (ring.size === 0 && ring.skipped.length > 0) {
    throw new KeySetMalformedError('no_usable_key', origin.url);
  }
  return ring;
}
