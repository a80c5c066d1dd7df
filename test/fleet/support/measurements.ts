/**
 * What the tests of fleets measure. No test fails because of it: machines differ.
 *
 * @module
 */
import { TestRunner } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Figures by their names. */
    measured?: Record<string, string>;
  }
}

/** Adds figures to the report of the running test: `npm run test:fleet` prints them. */
export function reportMeasured(figures: Readonly<Record<string, string>>): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) throw new Error('reportMeasured requires a running test');
  test.meta.measured = { ...test.meta.measured, ...figures };
}
