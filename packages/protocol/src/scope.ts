/**
 * Scope-tokens and sets of them.
 *
 * @module
 */

declare const scopeToken: unique symbol;

/** A scope-token whose grammar was checked. RFC 6749 §3.3. */
export type ScopeToken = string & {
  /** Marks strings whose grammar was checked. */
  readonly [scopeToken]: true;
};

const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Whether a value is a scope-token: a string of one or more of %x21 / %x23-5B / %x5D-7E.
 *
 * @see RFC 6749 §3.3
 * @example
 * isScopeToken('read:analytics') // true
 */
export function isScopeToken(value: unknown): value is ScopeToken {
  return typeof value === 'string' && SCOPE_TOKEN.test(value);
}

/**
 * Parses the scope-tokens of a `scope` claim or parameter.
 *
 * Splits on single spaces only and drops empty parts. Nothing is trimmed, folded or split on other
 * white space, so that an invalid scope-token never becomes a valid one. Never throws for a string.
 *
 * @param scope - Space-delimited scope-tokens; `''` means none.
 * @returns An immutable set, in wire order.
 * @see RFC 6749 §3.3
 * @example
 * parseScope('read write').has('read') // true
 */
export function parseScope(scope: string): ReadonlySet<string> {
  return createScopeSet(scope.split(' '));
}

/**
 * Creates an immutable set of scopes.
 *
 * `Object.freeze` does not freeze a `Set`, and a verified token is shared between requests. Never throws
 * for strings, because they are not checked.
 *
 * @param scopes - Scope-tokens; empty strings are dropped, duplicates collapse.
 * @returns A set without methods that change it, in the given order.
 * @see RFC 6749 §3.3
 * @example
 * createScopeSet(['read', 'write', 'read']).size // 2
 */
export function createScopeSet(scopes: Iterable<string>): ReadonlySet<string> {
  const members = new Set(scopes);
  members.delete('');
  return Object.freeze(new ScopeSet(members));
}

/**
 * Formats scopes for the wire, separated by single spaces.
 *
 * @param scopes - Scope-tokens, which are not checked.
 * @see RFC 6749 §3.3
 * @example
 * formatScope(new Set(['read', 'write'])) // 'read write'
 */
export function formatScope(scopes: Iterable<string>): string {
  return [...scopes].join(' ');
}

class ScopeSet implements ReadonlySet<string> {
  readonly #members: ReadonlySet<string>;

  constructor(members: ReadonlySet<string>) {
    this.#members = members;
  }

  get size(): number {
    return this.#members.size;
  }

  has(scope: string): boolean {
    return this.#members.has(scope);
  }

  forEach(
    callback: (value: string, key: string, set: ReadonlySet<string>) => void,
    thisArg?: unknown,
  ): void {
    for (const scope of this.#members) callback.call(thisArg, scope, scope, this);
  }

  entries(): SetIterator<[string, string]> {
    return this.#members.entries();
  }

  keys(): SetIterator<string> {
    return this.#members.keys();
  }

  values(): SetIterator<string> {
    return this.#members.values();
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.#members.values();
  }
  /** Without this, `console.log` shows an empty object, which looks like a token without scopes. */
  [Symbol.for('nodejs.util.inspect.custom')](): ReadonlySet<string> {
    return new Set(this.#members); // a copy, because requests share the members
  }
}
