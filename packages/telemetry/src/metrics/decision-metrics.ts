/**
 * The metrics of `scopegate:decision`.
 *
 * @module
 */
import type { Attributes, Meter } from '@opentelemetry/api';
import type { DecisionEvent } from '@scopegate/resource-server';
import { resolveMethod } from '../events/request-method.js';
import { BoundedNames } from './bounded-names.js';
import { GUARD_BUCKETS } from './buckets.js';
import { DecisionCounter } from './decision-counter.js';
import type { DecisionLabels } from './decision-labels.js';
import { DurationHistogram, type MetricGroup } from './instruments.js';

const MICROSECONDS = 1e6;

/** Counts and measures decisions. */
export class DecisionMetrics implements MetricGroup {
  readonly #decisions: DecisionCounter;
  readonly #excess: DecisionCounter;
  readonly #trials: DecisionCounter;
  readonly #duration = new DurationHistogram(
    {
      name: 'scopegate.guard.duration',
      unit: 's',
      description: 'How long the guards of a request took, waiting included',
    },
    GUARD_BUCKETS,
  );
  /** By outcome and source: one object for each combination, because each decision needs one. */
  readonly #durationAttributes = new Map<string, Map<string, Attributes>>();

  /** @param maxRoutes - The number of routes that are named. */
  constructor(maxRoutes: number) {
    const routes = new BoundedNames(maxRoutes);
    const counterOf = (name: string, description: string): DecisionCounter =>
      new DecisionCounter({ name, unit: '{decision}', description }, routes);
    this.#decisions = counterOf('scopegate.guard.decisions', 'Requests that guards decided on');
    this.#excess = counterOf('scopegate.guard.excess', 'Tokens with more scopes than their route');
    this.#trials = counterOf('scopegate.trial.decisions', 'What policies on trial would decide');
  }

  /** Counts and measures one decision. */
  note(event: DecisionEvent): void {
    const { server, outcome, reason, route, excess, trial } = event;
    const method = resolveMethod(event.method);
    const labels: DecisionLabels = { server, outcome, reason, method, route };
    this.#decisions.note(labels);
    this.#duration.record(event.microseconds / MICROSECONDS, this.#attributesOf(event));
    if (excess !== undefined && (excess.declared.length > 0 || excess.others > 0)) {
      this.#excess.note({ ...labels, outcome: undefined, reason: undefined });
    }
    if (trial !== undefined) this.#trials.note({ ...labels, ...trial });
  }

  connect(meter: Meter): void {
    for (const group of this.#groups()) group.connect(meter);
  }

  close(): void {
    for (const group of this.#groups()) group.close();
  }

  #groups(): readonly MetricGroup[] {
    return [this.#decisions, this.#excess, this.#trials, this.#duration];
  }

  #attributesOf(event: DecisionEvent): Attributes {
    const { outcome } = event;
    const source = event.source ?? 'none';
    return (
      this.#durationAttributes.get(outcome)?.get(source) ?? this.#addAttributes(outcome, source)
    );
  }

  #addAttributes(outcome: string, source: string): Attributes {
    const sources = this.#durationAttributes.get(outcome) ?? new Map<string, Attributes>();
    const attributes = Object.freeze({
      'scopegate.outcome': outcome,
      'scopegate.token.source': source,
    });
    sources.set(source, attributes);
    this.#durationAttributes.set(outcome, sources);
    return attributes;
  }
}
