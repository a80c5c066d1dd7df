import { describe, expect, it } from 'vitest';
import {
  createMetricsSdk,
  type MetricsSdk,
} from '../../../../test/support/telemetry/metrics-sdk.js';
import { BoundedNames } from './bounded-names.js';
import { DecisionCounter } from './decision-counter.js';
import type { DecisionLabels } from './decision-labels.js';

const NAME = 'scopegate.guard.decisions';

function createCounter(sdk: MetricsSdk, maxRoutes: number): DecisionCounter {
  const description = { name: NAME, unit: '{decision}', description: 'decisions' };
  const counter = new DecisionCounter(description, new BoundedNames(maxRoutes));
  counter.connect(sdk.provider.getMeter('test'));
  return counter;
}

const labels = (members: Partial<DecisionLabels> = {}): DecisionLabels => ({
  server: 'sales',
  outcome: 'refused',
  reason: 'expired',
  method: 'GET',
  route: '/a',
  ...members,
});

describe('DecisionCounter', () => {
  it('counts decisions by server, outcome, reason, method and route', async () => {
    const sdk = createMetricsSdk();
    const counter = createCounter(sdk, 200);
    counter.note(labels());
    counter.note(labels());
    counter.note(labels({ outcome: 'allowed', reason: undefined, route: undefined }));
    const sales = { 'scopegate.server': 'sales', 'http.request.method': 'GET' };
    expect(await sdk.series(NAME)).toEqual([
      {
        attributes: {
          ...sales,
          'scopegate.outcome': 'refused',
          'scopegate.reason': 'expired',
          'http.route': '/a',
        },
        value: 2,
      },
      { attributes: { ...sales, 'scopegate.outcome': 'allowed' }, value: 1 },
    ]);
  });

  it('counts routes beyond the limit as _OTHER', async () => {
    const sdk = createMetricsSdk();
    const counter = createCounter(sdk, 2);
    for (const route of ['/a', '/b', '/c', '/d', '/a']) counter.note(labels({ route }));
    const counts = (await sdk.series(NAME)).map((each) => [
      each.attributes['http.route'],
      each.value,
    ]);
    expect(counts).toEqual([
      ['/a', 2],
      ['/b', 1],
      ['_OTHER', 2],
    ]);
  });

  it('counts no route as _OTHER, because an unknown route has no attribute', async () => {
    const sdk = createMetricsSdk();
    const counter = createCounter(sdk, 0);
    counter.note(labels({ route: undefined }));
    const [only] = await sdk.series(NAME);
    expect(only?.attributes).not.toHaveProperty('http.route');
  });

  it.each([
    ['10,000 routes', (n: number) => ({ route: `/r${n}` }), 1501],
    ['10,000 routes and methods', (n: number) => ({ route: `/r${n}`, method: `M${n}` }), 1701],
    ['10,000 routes and servers', (n: number) => ({ route: `/r${n}`, server: `s${n}` }), 1901],
    ['10,000 reasons and servers', (n: number) => ({ reason: `r${n}`, server: `s${n}` }), 1901],
  ])('stays below the 2,000 series of the SDK and counts exactly: %s', async (_case, of, most) => {
    const sdk = createMetricsSdk();
    const counter = createCounter(sdk, 1_000_000);
    for (let n = 0; n < 10_000; n += 1) counter.note(labels(of(n)));
    for (let n = 0; n < 10_000; n += 1) counter.note(labels(of(n)));
    const series = await sdk.series(NAME);
    expect(series.length).toBeGreaterThan(1500);
    expect(series.length).toBeLessThanOrEqual(most);
    expect(series.reduce((sum, { value }) => sum + value, 0)).toBe(20_000);
    expect(series.some(({ attributes }) => 'otel.metric.overflow' in attributes)).toBe(false);
  });
});
