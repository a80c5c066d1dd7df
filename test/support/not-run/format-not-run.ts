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

/** How to provide programs. */
export interface Fixes {
  /** For every program that `programs` does not list. */
  readonly fix: string;
  /** By the name of the program. */
  readonly programs?: Readonly<Record<string, string>>;
}

/**
 * Counts the tests that are skipped because a program is missing.
 *
 * @param missing - The missing programs of each test.
 * @param fixes - How to provide the programs.
 * @returns One line for each way to provide programs; none when no program is missing.
 */
export function formatNotRun(
  missing: readonly (readonly string[])[],
  { fix, programs = {} }: Fixes,
): readonly string[] {
  const fixOf = (program: string): string => programs[program] ?? fix;
  const fixes = new Set(missing.flat().map(fixOf));
  return [...fixes].map((each) => {
    const tests = missing
      .map((names) => names.filter((program) => fixOf(program) === each))
      .filter((names) => names.length > 0);
    const names = [...new Set(tests.flat())].sort();
    const what = `${count(tests.length, 'test')} of ${count(names.length, 'program')}`;
    return `!!! NOT RUN: ${what} that the machine does not have (${names.join(', ')}); ${each}`;
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
