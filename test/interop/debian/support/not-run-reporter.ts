/**
 * The last line of a run, about the tests whose programs are missing.
 *
 * @module
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import './describe-with.js';

class NotRunReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const line = formatNotRun(modules);
    if (line !== undefined) this.#vitest?.logger.log(`${line}\n`);
  }
}

/** Counts the tests that are skipped because a program is missing; `undefined` when there are none. */
export function formatNotRun(modules: readonly TestModule[]): string | undefined {
  // Tests inherit what describeWith() notes of their suite.
  const missing = modules
    .flatMap((module) => [...module.children.allTests()])
    .map((test) => test.meta().missing ?? [])
    .filter((programs) => programs.length > 0);
  if (missing.length === 0) return undefined;
  const programs = [...new Set(missing.flat())].sort();
  const what = `${count(missing.length, 'test')} of ${count(programs.length, 'program')}`;
  return (
    `!!! NOT RUN: ${what} that the machine does not have (${programs.join(', ')}); ` +
    'install the packages of test/interop/debian/packages.txt'
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

// Vitest loads a reporter by its default export.
export { NotRunReporter as default };
