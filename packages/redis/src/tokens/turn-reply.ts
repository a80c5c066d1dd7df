/**
 * The reply of the script that takes a turn.
 *
 * @module
 */
import { StoreUnavailableError } from '../store-unavailable-error.js';

/** The reply, checked. */
export type TurnReply =
  | { readonly turn: 'token'; readonly entry: string; readonly leftMs: number }
  | { readonly turn: 'lease' }
  | { readonly turn: 'wait' | 'back-off' | 'alone'; readonly leftMs: number };

/**
 * Reads the reply.
 *
 * @throws StoreUnavailableError It has an unexpected shape.
 */
export function readTurnReply(reply: unknown): TurnReply {
  if (!Array.isArray(reply)) throw new StoreUnavailableError('reply');
  const [given, second, third] = reply as readonly unknown[];
  const turn = readText(given);
  switch (turn) {
    case 'lease':
      return { turn };
    case 'token':
      return { turn, entry: readText(second), leftMs: readInteger(third) };
    case 'wait':
    case 'back-off':
    case 'alone':
      // A lease that another program has written may have no end: -1.
      return { turn, leftMs: Math.max(readInteger(second), 1) };
    default:
      throw new StoreUnavailableError('reply');
  }
}

/**
 * Reads an integer.
 *
 * @throws StoreUnavailableError It is anything else.
 */
export function readInteger(reply: unknown): number {
  const value = typeof reply === 'bigint' ? Number(reply) : reply;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new StoreUnavailableError('reply');
}

function readText(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  if (Buffer.isBuffer(reply)) return reply.toString();
  throw new StoreUnavailableError('reply');
}
