/**
 * Ids of the entries of a stream: the server's time, and a number.
 *
 * @module
 */
import { readText } from '../connection/reply.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';

/** The id before that of every entry. */
export const FIRST_ID = '0-0';

const ID = /^(\d{1,15})-(\d{1,15})$/;

/**
 * Reads a reply that must be an id.
 *
 * @throws StoreUnavailableError It is anything else: `reply`.
 */
export function readStreamId(reply: unknown): string {
  const id = readText(reply);
  if (ID.test(id)) return id;
  throw new StoreUnavailableError('reply');
}

/** Whether an id is later than another. */
export function isLater(id: string, other: string): boolean {
  const [ms, number] = partsOf(id);
  const [otherMs, otherNumber] = partsOf(other);
  return ms > otherMs || (ms === otherMs && number > otherNumber);
}

/** Returns the server's time in an id, in milliseconds since the epoch. */
export function serverTimeOf(id: string): number {
  return partsOf(id)[0];
}

function partsOf(id: string): readonly [ms: number, number: number] {
  const [, ms = '0', number = '0'] = ID.exec(id) ?? [];
  return [Number(ms), Number(number)];
}
