import { describe, expect, it } from 'vitest';
import { formatIssues } from './schema-issues.js';

describe('formatIssues', () => {
  it.each<[unknown, string]>([
    [[{ message: 'Required' }], '"Required"'],
    [[{ message: 'Required', path: ['tenant', 0] }], 'at "tenant" › 0: "Required"'],
    [[{ message: 'Required', path: [{ key: 'tenant' }] }], 'at "tenant": "Required"'],
    [[{ message: 'Required', path: [Symbol('s')] }], 'at "Symbol(s)": "Required"'],
    [[{ message: 'a' }, { message: 'b' }], '"a"; "b"'],
    [[null, {}, { message: 1 }], Array(3).fill('an issue without a message').join('; ')],
    [[], 'issues without a description'],
    [null, 'issues without a description'],
    [{ length: 1 }, 'issues without a description'],
  ])('formats the path and the message of each issue: %j', (issues, expected) => {
    expect(formatIssues(issues)).toBe(expected);
  });

  it('escapes characters that control a terminal', () => {
    const text = formatIssues([{ message: '\u001b[2J\u009b1m\u202e', path: ['\u001b[31m\n'] }]);
    expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it('limits the number of issues and their length', () => {
    const issue = { message: 'x'.repeat(100_000), path: Array(1_000).fill('y'.repeat(1_000)) };
    const text = formatIssues(Array(5_000).fill(issue));
    expect(text).toMatch(/; and 4990 more$/);
    expect(text.length).toBeLessThan(10 * 11 * 220 + 100);
  });
});
