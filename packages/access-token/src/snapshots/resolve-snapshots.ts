/**
 * The option `keySet.snapshots`, checked at start-up.
 *
 * @module
 */
import { invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import type { KeySetSnapshots } from './key-set-snapshots.js';

/**
 * Checks the option `keySet.snapshots`.
 *
 * @returns `undefined` when it is not given.
 * @throws TypeError It is not a store, or no snapshot could ever be used.
 */
export function resolveSnapshots(given: unknown, maxStaleMs: number): KeySetSnapshots | undefined {
  if (given === undefined) return undefined;
  if (!isSnapshots(given)) {
    throw invalidOption(
      'keySet.snapshots',
      'must be an object with the methods read() and write(), such as "keySetSnapshots" of createRedisStores()',
    );
  }
  if (maxStaleMs > 0) return given;
  throw invalidOption(
    'keySet.snapshots',
    'cannot be combined with "maxStaleMs": 0 because no snapshot could be used',
  );
}

/** What its methods return is checked on each call. */
function isSnapshots(value: unknown): value is KeySetSnapshots {
  if (!isPlainObject(value)) return false;
  return typeof value['read'] === 'function' && typeof value['write'] === 'function';
}
