import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { metrics } from '@opentelemetry/api';
import { KEY_SET_CHANNEL } from '@scopegate/express';
import {
  createTelemetry,
  FAULT_CHANNEL,
  type Telemetry,
  type TelemetryOptions,
} from '@scopegate/telemetry';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { listenTo } from '../../support/listen-to.js';
import { publishDecision } from '../../support/decision-events.js';
import { createMetricsSdk } from '../../support/telemetry/metrics-sdk.js';
import { typeErrorMessageOf } from '../../support/type-error-message.js';

const DECISIONS = 'scopegate.guard.decisions';
const GLOBAL_API = Symbol.for('opentelemetry.js.api.1');

function openTelemetry(options: TelemetryOptions = {}): Telemetry {
  const telemetry = createTelemetry(options);
  onTestFinished(() => {
    telemetry.close();
  });
  return telemetry;
}

/** Loads `@opentelemetry/api` again, as a package with its own copy does. */
function loadSecondApi(): { readonly metrics: typeof metrics } {
  const require = createRequire(import.meta.url);
  const isApi = (path: string): boolean => path.includes('/@opentelemetry/api/');
  const first = Object.entries(require.cache).filter(([path]) => isApi(path));
  for (const [path] of first) Reflect.deleteProperty(require.cache, path);
  const second = require('@opentelemetry/api') as { readonly metrics: typeof metrics };
  for (const path of Object.keys(require.cache).filter(isApi)) {
    Reflect.deleteProperty(require.cache, path);
  }
  for (const [path, module] of first) require.cache[path] = module;
  return second;
}

afterEach(() => {
  metrics.disable();
});

