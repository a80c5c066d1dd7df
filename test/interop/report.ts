/**
 * Prints the matrix as measured after a run of the tests: `npm run interop`.
 *
 * @module
 */
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { COLUMNS } from './contract/matrix.js';

class InteropReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const servers = groupBy(tests.filter(isContract), (test) => pathOf(test)[0] ?? '');
    const others = groupBy(
      tests.filter((test) => !isContract(test)),
      (test) => pathOf(test)[0] ?? '',
    );
    const rows = [...servers].map(([server, ran]) => [
      server,
      ...COLUMNS.map((column) => formatCell(ran.filter((test) => pathOf(test)[1] === column))),
    ]);
    const lines = [
      ...formatTable([['server', ...COLUMNS], ...rows]),
      '',
      ...[...others].map(([name, ran]) => `${formatCell(ran)} ${name}`),
      ...tests.filter((test) => test.result().state === 'failed').flatMap(formatFailure),
    ];
    console.log(`\n${lines.join('\n')}\n`);
  }
}

/** The titles of the blocks around a test, the outermost first. */
function pathOf(test: TestCase): readonly string[] {
  const names: string[] = [];
  let { parent } = test;
  while (parent.type === 'suite') {
    names.unshift(parent.name);
    parent = parent.parent;
  }
  return names;
}

function isContract(test: TestCase): boolean {
  const [, column] = pathOf(test);
  return COLUMNS.some((name) => name === column);
}

function groupBy(
  tests: readonly TestCase[],
  keyOf: (test: TestCase) => string,
): ReadonlyMap<string, readonly TestCase[]> {
  const groups = new Map<string, TestCase[]>();
  for (const test of tests) {
    const group = groups.get(keyOf(test)) ?? [];
    groups.set(keyOf(test), [...group, test]);
  }
  return groups;
}

/** `✓ 3`: three tests passed; `✗ 1/3`: one of three failed; `–`: there are none. */
function formatCell(tests: readonly TestCase[]): string {
  const ran = tests.filter((test) => test.result().state !== 'skipped');
  const failed = ran.filter((test) => test.result().state !== 'passed');
  if (ran.length === 0) return '–';
  return failed.length === 0 ? `✓ ${ran.length}` : `✗ ${failed.length}/${ran.length}`;
}

function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, place) =>
    Math.max(...rows.map((row) => row[place]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, place) => cell.padEnd(widths[place] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function formatFailure(test: TestCase): readonly string[] {
  const { errors = [] } = test.result();
  const messages = errors.map(({ message }) => message.split('\n', 1).join());
  return [
    '',
    `✗ ${test.fullName}`,
    `  ${relative(process.cwd(), test.module.moduleId)}`,
    ...messages.map((message) => `  ${message}`),
  ];
}

// Vitest loads a reporter by its default export.
export { InteropReporter as default };
