/**
 * The scopes that a route requires, and the sets of scopes that do and do not suffice.
 *
 * @module
 */

/** The scopes that a route requires: one scope, all of several parts, or any of them. */
export type ScopeNeed =
  | string
  | {
      /** Whether all parts are required, or any one of them. */
      readonly kind: 'allOf' | 'anyOf';
      /** The parts: scopes, or requirements themselves. */
      readonly parts: readonly ScopeNeed[];
    };

const MAX_SETS = 64;

/** Lists sets of scopes that are enough; at most 64. */
export function sufficientSets(need: ScopeNeed | undefined): readonly (readonly string[])[] {
  if (need === undefined) return [[]];
  if (typeof need === 'string') return [[need]];
  const parts = need.parts.map(sufficientSets);
  if (need.kind === 'anyOf') return parts.flat().slice(0, MAX_SETS);
  let sets: readonly (readonly string[])[] = [[]];
  for (const part of parts) {
    sets = sets.flatMap((set) => part.map((more) => [...set, ...more])).slice(0, MAX_SETS);
  }
  return sets.map((set) => [...new Set(set)]);
}

/** Lists every sufficient set with one scope removed, if the remaining scopes are not enough. */
export function insufficientSets(
  need: ScopeNeed,
): readonly { readonly missing: string; readonly scopes: readonly string[] }[] {
  return sufficientSets(need).flatMap((set) =>
    set
      .map((missing) => ({ missing, scopes: set.filter((scope) => scope !== missing) }))
      .filter(({ scopes }) => !isMet(need, new Set(scopes))),
  );
}

/** Whether scopes are enough. */
function isMet(need: ScopeNeed, scopes: ReadonlySet<string>): boolean {
  if (typeof need === 'string') return scopes.has(need);
  return need.kind === 'allOf'
    ? need.parts.every((part) => isMet(part, scopes))
    : need.parts.some((part) => isMet(part, scopes));
}
