/**
 * The thumbprints of keys.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { JsonMembers } from '../shapes/token-shape.js';

/** The required members of keys, in the order of RFC 7638 §3.2, and of RFC 8037 §2 for OKP. */
const REQUIRED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
};

/** Reduces a key to the members that its type requires. */
export function requiredMembers(jwk: JsonMembers): JsonMembers {
  const names = REQUIRED_MEMBERS[String(jwk['kty'])] ?? [];
  return Object.fromEntries(names.map((name) => [name, jwk[name]]));
}

/** Computes the thumbprint of a key. RFC 7638 §3. */
export function thumbprintOf(jwk: JsonMembers): string {
  return createHash('sha256')
    .update(JSON.stringify(requiredMembers(jwk)))
    .digest('base64url');
}
