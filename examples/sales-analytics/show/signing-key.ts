/**
 * The signing keys of the authorization server: generated at start, never stored.
 *
 * @module
 */
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A private key, and its `kid` in the JWKS. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** Generates a P-256 key for ES256. */
export function generateSigningKey(kid: string): SigningKey {
  return { kid, privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
}

/**
 * Formats a private key for the configuration of the authorization server.
 *
 * @see RFC 7517 §4
 */
export function formatPrivateJwk({ kid, privateKey }: SigningKey): JsonWebKey {
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
}
