/**
 * The metrics of outages, of incidents and of revocations.
 *
 * @module
 */
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import { findString, type NamedMessage } from '../events/channel-message.js';
import type { Incident } from '../events/incident.js';
import { knownAttributes } from '../events/known-attributes.js';
import type { BoundedNames } from './bounded-names.js';
import { Counter, type MetricGroup } from './instruments.js';

const ACTIVE = {
  name: 'scopegate.outage.active',
  unit: '{outage}',
  description: 'Outages of what decisions depend on, now',
};

/** Counts outages, incidents and revocations. */
export class IncidentMetrics implements MetricGroup {
  readonly #issuers: BoundedNames;
  /** The number of outages now, by dependency and issuer. */
  readonly #active = new Map<string, { readonly attributes: Attributes; count: number }>();
  readonly #began = new Counter({
    name: 'scopegate.outages',
    unit: '{outage}',
    description: 'Outages of what decisions depend on, counted when they began',
  });
  readonly #incidents = new Counter({
    name: 'scopegate.incidents',
    unit: '{incident}',
    description: 'Incidents of what decisions depend on',
  });
  readonly #revocations = new Counter({
    name: 'scopegate.revocations',
    unit: '{revocation}',
    description: 'Revocations that came into force in this process',
  });
  #disconnect: (() => void) | undefined;

  /** @param issuers - The issuers that are named. */
  constructor(issuers: BoundedNames) {
    this.#issuers = issuers;
  }

  /** Counts one incident. */
  note(incident: Incident): void {
    const issuer = incident.issuer && this.#issuers.resolve(incident.issuer);
    const base = { 'scopegate.dependency': incident.dependency, 'scopegate.issuer': issuer };
    if (incident.kind === 'incident') {
      const { name, store } = incident;
      const attributes = { ...base, 'scopegate.incident': name, 'scopegate.store': store };
      this.#incidents.add(knownAttributes(attributes));
      return;
    }
    if (incident.kind === 'began') {
      this.#began.add(knownAttributes({ ...base, 'error.type': incident.failure }));
    }
    this.#change(knownAttributes(base), incident.kind === 'began' ? 1 : -1);
  }

  /** Counts a revocation, if a message is about one. */
  noteRevocation(message: NamedMessage): void {
    if (message.event !== 'withdrawn' && message.event !== 'revoked') return;
    const kind = findString(message, 'kind');
    if (kind !== undefined) this.#revocations.add({ 'scopegate.revocation.kind': kind });
  }

  connect(meter: Meter): void {
    for (const counter of this.#counters()) counter.connect(meter);
    const { name, ...options } = ACTIVE;
    const active = meter.createObservableUpDownCounter(name, options);
    const callback = (result: ObservableResult): void => {
      for (const { attributes, count } of this.#active.values()) result.observe(count, attributes);
    };
    active.addCallback(callback);
    this.#disconnect = () => {
      active.removeCallback(callback);
    };
  }

  close(): void {
    for (const counter of this.#counters()) counter.close();
    this.#disconnect?.();
  }

  #counters(): readonly Counter[] {
    return [this.#began, this.#incidents, this.#revocations];
  }

  /** The end of an outage that began before the subscription is not counted. */
  #change(attributes: Attributes, by: 1 | -1): void {
    const key = JSON.stringify(attributes);
    const active = this.#active.get(key) ?? { attributes, count: 0 };
    active.count = Math.max(0, active.count + by);
    this.#active.set(key, active);
  }
}
