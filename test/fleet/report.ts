/**
 * Prints what the tests of fleets have measured: `npm run test:fleet`.
 *
 * @module
 */
import type { Reporter, TestModule } from 'vitest/node';
import './support/measurements.js';

class FleetReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const lines = tests.flatMap((test) => {
      const { measured } = test.meta();
      if (measured === undefined) return [];
      const figures = Object.entries(measured).map(([name, value]) => `${name} ${value}`);
      return [test.fullName, `  ${figures.join('; ')}`];
    });
    if (lines.length > 0) console.log(`\n${lines.join('\n')}\n`);
  }
}

// Vitest loads a reporter by its default export.
export { FleetReporter as default };
