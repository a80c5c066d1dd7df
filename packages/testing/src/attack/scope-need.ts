/**
 * What a route needs of a token's scopes, taken apart for attacks.
 *
 * @module
 */

/** One scope, all of several parts, or one of them. */
export type ScopeNeed =
  string | { readonly kind: 'allOf' | 'anyOf'; readonly parts: readonly ScopeNeed[] };

const MAX_SETS = 64;

/** Sets of scopes that are enough; the first 64. */
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

/** Every sufficient set short of one scope, and the scope; only where the rest is not enough. */
export function insufficientSets(
  need: ScopeNeed,
): readonly { readonly missing: string; readonly scopes: readonly string[] }[] {
  return sufficientSets(need).flatMap((set) =>
    set
      .map((missing) => ({ missing, scopes: set.filter((scope) => scope !== missing) }))
      .filter(({ scopes }) => !isMet(need, new Set(scopes))),
  );
}

/** Says whether scopes are enough. */
function isMet(need: ScopeNeed, scopes: ReadonlySet<string>): boolean {
  if (typeof need === 'string') return scopes.has(need);
  return need.kind === 'allOf'
    ? need.parts.every((part) => isMet(part, scopes))
    : need.parts.some((part) => isMet(part, scopes));
}
