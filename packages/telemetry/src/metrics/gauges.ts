/**
 * The instruments of the metrics that are read from `health()`.
 *
 * @module
 */
import type { Meter, ObservableGauge, ObservableUpDownCounter } from '@opentelemetry/api';

/** The instruments. */
export interface Gauges {
  readonly cacheEntries: ObservableUpDownCounter;
  readonly cacheCapacity: ObservableUpDownCounter;
  readonly reportOnly: ObservableUpDownCounter;
  readonly remaining: ObservableGauge;
  readonly state: ObservableUpDownCounter;
  readonly age: ObservableGauge;
  readonly keys: ObservableUpDownCounter;
}

/** Creates the instruments. */
export function createGauges(meter: Meter): Gauges {
  return {
    cacheEntries: meter.createObservableUpDownCounter('scopegate.token_cache.entries', {
      unit: '{token}',
      description: 'Verified tokens in the cache',
    }),
    cacheCapacity: meter.createObservableUpDownCounter('scopegate.token_cache.capacity', {
      unit: '{token}',
      description: 'The number of verified tokens that the cache can hold',
    }),
    reportOnly: meter.createObservableUpDownCounter('scopegate.guard.report_only', {
      unit: '{guard}',
      description: 'Guards that report and do not enforce',
    }),
    remaining: meter.createObservableGauge('scopegate.guard.report_only.remaining', {
      unit: 's',
      description: 'Time until the first guard that only reports begins to enforce',
    }),
    state: meter.createObservableUpDownCounter('scopegate.key_set.state', {
      unit: '{key_set}',
      description: 'Key sets of an issuer in a state',
    }),
    age: meter.createObservableGauge('scopegate.key_set.age', {
      unit: 's',
      description: 'Time since the keys of an issuer were fetched',
    }),
    keys: meter.createObservableUpDownCounter('scopegate.key_set.keys', {
      unit: '{key}',
      description: 'Usable keys of an issuer',
    }),
  };
}
