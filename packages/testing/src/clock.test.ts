import { describe, expect, it } from 'vitest';
import { createTestClock } from './index.js';

describe('createTestClock', () => {
  it('starts at the current time and stands still', () => {
    const before = Date.now();
    const clock = createTestClock();
    const first = clock();
    expect(first).toBeGreaterThanOrEqual(before);
    expect(first).toBeLessThanOrEqual(Date.now());
    expect(clock.now()).toBe(first);
  });

  it('moves forward, back and to a time', () => {
    const clock = createTestClock(1000);
    clock.advance(500);
    expect(clock()).toBe(1500);
    clock.advance(-1500);
    expect(clock()).toBe(0);
    clock.set(7);
    expect(clock.now()).toBe(7);
  });

  it.each([Number.NaN, Infinity])('rejects %s', (ms) => {
    const clock = createTestClock(1000);
    expect(() => createTestClock(ms)).toThrow(TypeError);
    expect(() => {
      clock.advance(ms);
    }).toThrow('a test clock expects a finite number of milliseconds');
    expect(() => {
      clock.set(ms);
    }).toThrow(TypeError);
    expect(clock()).toBe(1000);
  });
});
