/**
 * JSON objects of tokens: read without the freedoms that `JSON.parse` takes.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';

/** A parsed JSON object, frozen in depth. Members are to be read with {@link member}. */
export type JsonObject = Readonly<Record<string, unknown>>;

// Far deeper than any claim, far from where recursion hurts.
const MAX_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Reads a JSON object.
 *
 * @param bytes - The text in UTF-8.
 * @returns The object, frozen in depth; `undefined` when the bytes are no UTF-8, the text is no
 *   JSON object (a byte order mark or trailing characters included), a member name occurs twice, a
 *   member is named `__proto__`, or it nests deeper than 32.
 * @see RFC 7515 §4, §10.12; RFC 7519 §4, §7.2
 */
export function parseJsonObject(bytes: Buffer): JsonObject | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = freeze(value, MAX_DEPTH);
  // `JSON.parse` keeps the last of several members with one name: then fewer came out than stand
  // in the text.
  if (members !== countMembers(text)) return undefined;
  return value as JsonObject;
}

/** Reads an own member of an object: nothing inherited ever counts as a claim. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Freezes in depth and counts the members of every object; `NaN` for what must be refused. */
function freeze(value: object, depth: number): number {
  if (depth === 0) return NaN;
  const isList = Array.isArray(value);
  // It would set the prototype of any object that the members are copied to.
  if (!isList && Object.hasOwn(value, '__proto__')) return NaN;
  const inners: readonly unknown[] = isList ? value : Object.values(value);
  let members = isList ? 0 : inners.length;
  for (const inner of inners) {
    if (typeof inner === 'object' && inner !== null) members += freeze(inner, depth - 1);
  }
  Object.freeze(value);
  return members;
}

/** Counts the name separators of a JSON text that is known to be well-formed. */
function countMembers(text: string): number {
  let members = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === COLON) members += 1;
    else if (unit === QUOTE) index = closingQuote(text, index);
  }
  return members;
}

function closingQuote(text: string, opening: number): number {
  let index = opening;
  do {
    index = text.indexOf('"', index + 1);
  } while (isEscaped(text, index));
  return index;
}

function isEscaped(text: string, index: number): boolean {
  let before = index - 1;
  while (text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (index - before) % 2 === 0;
}
