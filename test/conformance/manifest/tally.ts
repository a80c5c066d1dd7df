/**
 * The numbers of the manifest that the report and the README show.
 *
 * @module
 */
import type { Requirement, Specification } from './requirements/specification.js';

/** The columns of the summary. */
export const COLUMNS = ['Specification', 'Tested', 'Declined'] as const;

/** One line of the summary: a title and the numbers under {@link COLUMNS}. */
export type SummaryLine = readonly [title: string, tested: number, declined: number];

/** A requirement that no test shows, with the reason. */
export type Declined = Extract<Requirement, { readonly reason: string }>;

/** Counts every specification, and all of them together in the last line. */
export function summarize(specifications: readonly Specification[]): readonly SummaryLine[] {
  const all = specifications.flatMap(({ requirements }) => requirements);
  return [...specifications, { title: 'All', requirements: all }].map(({ title, requirements }) => {
    const count = (wanted: Requirement['status']): number =>
      requirements.filter(({ status }) => status === wanted).length;
    return [title, count('tested'), count('declined')];
  });
}

/** The declined requirements, under the reason that they share. */
export function declinedByReason(
  requirements: readonly Requirement[],
): ReadonlyMap<string, readonly Declined[]> {
  const byReason = new Map<string, Declined[]>();
  for (const requirement of requirements) {
    if (requirement.status === 'tested') continue;
    const earlier = byReason.get(requirement.reason) ?? [];
    byReason.set(requirement.reason, [...earlier, requirement]);
  }
  return byReason;
}
