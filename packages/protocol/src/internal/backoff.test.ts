import { describe, expect, it } from 'vitest';
import { backoffMs, renewalPointMs } from './backoff.js';

const latest = (): number => 1;
const earliest = (): number => 0;

describe('backoffMs', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [2_000, 60_000],
  ])('after failure %i waits at most %i ms', (failures, expected) => {
    expect(backoffMs({ failures, longestMs: 60_000, jitter: latest })).toBe(expected);
  });

  it('is shortened by jitter by at most a quarter', () => {
    expect(backoffMs({ failures: 3, longestMs: 60_000, jitter: earliest })).toBe(3_000);
  });
});

describe('renewalPointMs', () => {
  it('is at 80 % of the lifetime, and with jitter up to 90 %', () => {
    expect(renewalPointMs(300_000, earliest)).toBe(240_000);
    expect(renewalPointMs(300_000, latest)).toBe(270_000);
  });
});
