/**
 * Reads replies. Clients differ, and are configured, in how they return them: strings or octets, numbers,
 * bigints or digits.
 *
 * @module
 */
import { StoreUnavailableError } from '../store-unavailable-error.js';

/**
 * Reads a reply that must be a string.
 *
 * @throws StoreUnavailableError It is anything else: `reply`.
 */
export function readText(reply: unknown): string {
  const text = findText(reply);
  if (text === undefined) throw new StoreUnavailableError('reply');
  return text;
}

/**
 * Reads a reply that must be a string or nil.
 *
 * @throws StoreUnavailableError It is anything else: `reply`.
 */
export function readNullableText(reply: unknown): string | null {
  return reply === null ? null : readText(reply);
}

/**
 * Reads a reply that must be an integer.
 *
 * @throws StoreUnavailableError It is anything else, or cannot be represented as a number: `reply`.
 */
export function readInteger(reply: unknown): number {
  const value = typeof reply === 'number' ? reply : parseInteger(reply);
  if (!Number.isSafeInteger(value)) throw new StoreUnavailableError('reply');
  return value;
}

/**
 * Reads a reply that must be an array.
 *
 * @throws StoreUnavailableError It is anything else: `reply`.
 */
export function readArray(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new StoreUnavailableError('reply');
  return reply;
}

/**
 * Reads the reply to a command that changes something without a value to return.
 *
 * @throws StoreUnavailableError It is not `OK`: `reply`.
 */
export function readOk(reply: unknown): void {
  if (findText(reply) !== 'OK') throw new StoreUnavailableError('reply');
}

function findText(reply: unknown): string | undefined {
  if (typeof reply === 'string') return reply;
  if (reply instanceof Uint8Array) {
    return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength).toString('utf8');
  }
  // Verbatim strings of redis.
  return reply instanceof String ? reply.valueOf() : undefined;
}

const INTEGER = /^-?(?:0|[1-9]\d{0,15})$/;

/** Returns `NaN` for what is not an integer. */
function parseInteger(reply: unknown): number {
  if (typeof reply === 'bigint') return Number(reply);
  const text = findText(reply);
  return text !== undefined && INTEGER.test(text) ? Number(text) : NaN;
}
