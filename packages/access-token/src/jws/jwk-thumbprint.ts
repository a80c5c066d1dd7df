/**
 * Thumbprints of JWKs.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { member } from './json-object.js';
import type { Jwk } from './public-jwk.js';

/** RFC 7638 §3.2, RFC 8037 §2: the required members, in lexicographic order. */
const REQUIRED_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
]);

/** Whether a JWK has every member that its type requires, each a string. */
export function hasRequiredMembers(jwk: Jwk): boolean {
  const names = REQUIRED_MEMBERS.get(member(jwk, 'kty'));
  return names?.every((name) => typeof member(jwk, name) === 'string') ?? false;
}

/**
 * Computes the SHA-256 thumbprint of a public key, in base64url. Members that do not define the key
 * do not change it.
 *
 * @param jwk - A key for which {@link hasRequiredMembers} is true.
 * @see RFC 7638 §3
 */
export function thumbprintOf(jwk: Jwk): string {
  const names = REQUIRED_MEMBERS.get(jwk['kty']) ?? [];
  const members = names.map((name) => `"${name}":${JSON.stringify(jwk[name])}`);
  return hash('sha256', `{${members.join(',')}}`, 'base64url');
}
