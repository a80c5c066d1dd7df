/**
 * Prints the conformance report after a run of the tests: `npm run conformance`.
 *
 * @module
 */
import type { Reporter, TestModule } from 'vitest/node';
import { REQUIREMENTS, SPECIFICATIONS } from './manifest/requirements.js';
import { COLUMNS, declinedByReason, summarize } from './manifest/tally.js';

class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = [...formatSummary(countTests(modules)), ...formatDeclined()];
    console.log(`\n${lines.join('\n')}\n`);
  }
}

/** How many tests that name a requirement of each specification passed and failed, by title. */
type TestCounts = ReadonlyMap<string, { readonly passed: number; readonly failed: number }>;

function countTests(modules: readonly TestModule[]): TestCounts {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const specifications = [...SPECIFICATIONS, { title: 'All', requirements: REQUIREMENTS }];
  return new Map(
    specifications.map(({ title, requirements }) => {
      const ids = new Set(requirements.map(({ id }) => id));
      const named = tests.filter(({ name }) =>
        name.split(/[ :,()]+/).some((word) => ids.has(word)),
      );
      const count = (state: string): number =>
        named.filter((test) => test.result().state === state).length;
      return [title, { passed: count('passed'), failed: count('failed') }];
    }),
  );
}

function formatSummary(counts: TestCounts): string[] {
  const rows = summarize(SPECIFICATIONS).map(([title, ...numbers]) => {
    const { passed = 0, failed = 0 } = counts.get(title) ?? {};
    return [title, ...numbers, passed, failed].map(String);
  });
  const head = [...COLUMNS, 'Tests passed', 'Failed'];
  const widths = head.map((name, place) =>
    Math.max(name.length, ...rows.map((row) => row[place]?.length ?? 0)),
  );
  const pad = (cells: readonly string[]): string =>
    cells
      .map((cell, place) => {
        const width = widths[place] ?? 0;
        return place === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ');
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [pad(head), rule, ...rows.slice(0, -1).map(pad), rule, ...rows.slice(-1).map(pad)];
}

function formatDeclined(): string[] {
  return [...declinedByReason(REQUIREMENTS)].flatMap(([reason, declined]) => [
    '',
    `declined: ${reason}`,
    ...declined.map(({ id, level, requirement }) => `  ${id} (${level}): ${requirement}`),
  ]);
}

// Vitest loads a reporter by its default export.
export { ConformanceReporter as default };
