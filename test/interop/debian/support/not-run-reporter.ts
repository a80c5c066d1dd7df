/**
 * The last line of a run, about the tests whose programs are missing.
 *
 * @module
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { formatNotRun } from './format-not-run.js';
import './describe-with.js';

class NotRunReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    // Tests inherit what describeWith() notes of their suite.
    const line = formatNotRun(tests.map((test) => test.meta().missing ?? []));
    if (line !== undefined) this.#vitest?.logger.log(`${line}\n`);
  }
}

// Vitest loads a reporter by its default export.
export { NotRunReporter as default };
