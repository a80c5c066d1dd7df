/**
 * A known mistake, as a row of a table.
 *
 * @module
 */
import type { Fix } from '../inspection/fix.js';
import type { Inspection } from '../inspection/inspection.js';
import type { CheckName } from '../checks/run-checks.js';

/**
 * A known mistake and how it is recognised in a refused token.
 *
 * @typeParam Cause - The causes that {@link KnownMistake.unless} may name.
 */
export interface KnownMistake<Cause extends string> {
  /** The mistake is considered only when one of these checks failed. */
  readonly checks: readonly CheckName[];
  /** Causes that explain the failure better: if one is found, this mistake is not reported. */
  readonly unless?: readonly Cause[];
  /** Finds the evidence, a sentence without a full stop; `undefined` when there is none. */
  readonly findEvidence: (inspection: Inspection) => string | undefined;
  /** What to change. */
  readonly fixes: readonly Fix[];
}

/** Whether the token has a claim of this name. */
export function hasClaim({ claims }: Inspection, name: string): boolean {
  return claims !== undefined && Object.hasOwn(claims, name);
}
