/**
 * A strict parser of `WWW-Authenticate`, independent of the packages.
 *
 * It accepts only what a sender may write, not what a recipient may tolerate: no empty list members, no white space around `=`, no repeated auth-params, nothing outside printable ASCII.
 *
 * @module
 */

/** One challenge. RFC 9110 §11.6.1. */
export interface Challenge {
  /** As written. */
  readonly scheme: string;
  /** Values by name, unquoted; the names as written. */
  readonly params: Readonly<Record<string, string>>;
  /** The names of the auth-params whose value is a quoted-string. */
  readonly quoted: readonly string[];
  /** Replaces auth-params. */
  readonly token68?: string;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[-A-Za-z0-9._~+/]+=*(?=$|[ \t]*,)/y;
const QUOTED = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*)"/y;
const SPACES = / +/y;
const COMMA = /[ \t]*,[ \t]*/y;
const EQUALS = /=/y;

/**
 * Parses the value of a `WWW-Authenticate` field, several lines joined by `, `.
 *
 * @throws SyntaxError The value violates the grammar; the message has the position.
 * @see RFC 9110 §11.2, §11.3, §11.6.1, §5.6.1.1, §5.6.4
 */
export function parseChallenges(value: string): readonly Challenge[] {
  const scanner = new Scanner(value);
  const challenges: Challenge[] = [];
  do challenges.push(parseChallenge(scanner));
  while (scanner.take(COMMA) !== undefined);
  if (!scanner.atEnd) throw scanner.error('a comma or the end');
  return challenges;
}

function parseChallenge(scanner: Scanner): Challenge {
  const scheme = scanner.take(TOKEN);
  if (scheme === undefined) throw scanner.error('an auth-scheme');
  const params: Record<string, string> = {};
  const quoted: string[] = [];
  if (scanner.take(SPACES) === undefined) return { scheme, params, quoted };
  const token68 = scanner.take(TOKEN68);
  if (token68 !== undefined) return { scheme, params, quoted, token68 };
  const seen = new Set<string>();
  do {
    const { name, text, isQuoted } = parseParam(scanner);
    // RFC 9110 §11.2: names ignore case and occur once per challenge.
    if (seen.has(name.toLowerCase())) throw scanner.error(`one "${name}" only`);
    seen.add(name.toLowerCase());
    params[name] = text;
    if (isQuoted) quoted.push(name);
  } while (scanner.isFollowedBy(/[ \t]*,[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+=/y, COMMA));
  return { scheme, params, quoted };
}

function parseParam(scanner: Scanner): { name: string; text: string; isQuoted: boolean } {
  const name = scanner.take(TOKEN);
  if (name === undefined) throw scanner.error('the name of an auth-param');
  if (scanner.take(EQUALS) === undefined) throw scanner.error('"="');
  const text = scanner.take(TOKEN);
  if (text !== undefined) return { name, text, isQuoted: false };
  const literal = scanner.take(QUOTED);
  if (literal === undefined) throw scanner.error('a token or a quoted-string');
  return { name, text: literal.slice(1, -1).replace(/\\(.)/g, '$1'), isQuoted: true };
}

class Scanner {
  readonly #text: string;
  #place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#place === this.#text.length;
  }

  /** Consumes the match of a sticky pattern. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#place;
    const found = pattern.exec(this.#text)?.[0];
    this.#place += found?.length ?? 0;
    return found;
  }

  /** Consumes `part` if `whole` matches here. */
  isFollowedBy(whole: RegExp, part: RegExp): boolean {
    whole.lastIndex = this.#place;
    return whole.test(this.#text) && this.take(part) !== undefined;
  }

  error(expected: string): SyntaxError {
    return new SyntaxError(`expected ${expected} at ${this.#place} of ${this.#text}`);
  }
}
