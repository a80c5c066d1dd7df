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
    expect(formatNotRun(missing, fix)).toBe(`!!! NOT RUN: ${expected}; ${fix}`);
  });

  it('is undefined when no program is missing', () => {
    expect(formatNotRun([[], []], 'install them')).toBeUndefined();
  });
});
