import { describe, expect, it } from 'vitest';
import { readRetryAfterMs } from './retry-after.js';

const NOW = Date.parse('2026-08-01T12:00:00Z');

describe('readRetryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Sat, 01 Aug 2026 12:00:30 GMT', 30_000],
    ['Sat, 01 Aug 2026 11:59:00 GMT', 0],
  ])('reads %j', (field, expected) => {
    expect(readRetryAfterMs(new Headers({ 'retry-after': field }), NOW)).toBe(expected);
  });

  it.each([
    '',
    '-1',
    '1.5',
    '1e3',
    '99999999999',
    'soon',
    '2026-08-01',
    'Sat, 41 Aug 2026 12:00:30 GMT',
  ])('is undefined for %j', (field) => {
    expect(readRetryAfterMs(new Headers({ 'retry-after': field }), NOW)).toBeUndefined();
  });

  it('is undefined without the field', () => {
    expect(readRetryAfterMs(new Headers(), NOW)).toBeUndefined();
  });
});
