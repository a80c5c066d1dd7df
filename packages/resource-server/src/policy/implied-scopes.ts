/**
 * Scopes that imply others, so that a token with a broad scope needs no narrow ones.
 *
 * @module
 */
import { isScopeToken } from '@scopegate/protocol';
import { didYouMean, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import { anyOf, foldScopes, listScopes, type ScopeRequirement } from './scope-requirement.js';

/**
 * For each broad scope, the narrower ones that it implies.
 *
 * @example
 * const impliedScopes: ImpliedScopes = { 'write:notes': ['read:notes'] };
 */
export type ImpliedScopes<Scope extends string = string> = Readonly<
  Partial<Record<Scope, readonly Scope[] | undefined>>
>;

/** For each scope that others imply, directly or not: those others, nearest first. */
export type ImplyingScopes = ReadonlyMap<string, readonly string[]>;

/**
 * Checks the option `impliedScopes`.
 *
 * @param vocabulary - The declared scopes; `undefined` when any scope is known.
 * @returns `undefined` when no scope implies another.
 * @throws TypeError It is not an object of non-empty arrays, names an unknown scope, or has a cycle.
 */
export function resolveImpliedScopes(
  value: unknown,
  vocabulary: readonly string[] | undefined,
): ImplyingScopes | undefined {
  if (value === undefined) return undefined;
  const implied = readImpliedScopes(value, vocabulary);
  assertNoCycle(implied);
  const implying = invert(implied);
  if (implying.size === 0) return undefined;
  return new Map([...implying.keys()].map((scope) => [scope, listAbove(scope, implying)]));
}

type ScopesByScope = ReadonlyMap<string, readonly string[]>;

function readImpliedScopes(
  value: unknown,
  vocabulary: readonly string[] | undefined,
): ScopesByScope {
  if (!isPlainObject(value) || Symbol.iterator in value) {
    throw invalidOption(
      'impliedScopes',
      'must be an object of arrays of scopes, as in { "write:notes": ["read:notes"] }',
    );
  }
  const implied = new Map<string, readonly string[]>();
  for (const [broad, narrow] of Object.entries(value)) {
    if (narrow === undefined) continue;
    assertDeclared(broad, vocabulary);
    if (!Array.isArray(narrow) || narrow.length === 0) {
      throw invalidOption(`impliedScopes.${broad}`, 'must be an array of at least one scope');
    }
    const scopes: readonly unknown[] = narrow;
    implied.set(broad, [...new Set(scopes.map((scope) => assertDeclared(scope, vocabulary)))]);
  }
  return implied;
}

function assertDeclared(scope: unknown, vocabulary: readonly string[] | undefined): string {
  if (!isScopeToken(scope)) {
    throw invalidOption('impliedScopes', 'must name scope-tokens (RFC 6749 §3.3)');
  }
  if (vocabulary === undefined || vocabulary.includes(scope)) return scope;
  const hint = didYouMean(scope, vocabulary);
  throw invalidOption(
    'impliedScopes',
    `must name scopes of "scopes"; "${scope}" is not one of them${hint}`,
  );
}

/** A scope that implies itself would be a synonym of every other scope in the cycle. */
function assertNoCycle(implied: ScopesByScope): void {
  const done = new Set<string>();
  const visit = (scope: string, path: readonly string[]): void => {
    if (path.includes(scope)) {
      const cycle = [...path.slice(path.indexOf(scope)), scope];
      const chain = cycle.map((each) => `"${each}"`).join(' implies ');
      throw invalidOption('impliedScopes', `must not have a cycle; break ${chain}`);
    }
    if (done.has(scope)) return;
    for (const narrow of implied.get(scope) ?? []) visit(narrow, [...path, scope]);
    done.add(scope);
  };
  for (const scope of implied.keys()) visit(scope, []);
}

function invert(implied: ScopesByScope): ScopesByScope {
  const implying = new Map<string, string[]>();
  for (const [broad, scopes] of implied) {
    for (const narrow of scopes) {
      const above = implying.get(narrow);
      if (above === undefined) implying.set(narrow, [broad]);
      else above.push(broad);
    }
  }
  return implying;
}

/** Lists the scopes that imply a scope, those that imply it directly first. */
function listAbove(scope: string, implying: ScopesByScope): readonly string[] {
  const above = new Set(implying.get(scope));
  // The iteration also visits what is added to the set.
  for (const each of above) for (const broad of implying.get(each) ?? []) above.add(broad);
  return Object.freeze([...above]);
}

/**
 * Finds the scope by which scopes contain a wanted one: itself, otherwise the nearest that implies it.
 *
 * @returns `undefined` when they do not contain it.
 */
export function findGrantingScope(
  scopes: ReadonlySet<string>,
  wanted: string,
  implying: ImplyingScopes | undefined,
): string | undefined {
  if (scopes.has(wanted)) return wanted;
  return implying?.get(wanted)?.find((broad) => scopes.has(broad));
}

/** Returns scopes together with all that they imply. */
export function addImpliedScopes(
  scopes: ReadonlySet<string>,
  implying: ImplyingScopes,
): ReadonlySet<string> {
  const implied = [...implying.keys()].filter(
    (scope) => findGrantingScope(scopes, scope, implying) !== undefined,
  );
  return new Set([...scopes, ...implied]);
}

/**
 * Expands a requirement: each scope becomes that scope or one that implies it.
 *
 * @returns The requirement itself where no scope implies those that it names.
 */
export function expandRequirement(
  requirement: ScopeRequirement,
  implying: ImplyingScopes | undefined,
): ScopeRequirement {
  const isImplied = (scope: string): boolean => implying?.has(scope) ?? false;
  if (!listScopes(requirement).some(isImplied)) return requirement;
  return foldScopes<ScopeRequirement>(requirement, {
    scope: (scope) => {
      const above = implying?.get(scope);
      return above === undefined ? scope : anyOf(scope, ...above);
    },
    allOf: (parts) => Object.freeze({ kind: 'allOf', parts: Object.freeze([...parts]) }),
    anyOf: (parts) => Object.freeze({ kind: 'anyOf', parts: Object.freeze([...parts]) }),
  });
}
