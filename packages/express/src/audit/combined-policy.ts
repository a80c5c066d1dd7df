/**
 * What several guards, one behind the other, ask for together.
 *
 * @module
 */
import type { GuardPolicy } from '../policy/guard-policy.js';
import { allOf, type ScopeRequirement } from '../policy/scope-requirement.js';

/** Policies put together. */
export interface CombinedPolicy {
  readonly scope: ScopeRequirement | undefined;
  /** Every scope that `scope` names, in the order it names them. */
  readonly scopes: readonly string[];
  /** Every scope that a token may carry; `undefined` for no limit. */
  readonly atMost: readonly string[] | undefined;
  readonly principal: GuardPolicy['principal'];
  /** The names of the application's own conditions, in the order they are asked. */
  readonly checks: readonly string[];
}

/** Puts the policies of guards together: a token has to satisfy them all. */
export function combinePolicies(policies: readonly GuardPolicy[]): CombinedPolicy {
  const [first, ...others] = policies.flatMap(({ scope }) => (scope === undefined ? [] : [scope]));
  const scope = first === undefined || others.length === 0 ? first : allOf(first, ...others);
  const limits = policies.flatMap((policy) => limitOf(policy) ?? []);
  const [limit, ...otherLimits] = limits;
  return {
    scope,
    scopes: Object.freeze([...new Set(scope === undefined ? [] : namedScopes(scope))]),
    atMost:
      limit &&
      Object.freeze(limit.filter((name) => otherLimits.every((other) => other.includes(name)))),
    principal: policies.find(({ principal }) => principal !== undefined)?.principal,
    checks: Object.freeze(policies.flatMap(({ check }) => check ?? [])),
  };
}

/** What a guard lets a token carry at most, as a list of one; `undefined` for no limit. */
function limitOf({ scope, atMost, excessScopes }: GuardPolicy): [readonly string[]] | undefined {
  if (atMost !== undefined) return [atMost];
  if (excessScopes !== 'refuse' || scope === undefined) return undefined;
  return [namedScopes(scope)];
}

function namedScopes(requirement: ScopeRequirement): readonly string[] {
  return typeof requirement === 'string' ? [requirement] : requirement.parts.flatMap(namedScopes);
}

/**
 * Writes a requirement as people read it.
 *
 * @example
 * formatRequirement(allOf('a', anyOf('b', 'c'))) // 'a and (b or c)'
 */
export function formatRequirement(requirement: ScopeRequirement): string {
  if (typeof requirement === 'string') return requirement;
  const { kind, parts } = requirement;
  const texts = parts.map((part) =>
    typeof part === 'string' || part.parts.length === 1 || part.kind === kind
      ? formatRequirement(part)
      : `(${formatRequirement(part)})`,
  );
  return texts.join(kind === 'allOf' ? ' and ' : ' or ');
}

const MAX_ALTERNATIVES = 64;

/** Every set of scopes that is just enough; the first 64 of them. */
export function listAlternatives(requirement: ScopeRequirement): readonly (readonly string[])[] {
  if (typeof requirement === 'string') return [[requirement]];
  const parts = requirement.parts.map(listAlternatives);
  if (requirement.kind === 'anyOf') return parts.flat().slice(0, MAX_ALTERNATIVES);
  let sets: readonly (readonly string[])[] = [[]];
  for (const part of parts) {
    sets = sets
      .flatMap((set) => part.map((more) => [...new Set([...set, ...more])]))
      .slice(0, MAX_ALTERNATIVES);
  }
  return sets;
}
