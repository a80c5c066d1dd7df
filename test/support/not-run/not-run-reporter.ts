/**
 * The last lines of a run, about the tests whose programs are missing.
 *
 * @module
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { type Fixes, formatNotRun } from './format-not-run.js';

class NotRunReporter implements Reporter {
  #vitest: Vitest | undefined;
  readonly #fixes: Fixes;

  constructor(fixes: Fixes) {
    this.#fixes = fixes;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    // Tests inherit the `meta` of their suite.
    const missing = tests.map((test) => test.meta().missing ?? []);
    for (const line of formatNotRun(missing, this.#fixes)) this.#vitest?.logger.log(`${line}\n`);
  }
}

// Vitest loads a reporter by its default export.
export { NotRunReporter as default };
