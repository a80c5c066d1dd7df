import { describe, expect, it } from 'vitest';
import { formatNotRun } from './format-not-run.js';

describe('formatNotRun', () => {
  it.each([
    [[[], ['nginx']], '1 test of 1 program that the machine does not have (nginx)'],
    [
      [['nginx'], [], ['glewlwyd', 'haproxy'], ['nginx']],
      '3 tests of 3 programs that the machine does not have (glewlwyd, haproxy, nginx)',
    ],
  ])('counts the tests without %j and names the programs', (missing, expected) => {
    const fix = 'install the packages of packages.txt';
    expect(formatNotRun(missing, { fix })).toEqual([`!!! NOT RUN: ${expected}; ${fix}`]);
  });

  it('reports programs that have another fix in another line', () => {
    const fixes = { fix: 'install it', programs: { bun: 'set BUN' } };
    expect(formatNotRun([['nginx'], ['bun'], ['bun', 'nginx']], fixes)).toEqual([
      '!!! NOT RUN: 2 tests of 1 program that the machine does not have (nginx); install it',
      '!!! NOT RUN: 2 tests of 1 program that the machine does not have (bun); set BUN',
    ]);
  });

  it('is empty when no program is missing', () => {
    expect(formatNotRun([[], []], { fix: 'install them' })).toEqual([]);
  });
});
