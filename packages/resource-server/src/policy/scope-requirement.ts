/**
 * Which scopes a route requires, as an expression.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';

/** Several scopes, all or one of which are required; created by {@link allOf} and {@link anyOf}. */
export interface ScopeExpression<Scope extends string = string> {
  /** Whether all of the parts are required, or one of them. */
  readonly kind: 'allOf' | 'anyOf';
  /** At least one scope or expression. */
  readonly parts: readonly ScopeRequirement<Scope>[];
}

/** One scope, or an expression of several. */
export type ScopeRequirement<Scope extends string = string> = Scope | ScopeExpression<Scope>;

/** An array with at least one item. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/**
 * Requires every part.
 *
 * @param parts - At least one scope or expression.
 * @returns A frozen expression.
 * @example
 * api.require({ scope: allOf('read:analytics', anyOf('region:eu', 'region:us')) })
 */
export function allOf<const Scope extends string>(
  ...parts: NonEmpty<ScopeRequirement<Scope>>
): ScopeExpression<Scope> {
  return Object.freeze({ kind: 'allOf', parts: Object.freeze([...parts]) });
}

/**
 * Requires one of the parts. A refusal names the first part that `atMost` allows.
 *
 * @param parts - At least one scope or expression.
 * @returns A frozen expression.
 * @example
 * api.require({ scope: anyOf('read:analytics', 'admin') })
 */
export function anyOf<const Scope extends string>(
  ...parts: NonEmpty<ScopeRequirement<Scope>>
): ScopeExpression<Scope> {
  return Object.freeze({ kind: 'anyOf', parts: Object.freeze([...parts]) });
}

/** How to compute a value for each kind of requirement. */
export interface ScopeFold<Result> {
  readonly scope: (scope: string) => Result;
  readonly allOf: (parts: readonly Result[]) => Result;
  readonly anyOf: (parts: readonly Result[]) => Result;
}

/**
 * Computes a value from a requirement, bottom-up.
 *
 * @throws TypeError The requirement, or a part of it, is not a scope or a non-empty expression.
 * @example
 * foldScopes(requirement, {
 *   scope: (scope) => [scope],
 *   allOf: (parts) => parts.flat(),
 *   anyOf: (parts) => parts.flat(),
 * }) // every scope that the requirement names
 */
export function foldScopes<Result>(requirement: ScopeRequirement, fold: ScopeFold<Result>): Result {
  if (typeof requirement === 'string') return fold.scope(requirement);
  assertExpression(requirement);
  return fold[requirement.kind](requirement.parts.map((part) => foldScopes(part, fold)));
}

/**
 * Lists every scope that a requirement names, including duplicates.
 *
 * @throws TypeError As {@link foldScopes}.
 */
export function listScopes(requirement: ScopeRequirement): readonly string[] {
  return foldScopes<readonly string[]>(requirement, {
    scope: (scope) => [scope],
    allOf: (parts) => parts.flat(),
    anyOf: (parts) => parts.flat(),
  });
}

/** Whether an unknown value is a requirement; the grammar of its scopes is not checked. */
export function isScopeRequirement(value: unknown): value is ScopeRequirement {
  if (typeof value === 'string') return true;
  if (!isPlainObject(value)) return false;
  const { kind, parts } = value;
  if (kind !== 'allOf' && kind !== 'anyOf') return false;
  return Array.isArray(parts) && parts.length > 0 && parts.every(isScopeRequirement);
}

function assertExpression(value: unknown): asserts value is ScopeExpression {
  const { kind, parts } = (value ?? {}) as Partial<ScopeExpression>;
  if ((kind !== 'allOf' && kind !== 'anyOf') || !Array.isArray(parts)) {
    throw new TypeError('a scope requirement must be a scope, allOf(…) or anyOf(…)');
  }
  if (parts.length === 0) throw new TypeError(`${kind}() requires at least one scope`);
}
