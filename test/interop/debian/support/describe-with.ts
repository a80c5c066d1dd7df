/**
 * Tests that need programs which this machine may not have.
 *
 * @module
 */
import { describe } from 'vitest';
import { listMissing, type ProgramName } from './programs.js';

declare module 'vitest' {
  interface TaskMeta {
    /** The programs whose absence is the reason why the tests of a suite are skipped. */
    missing?: readonly string[];
  }
}

/**
 * Groups tests that need programs. Where one is missing, the tests are skipped, and the last line of
 * the run counts them.
 */
export function describeWith(
  programs: readonly ProgramName[],
  title: string,
  define: () => void,
): void {
  const missing = listMissing(programs);
  describe(title, { skip: missing.length > 0, meta: { missing } }, define);
}
