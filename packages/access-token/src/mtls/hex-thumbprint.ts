/**
 * Thumbprints in hexadecimal digits.
 *
 * @module
 */
import type { FoundCertificate } from './found-certificate.js';

const SHA256 = /^[\da-f]{64}$/i;

/** Parses a SHA-256 in hexadecimal digits, of either case and without separators. RFC 4648 §8. */
export function parseHexThumbprint(digits: string): FoundCertificate | undefined {
  if (!SHA256.test(digits)) return undefined;
  return { thumbprint: Buffer.from(digits, 'hex').toString('base64url') };
}
