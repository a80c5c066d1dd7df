/**
 * The keys that the authorization server signs with: made at start, never stored.
 *
 * @module
 */
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A private key and the `kid` by which the key set names its public half. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** Makes a P-256 key for ES256. */
export function generateSigningKey(kid: string): SigningKey {
  return { kid, privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
}

/**
 * Formats a key for the configuration of the authorization server, private part included.
 *
 * @see RFC 7517 §4
 */
export function formatPrivateJwk({ kid, privateKey }: SigningKey): JsonWebKey {
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
}
