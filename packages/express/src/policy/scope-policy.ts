/**
 * What a route asks of a token's scopes, worked out when the guard is made.
 *
 * @module
 */
import { formatScope, isScopeToken } from '@scopegate/protocol';
import { didYouMean } from '@scopegate/protocol/internal';

/** Scopes that are all needed, or one of which is. Made by {@link allOf} and {@link anyOf}. */
export interface ScopeExpression<Scope extends string = string> {
  readonly kind: 'allOf' | 'anyOf';
  readonly parts: readonly ScopeRequirement<Scope>[];
}

/** One scope, or an expression of several. */
export type ScopeRequirement<Scope extends string = string> = Scope | ScopeExpression<Scope>;

/** A list that is not empty. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/**
 * All of these are needed.
 *
 * @example
 * allOf('read:analytics', anyOf('region:eu', 'region:us'))
 */
export function allOf<const Scope extends string>(
  ...parts: NonEmpty<ScopeRequirement<Scope>>
): ScopeExpression<Scope> {
  return Object.freeze({ kind: 'allOf', parts: Object.freeze([...parts]) });
}

/** One of these is needed. A refusal names the first one. */
export function anyOf<const Scope extends string>(
  ...parts: NonEmpty<ScopeRequirement<Scope>>
): ScopeExpression<Scope> {
  return Object.freeze({ kind: 'anyOf', parts: Object.freeze([...parts]) });
}

/** A requirement and a limit, ready to be asked. */
export interface ScopePolicy {
  /** Says whether the scopes are enough. */
  readonly isSatisfiedBy: (scopes: ReadonlySet<string>) => boolean;
  /** Space-delimited scopes that are enough, for the challenge; `undefined` when none are needed. */
  readonly sufficient: string | undefined;
  /** Every scope that the requirement names. */
  readonly named: ReadonlySet<string>;
  /** Every scope that a token may carry; `undefined` for no limit. */
  readonly atMost: ReadonlySet<string> | undefined;
}

/** What a policy is made of. */
export interface ScopePolicyParts {
  readonly scope: ScopeRequirement | undefined;
  readonly atMost: readonly string[] | undefined;
  /** The scopes that the API knows; `undefined` when it declared none. */
  readonly vocabulary: readonly string[] | undefined;
}

/**
 * Works out a policy.
 *
 * @throws TypeError An empty expression or limit, a scope outside the grammar or the vocabulary, or a
 *   limit that no sufficient token keeps.
 * @see RFC 6749 §3.3
 */
export function compileScopePolicy({ scope, atMost, vocabulary }: ScopePolicyParts): ScopePolicy {
  const named = new Set(scope === undefined ? [] : scopesOf(scope));
  const limit = atMost && new Set(atMost);
  for (const token of [...named, ...(limit ?? [])]) assertKnownScope(token, vocabulary);
  if (limit?.size === 0) throw new TypeError('"atMost" must name a scope');
  const sufficient = scope === undefined ? [] : findSufficient(scope, limit);
  if (sufficient === undefined) {
    throw new TypeError('no token can satisfy "scope" with only the scopes of "atMost"');
  }
  return Object.freeze({
    isSatisfiedBy: scope === undefined ? () => true : compile(scope),
    sufficient: sufficient.length === 0 ? undefined : formatScope(new Set(sufficient)),
    named,
    atMost: limit,
  });
}

/** Says whether scopes stay within a limit. */
export function isWithin(scopes: ReadonlySet<string>, limit: ReadonlySet<string>): boolean {
  for (const scope of scopes) if (!limit.has(scope)) return false;
  return true;
}

function scopesOf(requirement: ScopeRequirement): readonly string[] {
  if (typeof requirement === 'string') return [requirement];
  assertExpression(requirement);
  return requirement.parts.flatMap(scopesOf);
}

function assertExpression(value: unknown): asserts value is ScopeExpression {
  const { kind, parts } = (value ?? {}) as Partial<ScopeExpression>;
  if ((kind !== 'allOf' && kind !== 'anyOf') || !Array.isArray(parts)) {
    throw new TypeError('a scope requirement is a scope, allOf(…) or anyOf(…)');
  }
  if (parts.length === 0) throw new TypeError(`${kind}() needs at least one scope`);
}

/**
 * Checks that a scope is one that the API knows.
 *
 * @throws TypeError It is outside the grammar, or outside the vocabulary.
 */
export function assertKnownScope(scope: unknown, vocabulary: readonly string[] | undefined): void {
  if (!isScopeToken(scope)) {
    throw new TypeError('a scope must be one scope-token of RFC 6749 §3.3: no spaces, " or \\');
  }
  if (vocabulary === undefined || vocabulary.includes(scope)) return;
  const hint = didYouMean(scope, vocabulary);
  throw new TypeError(`scope "${scope}" is not among the "scopes" of this resource server${hint}`);
}

function compile(requirement: ScopeRequirement): ScopePolicy['isSatisfiedBy'] {
  if (typeof requirement === 'string') return (scopes) => scopes.has(requirement);
  const parts = requirement.parts.map(compile);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return requirement.kind === 'allOf'
    ? (scopes) => parts.every((isSatisfiedBy) => isSatisfiedBy(scopes))
    : (scopes) => parts.some((isSatisfiedBy) => isSatisfiedBy(scopes));
}

/** One set of scopes that is enough; the grammar of `scope` cannot express alternatives. */
function findSufficient(
  requirement: ScopeRequirement,
  limit: ReadonlySet<string> | undefined,
): readonly string[] | undefined {
  if (typeof requirement === 'string') {
    return limit === undefined || limit.has(requirement) ? [requirement] : undefined;
  }
  const found = requirement.parts.map((part) => findSufficient(part, limit));
  if (requirement.kind === 'anyOf') return found.find((scopes) => scopes !== undefined);
  return found.some((scopes) => scopes === undefined) ? undefined : found.flatMap((s) => s ?? []);
}
