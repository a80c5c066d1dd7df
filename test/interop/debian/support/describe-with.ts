/**
 * Tests that need programs which this machine may not have.
 *
 * @module
 */
import { describe, type TestOptions } from 'vitest';
import { listMissing, type ProgramName } from './programs.js';
import '../../../support/not-run/format-not-run.js';

/**
 * Groups tests that need programs. Where one is missing, the tests are skipped, and the last line of
 * the run counts them.
 */
export function describeWith(
  programs: readonly ProgramName[],
  title: string,
  define: () => void,
): void {
  describe(title, skipWithout(programs), define);
}

/** The options of tests that need programs, as {@link describeWith} passes them. */
export function skipWithout(programs: readonly ProgramName[]): TestOptions {
  const missing = listMissing(programs);
  // Tests inherit `skip: false` as well, which would undo `it.skipIf()`.
  return missing.length === 0 ? {} : { skip: true, meta: { missing } };
}
