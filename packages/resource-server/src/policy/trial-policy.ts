/**
 * Asserts that a policy on trial is stricter than the enforced one.
 *
 * Only requests that the enforced policy allows are checked against a trial, so nothing would be known about
 * what a wider policy allows.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { CompiledPolicy } from './guard-policy.js';
import { findLimit } from './scope-policy.js';
import { foldScopes, type ScopeRequirement } from './scope-requirement.js';

/**
 * Asserts that every token that a trial allows is allowed now.
 *
 * @throws TypeError A member of the trial is wider than the enforced policy.
 */
export function assertStricter(trial: CompiledPolicy, enforced: CompiledPolicy): void {
  const wider = Object.entries(COMPARISONS).find(([, isStricter]) => !isStricter(trial, enforced));
  if (wider === undefined) return;
  throw invalidOption(
    `trial.${wider[0]}`,
    'must not allow what is refused now; a trial can only be stricter',
  );
}

type Comparison = (trial: CompiledPolicy, enforced: CompiledPolicy) => boolean;

/** Members that a trial does not have are those of the enforced policy. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  scope: (trial, enforced) => {
    const { scope, expandedScope = scope } = trial.declared;
    if (scope === undefined || scope === enforced.declared.scope) return true;
    const limit = limitOf(trial);
    return listSufficient(expandedScope ?? scope)
      .filter((scopes) => isSubset(scopes, limit))
      .every((scopes) => enforced.scopes.isSatisfiedBy(new Set(scopes)));
  },
  atMost: (trial, enforced) => {
    const limit = limitOf(enforced);
    if (limit === undefined) return true;
    const narrow = limitOf(trial);
    return narrow !== undefined && isSubset([...narrow], limit);
  },
  principal: ({ declared }, enforced) =>
    [undefined, declared.principal].includes(enforced.declared.principal),
  senderConstraint: ({ declared }, enforced) =>
    [undefined, 'any', declared.senderConstraint].includes(enforced.declared.senderConstraint),
  acrValues: ({ declared }, enforced) => {
    const { acrValues } = enforced.declared;
    return acrValues === undefined || isSubset(declared.acrValues ?? [], new Set(acrValues));
  },
  maxAgeSeconds: ({ declared }, enforced) =>
    (declared.maxAgeSeconds ?? Infinity) <= (enforced.declared.maxAgeSeconds ?? Infinity),
};

function limitOf({ scopes, declared }: CompiledPolicy): ReadonlySet<string> | undefined {
  return findLimit(scopes, declared.excessScopes);
}

function isSubset(items: readonly string[], set: ReadonlySet<string> | undefined): boolean {
  return set === undefined || items.every((item) => set.has(item));
}

const MAX_ALTERNATIVES = 4096;

/**
 * Lists sets of scopes that satisfy a requirement: every set that satisfies it contains one of them.
 *
 * @throws TypeError There are more than 4096, which takes too long.
 */
function listSufficient(requirement: ScopeRequirement): readonly (readonly string[])[] {
  return foldScopes<readonly (readonly string[])[]>(requirement, {
    scope: (scope) => [[scope]],
    allOf: (parts) =>
      parts.reduce<readonly (readonly string[])[]>(
        (sets, others) => {
          assertFew(sets.length * others.length);
          return sets.flatMap((set) => others.map((other) => [...set, ...other]));
        },
        [[]],
      ),
    anyOf: (parts) => {
      assertFew(parts.reduce((sum, { length }) => sum + length, 0));
      return parts.flat();
    },
  });
}

function assertFew(count: number): void {
  if (count <= MAX_ALTERNATIVES) return;
  throw invalidOption('trial.scope', 'must have at most 4096 alternatives; simplify it');
}
