import { describe, expect, it } from 'vitest';
import { resolveSnapshots } from './resolve-snapshots.js';

const STORE = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };

/** A store whose methods are inherited. */
class Snapshots {
  read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  write(): Promise<void> {
    return Promise.resolve();
  }
}

describe('resolveSnapshots', () => {
  it('returns a store, and undefined without one', () => {
    const inherited = new Snapshots();
    expect(resolveSnapshots(STORE, 1)).toBe(STORE);
    expect(resolveSnapshots(inherited, 1)).toBe(inherited);
    expect(resolveSnapshots(undefined, 0)).toBeUndefined();
  });

  it.each([null, true, 'redis', [], {}, { read: STORE.read }, { ...STORE, write: 1 }])(
    'refuses %o',
    (given) => {
      expect(() => resolveSnapshots(given, 1)).toThrow(TypeError);
      expect(() => resolveSnapshots(given, 1)).toThrow(
        'option "keySet.snapshots" must be an object with the methods read() and write()',
      );
    },
  );

  it('refuses a store with maxStaleMs: 0', () => {
    expect(() => resolveSnapshots(STORE, 0)).toThrow(
      'option "keySet.snapshots" cannot be combined with "maxStaleMs": 0 because no snapshot could be used',
    );
  });
});
