/**
 * The reply of the script that takes a turn.
 *
 * @module
 */
import { readArray, readInteger, readText } from '../connection/reply.js';
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
  const [given, second, third] = readArray(reply);
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
