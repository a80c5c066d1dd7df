import { describe, expect, it } from 'vitest';
import { showIssues } from './schema-issues.js';

describe('showIssues', () => {
  it.each<[unknown, string]>([
    [[{ message: 'Required' }], '"Required"'],
    [[{ message: 'Required', path: ['tenant', 0] }], 'at "tenant" › 0: "Required"'],
    [[{ message: 'Required', path: [{ key: 'tenant' }] }], 'at "tenant": "Required"'],
    [[{ message: 'Required', path: [Symbol('s')] }], 'at "Symbol(s)": "Required"'],
    [[{ message: 'a' }, { message: 'b' }], '"a"; "b"'],
    [[null, {}, { message: 1 }], Array(3).fill('an issue without a message').join('; ')],
    [[], 'issues that the schema does not name'],
    [null, 'issues that the schema does not name'],
    [{ length: 1 }, 'issues that the schema does not name'],
  ])('writes where, and what: %j', (issues, text) => {
    expect(showIssues(issues)).toBe(text);
  });

  it('writes nothing that moves the cursor of a terminal', () => {
    const shown = showIssues([{ message: '\u001b[2J\u009b1m\u202e', path: ['\u001b[31m\n'] }]);
    expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it('is bounded in number and in length', () => {
    const issue = { message: 'x'.repeat(100_000), path: Array(1_000).fill('y'.repeat(1_000)) };
    const shown = showIssues(Array(5_000).fill(issue));
    expect(shown).toMatch(/; and 4990 more$/);
    expect(shown.length).toBeLessThan(10 * 11 * 220 + 100);
  });
});
