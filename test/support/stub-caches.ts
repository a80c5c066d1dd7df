/**
 * Stores in the memory of the test that replace shared ones, and keep everything they are given.
 *
 * @module
 */
import type {
  IntrospectionCache,
  IntrospectionRecord,
  KeySetSnapshot,
  KeySetSnapshots,
} from '@scopegate/access-token';

/** A call of a store: the method, and its arguments. */
export type StoreCall = readonly [method: string, ...given: unknown[]];

/** An introspection cache whose contents the test reads and changes. */
export interface StubIntrospectionCache extends IntrospectionCache {
  readonly records: Map<string, IntrospectionRecord>;
  readonly calls: readonly StoreCall[];
  /** Lists the calls of a method. */
  readonly callsOf: (method: keyof IntrospectionCache) => readonly StoreCall[];
}

/** Creates an introspection cache. Nothing in it expires. */
export function createStubIntrospectionCache(): StubIntrospectionCache {
  const records = new Map<string, IntrospectionRecord>();
  const calls: StoreCall[] = [];
  return {
    records,
    calls,
    callsOf: (method) => calls.filter(([name]) => name === method),
    read(key) {
      calls.push(['read', key]);
      return Promise.resolve(records.get(key));
    },
    write(key, record, lifetimeMs) {
      calls.push(['write', key, record, lifetimeMs]);
      records.set(key, structuredClone(record));
      return Promise.resolve();
    },
    remove(key) {
      calls.push(['remove', key]);
      records.delete(key);
      return Promise.resolve();
    },
  };
}

/** A store of key sets whose contents the test reads and changes. */
export interface StubKeySetSnapshots extends KeySetSnapshots {
  readonly snapshots: Map<string, KeySetSnapshot>;
  readonly calls: readonly StoreCall[];
}

/** Creates a store of key sets. Nothing in it expires. */
export function createStubKeySetSnapshots(): StubKeySetSnapshots {
  const snapshots = new Map<string, KeySetSnapshot>();
  const calls: StoreCall[] = [];
  return {
    snapshots,
    calls,
    read(issuer) {
      calls.push(['read', issuer]);
      return Promise.resolve(snapshots.get(issuer));
    },
    write(issuer, snapshot, lifetimeMs) {
      calls.push(['write', issuer, snapshot, lifetimeMs]);
      snapshots.set(issuer, structuredClone(snapshot));
      return Promise.resolve();
    },
  };
}
