/**
 * The count of tests whose programs are missing.
 *
 * @module
 */

/**
 * Counts the tests that are skipped because a program is missing.
 *
 * @param missing - The missing programs of each test.
 * @returns `undefined` when no program is missing.
 */
export function formatNotRun(missing: readonly (readonly string[])[]): string | undefined {
  const tests = missing.filter((programs) => programs.length > 0);
  if (tests.length === 0) return undefined;
  const programs = [...new Set(tests.flat())].sort();
  const what = `${count(tests.length, 'test')} of ${count(programs.length, 'program')}`;
  return (
    `!!! NOT RUN: ${what} that the machine does not have (${programs.join(', ')}); ` +
    'install the packages of test/interop/debian/packages.txt'
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
