/**
 * Counters of decisions by route, within a limit.
 *
 * @module
 */
import type { Attributes, Meter } from '@opentelemetry/api';
import { knownAttributes } from '../events/known-attributes.js';
import { OTHER } from '../events/other-name.js';
import type { BoundedNames } from './bounded-names.js';
import { type DecisionLabels, LabelTree } from './decision-labels.js';
import {
  Counter,
  type InstrumentDescription,
  type MetricGroup,
  type Series,
} from './instruments.js';

/**
 * The SDK merges all series beyond 2,000 of an instrument into one without labels, after which no filtered
 * query is right. Above these limits we merge by route, then by method, then by everything but the outcome.
 */
const LIMITS = { routes: 1500, methods: 1700, servers: 1900 } as const;

/** Counts decisions. The sum over all series is always exact. */
export class DecisionCounter implements MetricGroup {
  readonly #counter: Counter;
  readonly #routes: BoundedNames;
  readonly #series = new LabelTree<Series>();

  /** @param routes - The routes that are named; shared by the counters of a process. */
  constructor(description: InstrumentDescription, routes: BoundedNames) {
    this.#counter = new Counter(description);
    this.#routes = routes;
  }

  /** Counts one decision. */
  note(labels: DecisionLabels): void {
    const series = this.#series.find(labels) ?? this.#resolve(labels);
    series.count += 1;
  }

  connect(meter: Meter): void {
    this.#counter.connect(meter);
  }

  close(): void {
    this.#counter.close();
  }

  #resolve(labels: DecisionLabels): Series {
    const route = labels.route === undefined ? undefined : this.#routes.resolve(labels.route);
    const bounded = { ...labels, route };
    const merged = { ...bounded, route: OTHER };
    return (
      this.#findOrCreate(bounded, LIMITS.routes) ??
      this.#findOrCreate(merged, LIMITS.methods) ??
      this.#findOrCreate({ ...merged, method: OTHER }, LIMITS.servers) ??
      this.#lastResort(labels)
    );
  }

  #findOrCreate(labels: DecisionLabels, limit: number): Series | undefined {
    const found = this.#series.find(labels);
    if (found !== undefined || this.#counter.size >= limit) return found;
    return this.#create(labels);
  }

  /** At most one series for each outcome. */
  #lastResort({ outcome }: DecisionLabels): Series {
    const labels = { server: OTHER, outcome, reason: undefined, method: OTHER, route: OTHER };
    return this.#series.find(labels) ?? this.#create(labels);
  }

  #create(labels: DecisionLabels): Series {
    const series = this.#counter.create(formatLabels(labels));
    this.#series.set(labels, series);
    return series;
  }
}

function formatLabels({ server, outcome, reason, method, route }: DecisionLabels): Attributes {
  return knownAttributes({
    'scopegate.server': server,
    'scopegate.outcome': outcome,
    'scopegate.reason': reason,
    'http.request.method': method,
    'http.route': route,
  });
}
