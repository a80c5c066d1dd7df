/**
 * The metrics of `scopegate:token`, the channel of `@scopegate/client`.
 *
 * @module
 */
import type { Meter } from '@opentelemetry/api';
import { findNumber, findString, type NamedMessage } from '../events/channel-message.js';
import { knownAttributes } from '../events/known-attributes.js';
import { OTHER } from '../events/other-name.js';
import { BoundedNames } from './bounded-names.js';
import { REQUEST_BUCKETS } from './buckets.js';
import { Counter, DurationHistogram, type MetricGroup } from './instruments.js';

/** Error codes of RFC 6749 are an open set, which authorization servers extend. */
const MAX_ERROR_TYPES = 30;

/** Counts and measures token requests. */
export class ClientMetrics implements MetricGroup {
  readonly #issuers: BoundedNames;
  readonly #errorTypes = new BoundedNames(MAX_ERROR_TYPES);
  readonly #duration = new DurationHistogram(
    {
      name: 'scopegate.client.token_request.duration',
      unit: 's',
      description: 'How long it took a client to get an access token, or to fail',
    },
    REQUEST_BUCKETS,
  );
  readonly #retries = new Counter({
    name: 'scopegate.client.retries',
    unit: '{retry}',
    description: 'Requests of clients that were sent again',
  });

  /** @param issuers - The issuers that are named. */
  constructor(issuers: BoundedNames) {
    this.#issuers = issuers;
  }

  /** Counts and measures one event. */
  note(message: NamedMessage): void {
    const issuer = this.#issuers.resolve(findString(message, 'issuer') ?? OTHER);
    const { event } = message;
    const reason = this.#errorTypes.resolve(findString(message, 'reason') ?? OTHER);
    if (event === 'retried') {
      this.#retries.add({ 'scopegate.issuer': issuer, 'scopegate.reason': reason });
      return;
    }
    if (event !== 'requested' && event !== 'renewed' && event !== 'failed') return;
    const attributes = knownAttributes({
      'scopegate.issuer': issuer,
      'scopegate.client.result': event,
      'error.type': event === 'failed' ? reason : undefined,
    });
    this.#duration.record((findNumber(message, 'durationMs') ?? 0) / 1000, attributes);
  }

  connect(meter: Meter): void {
    this.#duration.connect(meter);
    this.#retries.connect(meter);
  }

  close(): void {
    this.#duration.close();
    this.#retries.close();
  }
}
