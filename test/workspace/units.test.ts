import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listTimeNames } from './time-names.js';
import { root } from './workspace.js';

/** The names in each row of the table. */
const rows = new Map(
  readFileSync(join(root, 'docs/units.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => {
      const [, unit = '', ...cells] = line.split('|').map((cell) => cell.trim());
      const names = [...cells.join(' ').matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);
      return [unit, new Set(names)] as const;
    }),
);

describe('docs/units.md', () => {
  it('lists every public time in the row of its unit', () => {
    const missing: string[] = [];
    for (const [name, units] of listTimeNames())
      for (const unit of units)
        if (rows.get(unit)?.has(name) !== true) missing.push(`${unit}: ${name}`);
    expect(missing.sort()).toEqual([]);
    // The compiler reads all packages, beside other tests.
  }, 300_000);
});
