/**
 * OpenTelemetry metrics and span attributes, from the events of the other packages.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { INTROSPECTION_CHANNEL, KEY_SET_CHANNEL } from '@scopegate/access-token';
import { createFaultReporter, isPlainObject, subscribeSafely } from '@scopegate/protocol/internal';
import { DECISION_CHANNEL } from '@scopegate/resource-server';
import { findDecision, findNamedMessage, type NamedMessage } from './events/channel-message.js';
import { TOKEN_CHANNEL } from './events/channel-names.js';
import { findIncident, INCIDENT_CHANNELS } from './events/incident.js';
import { BoundedNames } from './metrics/bounded-names.js';
import { ClientMetrics } from './metrics/client-metrics.js';
import { DecisionMetrics } from './metrics/decision-metrics.js';
import { HealthGauges } from './metrics/health-gauges.js';
import { IncidentMetrics } from './metrics/incident-metrics.js';
import type { MetricGroup } from './metrics/instruments.js';
import { IntrospectionMetrics } from './metrics/introspection-metrics.js';
import { KeySetMetrics } from './metrics/key-set-metrics.js';
import { findMeter, type MeterSource, SCOPE } from './metrics/meter-connection.js';
import { SpanAttributes } from './span-attributes.js';
import {
  resolveTelemetryOptions,
  type ResolvedTelemetryOptions,
  type TelemetryOptions,
} from './telemetry-options.js';

/** The number of issuers that are named in attributes; tokens can name only configured ones. */
const MAX_ISSUERS = 100;

/** A running subscription. */
export interface Telemetry {
  /**
   * Whether a meter provider was found. Until then decisions are counted and reported later, and durations are
   * lost.
   */
  readonly isConnected: boolean;
  /**
   * Ends the subscriptions and removes the callbacks of the instruments. Calling it again has no effect.
   *
   * @example
   * server.close(() => telemetry.close());
   */
  close(): void;
}

/**
 * Turns the events of resource servers, key sets, introspection, revocations, stores and token clients into
 * metrics, and decisions into attributes of the active span. Create one in each process: it
 * receives the events of every server.
 *
 * It never throws while events arrive. Its first fault is published on {@link FAULT_CHANNEL}.
 *
 * @throws TypeError An option is unknown or out of range.
 * @example
 * const telemetry = createTelemetry({ servers: { sales: api } });
 */
export function createTelemetry(options: TelemetryOptions = {}): Telemetry {
  return new Subscriptions(resolveTelemetryOptions(options));
}

class Subscriptions implements Telemetry {
  readonly #source: MeterSource;
  readonly #issuers = new BoundedNames(MAX_ISSUERS);
  readonly #keySets = new KeySetMetrics(this.#issuers);
  readonly #introspection = new IntrospectionMetrics(this.#issuers);
  readonly #clients = new ClientMetrics(this.#issuers);
  readonly #incidents = new IncidentMetrics(this.#issuers);
  readonly #decisions: DecisionMetrics;
  readonly #gauges: HealthGauges;
  readonly #spans: SpanAttributes | undefined;
  readonly #reportConnection = createFaultReporter(SCOPE, 'meterProvider');
  readonly #unsubscribe: readonly (() => void)[];
  #isConnected = false;

  constructor({ meterProvider, servers, span, maxRoutes, clock }: ResolvedTelemetryOptions) {
    this.#source = { provider: meterProvider, version: findVersion() };
    this.#decisions = new DecisionMetrics(maxRoutes);
    const onFailure = createFaultReporter(SCOPE, 'health');
    this.#gauges = new HealthGauges({ servers, clock, issuers: this.#issuers, onFailure });
    this.#spans = span === 'off' ? undefined : new SpanAttributes();
    this.#unsubscribe = this.#subscribeAll();
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const group of this.#groups()) group.close();
  }

  #subscribeAll(): (() => void)[] {
    return [
      subscribeSafely(DECISION_CHANNEL, SCOPE, (message) => {
        this.#noteDecision(message);
      }),
      this.#subscribe(KEY_SET_CHANNEL, (message) => {
        this.#keySets.note(message);
      }),
      this.#subscribe(INTROSPECTION_CHANNEL, (message) => {
        this.#introspection.note(message);
      }),
      this.#subscribe(TOKEN_CHANNEL, (message) => {
        this.#clients.note(message);
      }),
      ...INCIDENT_CHANNELS.map((name) =>
        this.#subscribe(name, (message) => {
          this.#noteIncident(name, message);
        }),
      ),
    ];
  }

  #subscribe(name: string, listener: (message: NamedMessage) => void): () => void {
    return subscribeSafely(name, SCOPE, (unknown) => {
      this.#connect();
      const message = findNamedMessage(unknown);
      if (message !== undefined) listener(message);
    });
  }

  #noteDecision(message: unknown): void {
    this.#connect();
    const decision = findDecision(message);
    if (decision === undefined) return;
    this.#decisions.note(decision);
    this.#spans?.note(decision);
  }

  #noteIncident(channel: string, message: NamedMessage): void {
    const incident = findIncident(channel, message);
    if (incident === undefined) this.#incidents.noteRevocation(message);
    else this.#incidents.note(incident);
  }

  /** A provider that fails must not keep decisions from being counted. */
  #connect(): void {
    if (this.#isConnected) return;
    try {
      const meter = findMeter(this.#source);
      if (meter === undefined) return;
      this.#isConnected = true;
      for (const group of this.#groups()) group.connect(meter);
    } catch (failure) {
      this.#reportConnection(failure);
    }
  }

  #groups(): readonly MetricGroup[] {
    return [
      this.#decisions,
      this.#keySets,
      this.#introspection,
      this.#clients,
      this.#incidents,
      this.#gauges,
    ];
  }
}

/** The version in `package.json`; `undefined` where a bundler has moved this module. */
function findVersion(): string | undefined {
  try {
    const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    const manifest: unknown = JSON.parse(text);
    if (!isPlainObject(manifest) || manifest['name'] !== SCOPE) return undefined;
    const { version } = manifest;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
