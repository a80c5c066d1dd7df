/**
 * The scopes of a token.
 *
 * @module
 */
import { createScopeSet, InvalidTokenError, parseScope } from '@scopegate/protocol';
import { LRUCache } from 'lru-cache';
import { type JsonObject, member } from '../jws/json-object.js';
import { readStrings } from './string-claims.js';

const MAX_CACHED_LENGTH = 512;
const scopeSets = new LRUCache<string, ReadonlySet<string>>({ max: 256 });

/**
 * Reads the scopes of all claims that may contain them.
 *
 * @param names - The names of the claims. Each is a space-delimited string or, except for `scope`,
 *   an array of scope-tokens.
 * @throws InvalidTokenError `claim`: one of them has another type.
 * @see RFC 6749 §3.3; RFC 9068 §2.2.3
 */
export function readScopes(claims: JsonObject, names: readonly string[]): ReadonlySet<string> {
  const present = names.filter((name) => Object.hasOwn(claims, name));
  const first = present[0];
  if (first !== undefined && present.length === 1) {
    const value = member(claims, first);
    if (typeof value === 'string') return parseCachedScope(value);
  }
  return createScopeSet(present.flatMap((name) => readScopeTokens(claims, name)));
}

/** An issuer grants the same scope to many tokens; they share one set. */
function parseCachedScope(scope: string): ReadonlySet<string> {
  const cached = scopeSets.get(scope);
  if (cached !== undefined) return cached;
  const scopes = parseScope(scope);
  if (scope.length <= MAX_CACHED_LENGTH) scopeSets.set(scope, scopes);
  return scopes;
}

/** RFC 9068 §2.2.3, RFC 8693 §4.2: `scope` is a string. Some issuers write arrays in other claims. */
function readScopeTokens(claims: JsonObject, name: string): readonly string[] {
  const value = member(claims, name);
  if (typeof value === 'string') return value.split(' ');
  if (name === 'scope') {
    throw new InvalidTokenError('claim', { claim: name, problem: 'malformed' });
  }
  return readStrings(claims, name) ?? [];
}
