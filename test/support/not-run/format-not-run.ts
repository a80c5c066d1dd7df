/**
 * The count of tests whose programs are missing.
 *
 * @module
 */

declare module 'vitest' {
  interface TaskMeta {
    /** The missing programs because of which a test is skipped. */
    missing?: readonly string[];
  }
}

/**
 * Counts the tests that are skipped because a program is missing.
 *
 * @param missing - The missing programs of each test.
 * @param fix - How to provide the programs.
 * @returns `undefined` when no program is missing.
 */
export function formatNotRun(
  missing: readonly (readonly string[])[],
  fix: string,
): string | undefined {
  const tests = missing.filter((programs) => programs.length > 0);
  if (tests.length === 0) return undefined;
  const programs = [...new Set(tests.flat())].sort();
  const what = `${count(tests.length, 'test')} of ${count(programs.length, 'program')}`;
  return `!!! NOT RUN: ${what} that the machine does not have (${programs.join(', ')}); ${fix}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