describe('createTelemetry: the meter provider', () => {
  it('without an SDK: counts, records nothing and does not throw', () => {
    const faults = listenTo(FAULT_CHANNEL);
    const telemetry = openTelemetry();
    publishDecision();
    expect(telemetry.isConnected).toBe(false);
    expect(faults).toEqual([]);
  });

  it('a late SDK: reports the decisions before it', async () => {
    const telemetry = openTelemetry();
    publishDecision();
    const sdk = createMetricsSdk();
    metrics.setGlobalMeterProvider(sdk.provider);
    publishDecision();
    publishDecision();
    expect(telemetry.isConnected).toBe(true);
    expect((await sdk.series(DECISIONS)).map(({ value }) => value)).toEqual([3]);
  });

  it('a late SDK: is found with an event of any channel', () => {
    const telemetry = openTelemetry();
    metrics.setGlobalMeterProvider(createMetricsSdk().provider);
    channel(KEY_SET_CHANNEL).publish({ issuer: 'https://a.example', event: 'stale' });
    expect(telemetry.isConnected).toBe(true);
  });

  it('an SDK that another copy of the API has registered: is found', async () => {
    const second = loadSecondApi();
    expect(second.metrics).not.toBe(metrics);
    const sdk = createMetricsSdk();
    second.metrics.setGlobalMeterProvider(sdk.provider);
    const telemetry = openTelemetry();
    publishDecision();
    expect(telemetry.isConnected).toBe(true);
    expect(await sdk.series(DECISIONS)).toHaveLength(1);
  });

  it('an SDK of an older version of the API: is reported once, and can be passed', async () => {
    const sdk = createMetricsSdk();
    // What an older copy leaves there.
    Reflect.set(globalThis, GLOBAL_API, { version: '1.3.0', metrics: sdk.provider });
    onTestFinished(() => void Reflect.deleteProperty(globalThis, GLOBAL_API));
    const faults = listenTo(FAULT_CHANNEL);
    const telemetry = openTelemetry();
    publishDecision();
    publishDecision();
    expect(telemetry.isConnected).toBe(false);
    expect(faults).toEqual([
      {
        subscriber: '@scopegate/telemetry',
        channel: 'meterProvider',
        error: 'IncompatibleApiError',
      },
    ]);
    openTelemetry({ meterProvider: sdk.provider });
    publishDecision();
    expect(await sdk.series(DECISIONS)).toHaveLength(1);
  });

  it('the scope of the instruments has the name and the version of the package', () => {
    const asked: (string | undefined)[] = [];
    const { provider } = createMetricsSdk();
    const getMeter: typeof provider.getMeter = (name, version, options) => {
      asked.push(name, version);
      return provider.getMeter(name, version, options);
    };
    openTelemetry({ meterProvider: { getMeter } });
    expect(asked).toEqual(['@scopegate/telemetry', expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });

  it('every decision is counted and measured when metrics are collected', async () => {
    const sdk = createMetricsSdk();
    openTelemetry({ meterProvider: sdk.provider });
    for (let sent = 0; sent < 100; sent += 1) publishDecision();
    expect(await sdk.series('scopegate.guard.duration')).toMatchObject([{ value: 100 }]);
    expect(await sdk.series(DECISIONS)).toMatchObject([{ value: 100 }]);
    publishDecision();
    expect(await sdk.series('scopegate.guard.duration')).toMatchObject([{ value: 101 }]);
  });

  it('a provider that throws: is reported once, and does not reach the publisher', () => {
    const faults = listenTo(FAULT_CHANNEL);
    const getMeter = (): never => {
      throw new RangeError('secret');
    };
    openTelemetry({ meterProvider: { getMeter } });
    publishDecision();
    publishDecision();
    expect(faults).toEqual([
      { subscriber: '@scopegate/telemetry', channel: 'meterProvider', error: 'RangeError' },
    ]);
  });

  it('close() ends the subscriptions and reads no health; again, it has no effect', async () => {
    const sdk = createMetricsSdk();
    let reads = 0;
    const health = (): { issuers: [] } => {
      reads += 1;
      return { issuers: [] };
    };
    const telemetry = openTelemetry({
      meterProvider: sdk.provider,
      servers: { sales: { health } },
    });
    publishDecision();
    expect(await sdk.series(DECISIONS)).toMatchObject([{ value: 1 }]);
    expect(reads).toBe(1);
    telemetry.close();
    telemetry.close();
    publishDecision();
    // The SDK keeps the last value of a series.
    expect(await sdk.series(DECISIONS)).toMatchObject([{ value: 1 }]);
    expect(reads).toBe(1);
  });
});

describe('createTelemetry: faults', () => {
  it.each([
    ['a decision', 'scopegate:decision'],
    ['an event of a key set', 'scopegate:key-set'],
    ['an event of introspection', 'scopegate:introspection'],
    ['an event of a client', 'scopegate:token'],
    ['an event of a store', 'scopegate:store'],
  ])('anything but %s is ignored', (_case, name) => {
    const uncaught: unknown[] = [];
    const onUncaught = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', onUncaught);
    onTestFinished(() => void process.off('uncaughtException', onUncaught));
    openTelemetry({ meterProvider: createMetricsSdk().provider });
    for (const message of [undefined, null, 1, 'x', [], {}, { event: 1 }, { event: 'failed' }]) {
      channel(name).publish(message);
    }
    expect(uncaught).toEqual([]);
  });

  it('an event whose members throw is reported once, and later events are counted', async () => {
    const faults = listenTo(FAULT_CHANNEL);
    const sdk = createMetricsSdk();
    openTelemetry({ meterProvider: sdk.provider });
    const hostile = {
      outcome: 'allowed',
      server: 'sales',
      microseconds: 1,
      get route(): string {
        throw new SyntaxError('secret');
      },
    };
    channel('scopegate:decision').publish(hostile);
    channel('scopegate:decision').publish(hostile);
    publishDecision();
    expect(await sdk.series(DECISIONS)).toHaveLength(1);
    expect(faults).toEqual([
      {
        subscriber: '@scopegate/telemetry',
        channel: 'scopegate:decision',
        error: 'SyntaxError',
      },
    ]);
  });

  it('a subscriber of the application gets the same events', () => {
    const seen: unknown[] = [];
    const listener = (message: unknown): void => void seen.push(message);
    subscribe('scopegate:decision', listener);
    onTestFinished(() => void unsubscribe('scopegate:decision', listener));
    openTelemetry();
    publishDecision();
    expect(seen).toHaveLength(1);
  });
});

describe('createTelemetry: options', () => {
  it.each<[options: unknown, message: string]>([
    [{ server: {} }, 'createTelemetry has no option "server"; did you mean "servers"?'],
    ...[[], { health: () => ({ issuers: [] }) }].map((servers): [unknown, string] => [
      { servers },
      'option "servers" must contain resource servers by name, as in { servers: { sales: api } }',
    ]),
    [
      { servers: { shop: { name: 'sales', health: () => ({ issuers: [] }) } } },
      'option "servers.shop" must have the name of the resource server, "sales"; set its option "name" to "shop"',
    ],
    [
      { servers: { sales: {} } },
      'option "servers.sales" must be a resource server; it needs health()',
    ],
    [{ span: 'events' }, 'option "span" must be "attributes" or "off"'],
    [{ maxRoutes: 1001 }, 'option "maxRoutes" must be an integer from 0 to 1000'],
    [{ meterProvider: {} }, 'option "meterProvider" must be a MeterProvider of OpenTelemetry'],
    [{ clock: 1 }, 'option "clock" must be a function'],
    [null, 'createTelemetry expects an options object'],
  ])('%j: throws a TypeError', (options, message) => {
    expect(typeErrorMessageOf(() => createTelemetry(options as TelemetryOptions))).toBe(message);
  });
});
