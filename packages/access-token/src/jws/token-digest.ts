/**
 * The digest of a token.
 *
 * @module
 */
import { hash } from 'node:crypto';

/**
 * The SHA-256 of a token, in base64url: its key in the cache, and the `ath` of its proofs.
 *
 * @see RFC 9449 §4.2
 */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
