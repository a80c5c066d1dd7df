import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { settle } from './settle.js';

describe('settle', () => {
  const double = (value: number): number => value * 2;

  it('returns the result itself for a value', () => {
    expect(settle(21, double)).toBe(42);
  });

  it('returns a promise of the result for a promise', async () => {
    const result = settle(Promise.resolve(21), double);
    expect(result).toBeInstanceOf(Promise);
    await expect(result).resolves.toBe(42);
  });

  it('passes a rejection on without calling the continuation', async () => {
    const reason = new Error('refused');
    await expect(settle(Promise.reject<number>(reason), double)).rejects.toBe(reason);
  });

  it('throws what the continuation throws for a value', () => {
    const fail = (): never => {
      throw new Error('refused');
    };
    expect(() => settle(21, fail)).toThrow('refused');
  });

  it('waits for a promise of another realm', async () => {
    const value = runInNewContext('Promise.resolve(21)') as Promise<number>;
    expect(value).not.toBeInstanceOf(Promise);
    expect(await settle(value, double)).toBe(42);
  });

  it('passes the state on, now and later', async () => {
    const add = (value: number, state: { by: number }): number => value + state.by;
    expect(settle(40, add, { by: 2 })).toBe(42);
    await expect(settle(Promise.resolve(40), add, { by: 2 })).resolves.toBe(42);
  });
});
