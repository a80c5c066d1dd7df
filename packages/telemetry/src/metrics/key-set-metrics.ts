/**
 * The metrics of `scopegate:key-set`.
 *
 * @module
 */
import type { Meter } from '@opentelemetry/api';
import { findNumber, findString, type NamedMessage } from '../events/channel-message.js';
import { formatErrorType, readErrorNames } from '../events/error-type.js';
import { knownAttributes } from '../events/known-attributes.js';
import { OTHER } from '../events/other-name.js';
import type { BoundedNames } from './bounded-names.js';
import { REQUEST_BUCKETS } from './buckets.js';
import { Counter, DurationHistogram, type MetricGroup } from './instruments.js';

/** Counts and measures what happens to key sets. */
export class KeySetMetrics implements MetricGroup {
  readonly #issuers: BoundedNames;
  /** The issuers whose keys have changed with the refresh that is published next. */
  readonly #changed = new Set<string>();
  readonly #refresh = new DurationHistogram(
    {
      name: 'scopegate.key_set.refresh.duration',
      unit: 's',
      description: 'How long it took to fetch the keys of an issuer, or to fail',
    },
    REQUEST_BUCKETS,
  );
  readonly #unknownKeys = new Counter({
    name: 'scopegate.key_set.unknown_keys',
    unit: '{lookup}',
    description: 'Tokens that were signed with a key that was not cached',
  });
  readonly #staleUses = new Counter({
    name: 'scopegate.key_set.stale_uses',
    unit: '{use}',
    description: 'Uses of keys past their lifetime',
  });
  readonly #skippedKeys = new Counter({
    name: 'scopegate.key_set.skipped_keys',
    unit: '{key}',
    description: 'Published keys that are not usable, counted with each refresh',
  });

  /** @param issuers - The issuers that are named. */
  constructor(issuers: BoundedNames) {
    this.#issuers = issuers;
  }

  /** Counts and measures one event. */
  note(message: NamedMessage): void {
    const issuer = this.#issuers.resolve(findString(message, 'issuer') ?? OTHER);
    const base = { 'scopegate.issuer': issuer };
    if (message.event === 'changed') this.#changed.add(issuer);
    if (message.event === 'refreshed' || message.event === 'failed') {
      this.#noteRefresh(message, issuer);
    }
    if (message.event === 'unknown-key') {
      const result = findString(message, 'result') ?? OTHER;
      this.#unknownKeys.add({ ...base, 'scopegate.lookup.result': result });
    }
    if (message.event === 'stale') this.#staleUses.add(base, findNumber(message, 'uses') ?? 1);
    if (message.event === 'key-skipped') {
      const reason = findString(message, 'reason') ?? OTHER;
      this.#skippedKeys.add({ ...base, 'scopegate.reason': reason });
    }
  }

  connect(meter: Meter): void {
    for (const group of this.#groups()) group.connect(meter);
  }

  close(): void {
    for (const group of this.#groups()) group.close();
  }

  #groups(): readonly MetricGroup[] {
    return [this.#refresh, this.#unknownKeys, this.#staleUses, this.#skippedKeys];
  }

  #noteRefresh(message: NamedMessage, issuer: string): void {
    const hasFailed = message.event === 'failed';
    const hasChanged = !hasFailed && this.#changed.delete(issuer);
    const durationMs = findNumber(message, 'durationMs');
    if (durationMs === undefined) return;
    const attributes = knownAttributes({
      'scopegate.issuer': issuer,
      'scopegate.refresh.trigger': findString(message, 'trigger'),
      'scopegate.refresh.result': hasFailed ? 'failed' : hasChanged ? 'changed' : 'unchanged',
      'error.type': hasFailed ? formatErrorType(readErrorNames(message['error'])) : undefined,
    });
    this.#refresh.record(durationMs / 1000, attributes);
  }
}
