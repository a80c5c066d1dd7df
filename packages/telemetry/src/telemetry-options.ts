/**
 * The options of `createTelemetry`.
 *
 * @module
 */
import type { MeterProvider } from '@opentelemetry/api';
import {
  assertKnownOptions,
  invalidOption,
  isPlainObject,
  optionalClock,
  optionalNumber,
} from '@scopegate/protocol/internal';
import type { ObservedServer } from './metrics/observed-server.js';

/** Options of {@link createTelemetry}. */
export interface TelemetryOptions {
  /**
   * The resource servers whose `health()` the gauges show, by name: that of their option `name`, or their realm.
   *
   * @defaultValue no resource server, so key sets and token caches have no gauges
   */
  readonly servers?: Readonly<Record<string, ObservedServer>> | undefined;
  /**
   * Creates the instruments.
   *
   * @defaultValue the global one, which is looked up with each event until there is one
   */
  readonly meterProvider?: MeterProvider | undefined;
  /**
   * Whether the decision becomes attributes of the active span.
   *
   * @defaultValue `'attributes'`
   */
  readonly span?: 'attributes' | 'off' | undefined;
  /**
   * The number of distinct values of `http.route`, from 0 to 1,000; further routes are counted as `_OTHER`.
   *
   * @defaultValue 200
   */
  readonly maxRoutes?: number | undefined;
  /**
   * The current time in milliseconds since the epoch. It decides how long guards still only report.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** The options with their defaults. */
export interface ResolvedTelemetryOptions {
  readonly servers: ReadonlyMap<string, ObservedServer>;
  readonly meterProvider: MeterProvider | undefined;
  readonly span: 'attributes' | 'off';
  readonly maxRoutes: number;
  readonly clock: () => number;
}

const NAMES = ['servers', 'meterProvider', 'span', 'maxRoutes', 'clock'];

/**
 * Resolves the options.
 *
 * @throws TypeError An option is unknown or out of range.
 */
export function resolveTelemetryOptions(options: unknown): ResolvedTelemetryOptions {
  assertKnownOptions('createTelemetry', options, NAMES);
  const { span = 'attributes' } = options;
  if (span !== 'attributes' && span !== 'off') {
    throw invalidOption('span', 'must be "attributes" or "off"');
  }
  return {
    servers: resolveServers(options['servers']),
    meterProvider: resolveProvider(options['meterProvider']),
    span,
    maxRoutes: optionalNumber(options, 'maxRoutes', { min: 0, max: 1000, isInteger: true }) ?? 200,
    clock: optionalClock(options, 'clock'),
  };
}

function resolveServers(servers: unknown): ReadonlyMap<string, ObservedServer> {
  if (servers === undefined) return new Map();
  if (!isPlainObject(servers) || isObserved(servers)) {
    throw invalidOption(
      'servers',
      'must contain resource servers by name, as in { servers: { sales: api } }',
    );
  }
  return new Map(
    Object.entries(servers).map(([name, server]) => {
      if (!isObserved(server)) {
        throw invalidOption(`servers.${name}`, 'must be a resource server; it needs health()');
      }
      assertSameName(name, Reflect.get(server, 'name'));
      return [name, server];
    }),
  );
}

/** Otherwise its gauges and its counters would have different values of `scopegate.server`. */
function assertSameName(given: string, own: unknown): void {
  if (typeof own !== 'string' || own === given) return;
  throw invalidOption(
    `servers.${given}`,
    `must have the name of the resource server, "${own}"; set its option "name" to "${given}"`,
  );
}

function isObserved(server: unknown): server is ObservedServer {
  return isPlainObject(server) && typeof server['health'] === 'function';
}

function resolveProvider(provider: unknown): MeterProvider | undefined {
  if (provider === undefined || isProvider(provider)) return provider;
  throw invalidOption('meterProvider', 'must be a MeterProvider of OpenTelemetry');
}

function isProvider(provider: unknown): provider is MeterProvider {
  return isPlainObject(provider) && typeof provider['getMeter'] === 'function';
}
