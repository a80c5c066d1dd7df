/**
 * A token that can be recognised in anything, and the search for it.
 *
 * @module
 */
import { inspect } from 'node:util';
import { encode } from '../support/signer.js';
import type { Members } from '../support/tokens.js';

/** Stands in every claim and header member of a canary token; it occurs nowhere else. */
export const MARK = 'cAnArY7q9';

// Too long to turn up by chance. Whatever stands in a text with 20 characters of a token has one of
// these pieces whole.
const PIECE = 16;
const STEP = 4;

/** Claims and header members that hold nothing but the mark, as far as a token stays good by it. */
export const CANARY: { readonly claims: Members; readonly header: Members } = {
  claims: {
    sub: `${MARK}-sub`,
    client_id: `${MARK}-client`,
    jti: `${MARK}-jti`,
    scope: `read ${MARK}-scope`,
    email: `${MARK}@example.com`,
    deep: { [`${MARK}-name`]: [`${MARK}-value`] },
  },
  header: { note: `${MARK}-header` },
};

/**
 * The pieces of a token that stand in a text, the mark included.
 *
 * @returns Empty when the token has left no trace.
 */
export function tracesOf(token: string, text: string): readonly string[] {
  const traces = [MARK, encode(MARK)].filter((mark) => text.includes(mark));
  for (let start = 0; start + PIECE <= token.length; start += STEP) {
    const piece = token.slice(start, start + PIECE);
    // What every token of its kind begins with gives nothing away.
    if (text.includes(piece) && !isCommon(piece)) traces.push(piece);
  }
  return traces;
}

/** Everything that can be reached from a value, in words: hidden members, getters and causes. */
export function reachableFrom(value: unknown): string {
  const options = {
    depth: Infinity,
    showHidden: true,
    getters: true,
    maxArrayLength: null,
  } as const;
  const words = [inspect(value, { ...options, maxStringLength: null }), asJson(value)];
  for (let error = value; error instanceof Error; error = error.cause) {
    words.push(error.message, error.stack ?? '', String(error));
    words.push(...accessorsOf(error).map((accessor) => inspect(accessor, options)));
  }
  return words.join('\n');
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // It has a cycle; `inspect` has looked into it.
    return '';
  }
}

/** `inspect` shows no getters of a class. */
function accessorsOf(value: object): readonly unknown[] {
  const names = new Set<string>();
  for (let holder: unknown = value; isObject(holder); holder = Object.getPrototypeOf(holder)) {
    for (const name of Object.getOwnPropertyNames(holder)) names.add(name);
  }
  return [...names].map((name) => Reflect.get(value, name) as unknown);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isCommon(piece: string): boolean {
  return /^(.)\1*$/.test(piece);
}
