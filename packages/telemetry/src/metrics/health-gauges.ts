/**
 * The metrics that are read from `health()` whenever metrics are collected.
 *
 * @module
 */
import type {
  Attributes,
  BatchObservableResult,
  Meter,
  ObservableGauge,
  ObservableUpDownCounter,
} from '@opentelemetry/api';
import type { KeySetState } from '@scopegate/access-token';
import type { BoundedNames } from './bounded-names.js';
import { createGauges, type Gauges } from './gauges.js';
import type { MetricGroup } from './instruments.js';
import type { ObservedHealth, ObservedServer } from './observed-server.js';

const KEY_SET_STATES: readonly KeySetState[] = [
  'empty',
  'fresh',
  'stale',
  'withdrawn',
  'unavailable',
];

/** What a group of gauges needs. */
export interface HealthGaugeOptions {
  /** The resource servers by the name that is the attribute `scopegate.server`. */
  readonly servers: ReadonlyMap<string, ObservedServer>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The issuers that are named. */
  readonly issuers: BoundedNames;
  /** Gets what `health()` throws. */
  readonly onFailure: (failure: unknown) => void;
}

/** The keys of one issuer, in all servers that accept its tokens. */
interface IssuerKeys {
  readonly states: Map<KeySetState, number>;
  /** The age of the oldest key set, in milliseconds. */
  ageMs: number | undefined;
  /** The size of the smallest key set. */
  keys: number;
}

/** Shows the state of key sets, token caches and guards that only report. */
export class HealthGauges implements MetricGroup {
  readonly #options: HealthGaugeOptions;
  #disconnect: (() => void) | undefined;

  constructor(options: HealthGaugeOptions) {
    this.#options = options;
  }

  connect(meter: Meter): void {
    if (this.#options.servers.size === 0) return;
    const gauges = createGauges(meter);
    const all = Object.values<ObservableGauge | ObservableUpDownCounter>({ ...gauges });
    const callback = (result: BatchObservableResult): void => {
      this.#observe(result, gauges);
    };
    meter.addBatchObservableCallback(callback, all);
    this.#disconnect = () => {
      meter.removeBatchObservableCallback(callback, all);
    };
  }

  close(): void {
    this.#disconnect?.();
  }

  #observe(result: BatchObservableResult, gauges: Gauges): void {
    const issuers = new Map<string, IssuerKeys>();
    for (const [name, server] of this.#options.servers) {
      try {
        const health = server.health();
        this.#observeServer(result, gauges, { name, health });
        for (const keys of health.issuers) this.#merge(issuers, keys);
      } catch (failure) {
        this.#options.onFailure(failure);
      }
    }
    for (const [issuer, keys] of issuers) {
      observeKeys(result, gauges, { attributes: { 'scopegate.issuer': issuer }, keys });
    }
  }

  #observeServer(
    result: BatchObservableResult,
    gauges: Gauges,
    { name, health }: { readonly name: string; readonly health: ObservedHealth },
  ): void {
    const attributes = { 'scopegate.server': name };
    const { tokenCache, reportOnly = [] } = health;
    if (tokenCache !== undefined) {
      result.observe(gauges.cacheEntries, tokenCache.entries, attributes);
      result.observe(gauges.cacheCapacity, tokenCache.maxEntries, attributes);
    }
    result.observe(gauges.reportOnly, reportOnly.length, attributes);
    const ends = reportOnly.map(({ until }) => Date.parse(until)).filter(Number.isFinite);
    if (ends.length === 0) return;
    const remainingMs = Math.max(0, Math.min(...ends) - this.#options.clock());
    result.observe(gauges.remaining, remainingMs / 1000, attributes);
  }

  #merge(issuers: Map<string, IssuerKeys>, keySet: ObservedHealth['issuers'][number]): void {
    const issuer = this.#options.issuers.resolve(keySet.issuer);
    const merged = issuers.get(issuer) ?? {
      states: new Map<KeySetState, number>(),
      ageMs: undefined,
      keys: Infinity,
    };
    merged.states.set(keySet.state, (merged.states.get(keySet.state) ?? 0) + 1);
    merged.keys = Math.min(merged.keys, keySet.keys);
    if (keySet.ageMs !== undefined) merged.ageMs = Math.max(merged.ageMs ?? 0, keySet.ageMs);
    issuers.set(issuer, merged);
  }
}

function observeKeys(
  result: BatchObservableResult,
  gauges: Gauges,
  { attributes, keys }: { readonly attributes: Attributes; readonly keys: IssuerKeys },
): void {
  for (const state of KEY_SET_STATES) {
    const count = keys.states.get(state) ?? 0;
    result.observe(gauges.state, count, { ...attributes, 'scopegate.key_set.state': state });
  }
  result.observe(gauges.keys, keys.keys, attributes);
  if (keys.ageMs !== undefined) result.observe(gauges.age, keys.ageMs / 1000, attributes);
}
