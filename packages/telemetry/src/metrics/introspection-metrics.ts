/**
 * The metrics of `scopegate:introspection`.
 *
 * @module
 */
import type { Meter } from '@opentelemetry/api';
import { findNumber, findString, type NamedMessage } from '../events/channel-message.js';
import { knownAttributes } from '../events/known-attributes.js';
import { OTHER } from '../events/other-name.js';
import type { BoundedNames } from './bounded-names.js';
import { REQUEST_BUCKETS } from './buckets.js';
import { Counter, DurationHistogram, type MetricGroup } from './instruments.js';

/** Counts and measures introspection. */
export class IntrospectionMetrics implements MetricGroup {
  readonly #issuers: BoundedNames;
  readonly #duration = new DurationHistogram(
    {
      name: 'scopegate.introspection.duration',
      unit: 's',
      description: 'How long it took to learn whether a token is active, or to fail',
    },
    REQUEST_BUCKETS,
  );
  readonly #staleUses = new Counter({
    name: 'scopegate.introspection.stale_uses',
    unit: '{use}',
    description: 'Uses of cached responses past their time',
  });

  /** @param issuers - The issuers that are named. */
  constructor(issuers: BoundedNames) {
    this.#issuers = issuers;
  }

  /** Counts and measures one event. */
  note(message: NamedMessage): void {
    const issuer = this.#issuers.resolve(findString(message, 'issuer') ?? OTHER);
    if (message.event === 'stale-used') {
      this.#staleUses.add({ 'scopegate.issuer': issuer }, findNumber(message, 'uses') ?? 1);
    }
    const durationMs = findNumber(message, 'durationMs');
    const result = findString(message, 'result');
    if (durationMs === undefined || result === undefined) return;
    const attributes = knownAttributes({
      'scopegate.issuer': issuer,
      'scopegate.introspection.result': result,
      'scopegate.introspection.cached': message['cached'] === true,
      'error.type': result === 'failed' ? (findString(message, 'failure') ?? OTHER) : undefined,
    });
    this.#duration.record(durationMs / 1000, attributes);
  }

  connect(meter: Meter): void {
    this.#duration.connect(meter);
    this.#staleUses.connect(meter);
  }

  close(): void {
    this.#duration.close();
    this.#staleUses.close();
  }
}
