/**
 * What to change when a token is refused.
 *
 * @module
 */

/** The party that has to change something. */
export type Side = 'resource server' | 'authorization server' | 'client';

/** One change that can make a refused token acceptable. */
export interface Fix {
  /** The party that makes the change. */
  readonly side: Side;
  /** What to do: an imperative sentence without a full stop. */
  readonly action: string;
}

/** Creates a frozen list of fixes. */
export function createFixes(
  ...fixes: readonly (readonly [side: Side, action: string])[]
): readonly Fix[] {
  return Object.freeze(fixes.map(([side, action]) => Object.freeze({ side, action })));
}
