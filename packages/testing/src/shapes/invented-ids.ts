/**
 * Invents identifiers in the forms that authorization servers use.
 *
 * @module
 */
import { createHash } from 'node:crypto';

/** Derives a digest in base64url: the same text always gives the same digest. */
export function digestOf(text: string): string {
  return hash(text).toString('base64url');
}

/** Derives a UUID: the same text always gives the same UUID. */
export function uuidOf(text: string): string {
  const hex = hash(text).toString('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}

/** Derives a decimal number of a given length: the same text always gives the same number. */
export function digitsOf(text: string, length: number): string {
  const number = String(BigInt(`0x${hash(text).toString('hex').slice(0, 16)}`));
  return number.padStart(length, '1').slice(-length);
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
