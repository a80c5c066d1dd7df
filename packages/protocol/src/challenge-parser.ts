/**
 * Parses the challenges of a `WWW-Authenticate` field.
 *
 * @module
 */

/** One challenge. */
export interface Challenge {
  /** The auth-scheme, in lower case. */
  readonly scheme: string;
  /** The auth-params by name in lower case, quoted-strings unescaped. */
  readonly params: ReadonlyMap<string, string>;
  /** The token68, for schemes that use one instead of auth-params. */
  readonly token68: string | undefined;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const SPACES = / +/y;
const COMMAS = /[ \t]*,[ \t,]*/y;
const END = /[ \t]*$/y;
const TOKEN68 = /[-A-Za-z0-9._~+/]+=*(?=[ \t]*(?:,|$))/y;
const NAME_AND_EQUALS = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*/y;
const QUOTED_STRING = /"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/y;

/**
 * Parses the challenges of one `WWW-Authenticate` field value, or of several joined by commas. Never
 * throws for a string.
 *
 * @returns The challenges, in order; `undefined` when any part of the value is malformed or an
 *   auth-param occurs twice in a challenge, because then no part of it is reliable.
 * @see RFC 9110 §11.2, §11.6.1, §5.6.1
 * @example
 * parseChallenges('Bearer error="invalid_token"')?.[0]?.params.get('error') // 'invalid_token'
 */
export function parseChallenges(field: string): readonly Challenge[] | undefined {
  const cursor = new Cursor(field);
  const challenges: Challenge[] = [];
  cursor.take(COMMAS);
  while (cursor.take(END) === undefined) {
    const challenge = takeChallenge(cursor);
    if (challenge === undefined) return undefined;
    challenges.push(challenge);
  }
  return challenges;
}

/** A position in a text that sticky patterns advance. */
class Cursor {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Advances past a match at the position and returns its first group, or all of it. */
  take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#position;
    const match = sticky.exec(this.#text);
    if (match === null) return undefined;
    this.#position = sticky.lastIndex;
    return match[1] ?? match[0];
  }
}

function takeChallenge(cursor: Cursor): Challenge | undefined {
  const scheme = cursor.take(TOKEN)?.toLowerCase();
  if (scheme === undefined) return undefined;
  if (takeElementEnd(cursor)) return { scheme, params: new Map(), token68: undefined };
  if (cursor.take(SPACES) === undefined) return undefined;
  const token68 = cursor.take(TOKEN68);
  if (token68 !== undefined) {
    return takeElementEnd(cursor) ? { scheme, params: new Map(), token68 } : undefined;
  }
  const params = takeParams(cursor);
  return params === undefined ? undefined : { scheme, params, token68 };
}

/** Reads one or more auth-params; `undefined` when there is none, or one is malformed or repeated. */
function takeParams(cursor: Cursor): ReadonlyMap<string, string> | undefined {
  const params = new Map<string, string>();
  for (;;) {
    const name = cursor.take(NAME_AND_EQUALS)?.toLowerCase();
    // If no name and "=" follow, the next challenge begins here.
    if (name === undefined) return params.size === 0 ? undefined : params;
    const value = takeValue(cursor);
    // RFC 9110 §11.2: an auth-param occurs once per challenge.
    if (value === undefined || params.has(name) || !takeElementEnd(cursor)) return undefined;
    params.set(name, value);
  }
}

function takeValue(cursor: Cursor): string | undefined {
  const quoted = cursor.take(QUOTED_STRING);
  return quoted === undefined ? cursor.take(TOKEN) : quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** Whether an element of a list ends here. RFC 9110 §5.6.1.2: empty elements are skipped. */
function takeElementEnd(cursor: Cursor): boolean {
  return cursor.take(COMMAS) !== undefined || cursor.take(END) !== undefined;
}
