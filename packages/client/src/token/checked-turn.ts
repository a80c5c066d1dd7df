/**
 * Turns of a token store, checked. A store is code of others, and what it returns may have any shape.
 *
 * @module
 */
import { isBearerToken, isScopeToken } from '@scopegate/protocol';
import { isPlainObject, isStringArray } from '@scopegate/protocol/internal';
import type { TokenLease, TokenTurn } from './token-store.js';

const LEASE_METHODS = ['extend', 'fulfill', 'release', 'decline'] as const;
const PAUSES = ['wait', 'back-off', 'alone'] as const;

/**
 * Reads a turn.
 *
 * @param unwanted - The token that must not be returned.
 * @returns `undefined` for anything that is not a turn.
 */
export function readTurn(given: unknown, unwanted: string | undefined): TokenTurn | undefined {
  if (!isPlainObject(given)) return undefined;
  const { turn, forMs } = given;
  if (turn === 'token') return readTokenTurn(given, unwanted);
  if (turn === 'lease') {
    const { lease } = given;
    return isLease(lease) ? { turn, lease } : undefined;
  }
  const pause = PAUSES.find((name) => name === turn);
  return pause !== undefined && isDuration(forMs) ? { turn: pause, forMs } : undefined;
}

function readTokenTurn(
  { token, remainingMs, ageMs }: Readonly<Record<string, unknown>>,
  unwanted: string | undefined,
): TokenTurn | undefined {
  if (!isPlainObject(token) || !isDuration(remainingMs) || !isDuration(ageMs)) return undefined;
  const { value, scopes } = token;
  const isUsable = typeof value === 'string' && isBearerToken(value) && value !== unwanted;
  if (!isUsable || remainingMs === 0) return undefined;
  if (!isStringArray(scopes) || !scopes.every(isScopeToken)) return undefined;
  return { turn: 'token', token: { value, scopes: [...scopes] }, remainingMs, ageMs };
}

function isLease(lease: unknown): lease is TokenLease {
  return isPlainObject(lease) && LEASE_METHODS.every((name) => typeof lease[name] === 'function');
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
