/**
 * The scopes of a token.
 *
 * @module
 */
import { createScopeSet, InvalidTokenError, isScopeToken, parseScope } from '@scopegate/protocol';
import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../jws/json-object.js';
import { type ClaimPath, findClaim, parseClaimPath } from './claim-path.js';
import { isStringArray } from './string-claims.js';
import type { TypPolicy } from './token-kind.js';

const MAX_CACHED_LENGTH = 512;
const scopeSets = new LRUCache<string, ReadonlySet<string>>({ max: 256 });

/** Where the scopes of an issuer's tokens are. */
export interface ScopePolicy {
  readonly claims: readonly ScopeClaim[];
  /** Whether `scope` may be an array. */
  readonly acceptsScopeList: boolean;
}

/** A claim that contains scopes. */
export interface ScopeClaim {
  /** As configured: the name of a claim, or a path. */
  readonly name: string;
  readonly path: ClaimPath;
}

/**
 * Prepares the names of the claims that contain scopes.
 *
 * @param names - The names or paths of the claims.
 * @param typ - RFC 9068 §2.2.3 requires a string, so `'at+jwt'` does not accept an array in `scope`.
 */
export function createScopePolicy(names: readonly string[], typ: TypPolicy): ScopePolicy {
  const claims = names.map((name) => Object.freeze({ name, path: parseClaimPath(name) }));
  return Object.freeze({ claims: Object.freeze(claims), acceptsScopeList: typ !== 'at+jwt' });
}

/**
 * Reads the scopes of all claims that may contain them. Each is a space-delimited string or an array of
 * scope-tokens.
 *
 * @throws InvalidTokenError `claim`: one of them has another type, or `scope` is an array that is not
 *   accepted, or has a member that is not a scope-token.
 * @see RFC 6749 §3.3; RFC 9068 §2.2.3
 */
export function readScopes(claims: JsonObject, policy: ScopePolicy): ReadonlySet<string> {
  const values = policy.claims.map(({ path }) => findClaim(claims, path));
  const present = values.filter((value) => value !== undefined);
  const [first] = present;
  if (present.length === 1 && typeof first === 'string') return parseCachedScope(first);
  const lists = policy.claims.map(({ name }, index) =>
    readScopeTokens(name, values[index], policy),
  );
  return createScopeSet(lists.flat());
}

/** An issuer grants the same scope to many tokens; they share one set. */
function parseCachedScope(scope: string): ReadonlySet<string> {
  const cached = scopeSets.get(scope);
  if (cached !== undefined) return cached;
  const scopes = parseScope(scope);
  if (scope.length <= MAX_CACHED_LENGTH) scopeSets.set(scope, scopes);
  return scopes;
}

/** RFC 9068 §2.2.3, RFC 8693 §4.2: `scope` is a string. Some issuers write arrays instead. */
function readScopeTokens(
  name: string,
  value: unknown,
  { acceptsScopeList }: ScopePolicy,
): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return value.split(' ');
  const isAccepted = name !== 'scope' || (acceptsScopeList && isScopeTokenArray(value));
  if (isAccepted && isStringArray(value)) return value;
  throw new InvalidTokenError('claim', { claim: name, problem: 'malformed' });
}

function isScopeTokenArray(value: unknown): boolean {
  return Array.isArray(value) && value.every(isScopeToken);
}
