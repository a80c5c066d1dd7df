import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { REPLAY_CHANNEL, REVOCATION_CHANNEL } from '@scopegate/access-token';
import { TOKEN_CHANNEL, type TokenEvent } from '@scopegate/client';
import {
  INTROSPECTION_CHANNEL,
  type IntrospectionEvent,
  KEY_SET_CHANNEL,
  type KeySetEvent,
} from '@scopegate/express';
import { STORE_CHANNEL, type StoreEvent } from '@scopegate/redis';
import { createTelemetry, type TelemetryOptions } from '@scopegate/telemetry';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publishDecision } from '../../support/decision-events.js';
import { openServer } from '../../support/listen.js';
import {
  type CollectedSeries,
  createMetricsSdk,
  type MetricsSdk,
  seriesOf,
} from '../../support/telemetry/metrics-sdk.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import { root } from '../../workspace/workspace.js';

const ISSUER = 'https://auth.example.com';

/** A row of the table in the README. */
interface Row {
  readonly type: string;
  readonly unit: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Reads the table of metrics in the README. */
function readRows(): ReadonlyMap<string, Row> {
  const readme = readFileSync(join(root, 'packages/telemetry/README.md'), 'utf8');
  const [, table = ''] = /<!-- metrics -->(.*)<!-- \/metrics -->/s.exec(readme) ?? [];
  const rows = [...table.matchAll(/^\| `([\w.]+)`[ ○]*\| ([\w -]+), `([^`]+)` +\| (.*?) *\|$/gm)];
  return new Map(
    rows.map(([, name = '', type = '', unit = '', attributes = '']) => {
      const names = [...attributes.matchAll(/`([\w.]+)`(\?)?/g)];
      const of = (mark: string | undefined): string[] =>
        names.filter((match) => match[2] === mark).map((match) => match[1] ?? '');
      return [name, { type, unit, required: of(undefined), optional: of('?') }];
    }),
  );
}

/** What a metric is, in the words of the table. */
function typeOf({ dataPointType, ...metric }: MetricData): string {
  if (dataPointType === DataPointType.HISTOGRAM) return 'histogram';
  if (dataPointType === DataPointType.GAUGE) return 'gauge';
  return 'isMonotonic' in metric && metric.isMonotonic ? 'counter' : 'up-down counter';
}

function openTelemetry(options: TelemetryOptions = {}): MetricsSdk {
  const sdk = createMetricsSdk();
  const telemetry = createTelemetry({ meterProvider: sdk.provider, ...options });
  onTestFinished(() => {
    telemetry.close();
  });
  return sdk;
}

function publish(name: string, ...messages: readonly object[]): void {
  for (const message of messages) channel(name).publish(message);
}

const REFRESHED = {
  issuer: ISSUER,
  event: 'refreshed',
  keys: 1,
  notModified: false,
  lifetimeMs: 600_000,
} as const;

const FAILED = {
  issuer: ISSUER,
  event: 'failed',
  failures: 1,
  retryInMs: 1000,
  durationMs: 5000,
} as const;

const SUBJECT = { issuer: ISSUER, clientId: 'reports', resource: undefined, scope: 'read' };

const KEY_SET_EVENTS: readonly KeySetEvent[] = [
  { issuer: ISSUER, event: 'changed', added: 1, withdrawn: 0 },
  { ...REFRESHED, durationMs: 38, trigger: 'first' },
  { ...REFRESHED, durationMs: 9, trigger: 'scheduled' },
  { ...FAILED, error: new Error('x'), trigger: 'due' },
  { issuer: ISSUER, event: 'unknown-key', result: 'unknown' },
  { issuer: ISSUER, event: 'stale', staleForMs: 10, uses: 12 },
  { issuer: ISSUER, event: 'key-skipped', index: 1, reason: 'rsa_size' },
];

const ASKED = { issuer: ISSUER, event: 'asked', cached: false, durationMs: 20 } as const;

const INTROSPECTION_EVENTS: readonly IntrospectionEvent[] = [
  { issuer: ISSUER, event: 'unavailable', failure: 'unreachable', error: new Error('x') },
  { issuer: ISSUER, event: 'credentials-refused', status: 401 },
  { issuer: ISSUER, event: 'stale-used', uses: 1 },
  { ...ASKED, result: 'active', failure: undefined },
  { ...ASKED, result: 'failed', failure: 'unreachable' },
];

const STORE_EVENTS: readonly StoreEvent[] = [
  { event: 'unavailable', connection: 'state', failure: 'timeout', systemCode: undefined },
  { event: 'tampered', store: 'revocations' },
  { event: 'revoked', kind: 'client' },
];

const TOKEN_EVENTS: readonly TokenEvent[] = [
  {
    ...SUBJECT,
    event: 'requested',
    durationMs: 40,
    expiresAt: undefined,
    missingScopes: [],
    shared: undefined,
  },
  {
    ...SUBJECT,
    event: 'failed',
    durationMs: 5000,
    code: 'ERR_TOKEN_CLIENT_REQUEST',
    reason: 'timeout',
    status: undefined,
    held: true,
    retryInMs: 1000,
  },
  { ...SUBJECT, event: 'retried', reason: 'use_dpop_nonce' },
];

/** Publishes something for each metric that needs no server. */
function publishAll(): void {
  const excess = { declared: ['admin'], others: 1 };
  const trial = { outcome: 'refused', reason: 'excess_scope' } as const;
  publishDecision({ excess, trial });
  publishDecision({ outcome: 'refused', reason: 'missing_credentials', route: undefined });
  publish(KEY_SET_CHANNEL, ...KEY_SET_EVENTS);
  publish(INTROSPECTION_CHANNEL, ...INTROSPECTION_EVENTS);
  publish(REPLAY_CHANNEL, { store: 'shared', event: 'data-lost', notBefore: 1 });
  publish(REVOCATION_CHANNEL, { event: 'withdrawn', kind: 'token', entries: 1 });
  publish(STORE_CHANNEL, ...STORE_EVENTS);
  publish(TOKEN_CHANNEL, ...TOKEN_EVENTS);
}

const HEALTH = {
  issuers: [{ issuer: ISSUER, state: 'fresh', keys: 2, ageMs: 240_000 }],
  tokenCache: { entries: 7, maxEntries: 1000 },
  reportOnly: [{ guard: 'requireScope', until: '2026-12-15T08:00:00Z' }],
} as const;

const clock = (): number => Date.parse('2026-12-14T08:00:00Z');

describe('createTelemetry: metrics', () => {
  it('have the names, types, units and attributes of the README', async () => {
    const sdk = openTelemetry({ servers: { sales: { health: () => HEALTH } }, clock });
    publishAll();
    const metrics = await sdk.collect();
    const rows = readRows();
    expect([...metrics.keys()].sort()).toEqual([...rows.keys()].sort());
    for (const [name, row] of rows) {
      const metric = metrics.get(name);
      if (metric === undefined) throw new Error(`${name} was not collected`);
      expect([typeOf(metric), metric.descriptor.unit], name).toEqual([row.type, row.unit]);
      expect(metric.descriptor.description, name).not.toBe('');
      const series = seriesOf(metric).map(({ attributes }) => Object.keys(attributes));
      expect(series.length, name).toBeGreaterThan(0);
      for (const names of series) {
        expect(names, name).toEqual(expect.arrayContaining([...row.required]));
        const documented = [...row.required, ...row.optional];
        expect(documented, name).toEqual(expect.arrayContaining(names));
      }
      const seen = new Set(series.flat());
      expect(
        row.optional.filter((each) => !seen.has(each)),
        name,
      ).toEqual([]);
    }
  });

  it('can be scraped by Prometheus', async () => {
    const sdk = openTelemetry({ servers: { sales: { health: () => HEALTH } }, clock });
    publishAll();
    const text = await sdk.scrape();
    const names = [...readRows()].map(([name, { type }]) => {
      const plain = name.replaceAll('.', '_');
      return type === 'counter'
        ? `${plain}_total`
        : type === 'histogram'
          ? `${plain}_bucket`
          : plain;
    });
    const scraped = new Set(text.split('\n').map((line) => line.split(/[{ ]/, 1)[0]));
    expect(names.filter((name) => !scraped.has(name))).toEqual([]);
    expect(text).toContain('scopegate_guard_report_only_remaining{scopegate_server="sales"');
    expect(text).toMatch(/scopegate_guard_decisions_total\{[^}]*scopegate_outcome="refused"/);
  });

  it('measure guards from 5 µs to 5 s, and fetches as HTTP requests', async () => {
    const sdk = openTelemetry();
    publishAll();
    const boundariesOf = async (name: string): Promise<readonly number[] | undefined> => {
      const metric = (await sdk.collect()).get(name);
      return metric?.dataPointType === DataPointType.HISTOGRAM
        ? metric.dataPoints[0]?.value.buckets.boundaries
        : undefined;
    };
    expect(await boundariesOf('scopegate.guard.duration')).toEqual([
      5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 0.01, 0.05, 0.25, 1, 5,
    ]);
    expect(await boundariesOf('scopegate.key_set.refresh.duration')).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]);
  });

  it('count unknown methods as _OTHER', async () => {
    const sdk = openTelemetry();
    for (const method of ['GET', 'BREW', 'SEARCH-1']) publishDecision({ method });
    const methods = (await sdk.series('scopegate.guard.decisions')).map(
      ({ attributes, value }) => [attributes['http.request.method'], value] as const,
    );
    expect(methods).toEqual([
      ['GET', 1],
      ['_OTHER', 2],
    ]);
  });

  it('distinguish refreshes that changed keys, and name the error of those that failed', async () => {
    const sdk = openTelemetry();
    publishAll();
    const error = Object.assign(new Error('x'), { code: 'ERR_EXCHANGE', reason: 'timeout' });
    publish(KEY_SET_CHANNEL, { ...FAILED, error, trigger: 'scheduled' });
    const series = await sdk.series('scopegate.key_set.refresh.duration');
    const rows = series.map(({ attributes }) => [
      attributes['scopegate.refresh.trigger'],
      attributes['scopegate.refresh.result'],
      attributes['error.type'],
    ]);
    expect(rows).toEqual([
      ['first', 'changed', undefined],
      ['scheduled', 'unchanged', undefined],
      ['due', 'failed', '_OTHER'],
      ['scheduled', 'failed', 'timeout'],
    ]);
  });

  it('show an outage while it lasts, and ignore the end of one that began before', async () => {
    const sdk = openTelemetry();
    const active = async (): Promise<readonly CollectedSeries[]> =>
      await sdk.series('scopegate.outage.active');
    const ended = { store: 'process', event: 'recovered', unavailableForMs: 10, failures: 3 };
    publish(REPLAY_CHANNEL, ended);
    const attributes = { 'scopegate.dependency': 'replay_process' };
    expect(await active()).toEqual([{ attributes, value: 0 }]);
    publish(REPLAY_CHANNEL, { store: 'process', event: 'unavailable', failure: 'full' });
    expect(await active()).toEqual([{ attributes, value: 1 }]);
    publish(REPLAY_CHANNEL, ended);
    expect(await active()).toEqual([{ attributes, value: 0 }]);
  });
});

describe('createTelemetry: gauges', () => {
  it('merge the key sets of an issuer that several servers accept', async () => {
    const older = [{ issuer: ISSUER, state: 'stale', keys: 1, ageMs: 900_000 }] as const;
    const servers = {
      sales: { health: () => HEALTH },
      refunds: { health: () => ({ issuers: older }) },
    };
    const sdk = openTelemetry({ servers, clock });
    const valuesOf = async (name: string): Promise<number[]> =>
      (await sdk.series(name)).map(({ value }) => value);
    const states = await sdk.series('scopegate.key_set.state');
    const counts = states.map(({ attributes, value }) => [
      attributes['scopegate.key_set.state'],
      value,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      empty: 0,
      fresh: 1,
      stale: 1,
      withdrawn: 0,
      unavailable: 0,
    });
    expect(await valuesOf('scopegate.key_set.age')).toEqual([900]);
    expect(await valuesOf('scopegate.key_set.keys')).toEqual([1]);
    expect(await valuesOf('scopegate.guard.report_only')).toEqual([1, 0]);
    expect(await valuesOf('scopegate.guard.report_only.remaining')).toEqual([86_400]);
  });

  it('show the other servers if the health of one throws', async () => {
    const broken = {
      health: () => {
        throw new Error('broken');
      },
    };
    const sdk = openTelemetry({ servers: { broken, sales: { health: () => HEALTH } }, clock });
    expect(await sdk.series('scopegate.token_cache.entries')).toEqual([
      { attributes: { 'scopegate.server': 'sales' }, value: 7 },
    ]);
  });
});

describe('createTelemetry with a resource server', () => {
  it('counts each request once, by its outcome, reason and route', async () => {
    const issuer = await openIssuer();
    const trust = issuer.options({ audience: 'https://api.example.com' });
    const api = openApi({ ...trust, name: 'sales' });
    const sdk = openTelemetry({ servers: { sales: api } });
    const app = express();
    app.get('/v1/sales/:id', api.requireScope('read'), (_req, res) => void res.json({}));
    const url = await openServer(createServer(app));
    const headers = await bearer(issuer, { scope: 'read' });
    const send = (init: RequestInit): Promise<string> =>
      fetch(new URL('/v1/sales/4711', url), init).then((response) => response.text());
    await send({ headers });
    await send({ headers });
    await send({ headers: await bearer(issuer, { scope: 'write' }) });
    await send({});
    const series = await sdk.series('scopegate.guard.decisions');
    const counted = series.map(({ attributes, value }) => [
      attributes['scopegate.outcome'],
      attributes['scopegate.reason'],
      attributes['http.route'],
      value,
    ]);
    expect(counted).toEqual([
      ['allowed', undefined, '/v1/sales/:id', 2],
      ['refused', 'scope', '/v1/sales/:id', 1],
      ['refused', 'missing_credentials', '/v1/sales/:id', 1],
    ]);
    expect(await sdk.series('scopegate.key_set.refresh.duration')).toMatchObject([
      {
        attributes: {
          'scopegate.refresh.trigger': 'first',
          'scopegate.refresh.result': 'changed',
        },
        value: 1,
      },
    ]);
    expect(await sdk.series('scopegate.token_cache.entries')).toMatchObject([{ value: 2 }]);
    const states = await sdk.series('scopegate.key_set.state');
    expect(states.filter(({ value }) => value === 1)).toHaveLength(1);
    const sources = (await sdk.series('scopegate.guard.duration')).map(
      ({ attributes }) => attributes['scopegate.token.source'],
    );
    expect(sources).toEqual(expect.arrayContaining(['verification', 'cache', 'none']));
    expect(await sdk.scrape()).not.toContain('4711');
  });
});
