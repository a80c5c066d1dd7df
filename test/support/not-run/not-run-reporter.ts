/**
 * The last line of a run, about the tests whose programs are missing.
 *
 * @module
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { formatNotRun } from './format-not-run.js';

/** The options of the reporter. */
interface NotRunOptions {
  /** How to provide the programs. */
  readonly fix: string;
}

class NotRunReporter implements Reporter {
  #vitest: Vitest | undefined;
  readonly #fix: string;

  constructor({ fix }: NotRunOptions) {
    this.#fix = fix;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    // Tests inherit the `meta` of their suite.
    const missing = tests.map((test) => test.meta().missing ?? []);
    const line = formatNotRun(missing, this.#fix);
    if (line !== undefined) this.#vitest?.logger.log(`${line}\n`);
  }
}

// Vitest loads a reporter by its default export.
export { NotRunReporter as default };
