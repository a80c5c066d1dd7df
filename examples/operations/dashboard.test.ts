import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { clientSecretBasic, createTokenClient } from '@scopegate/client';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseScrape, type ScrapedSeries } from '../../test/support/prometheus-scrape.js';
import { type LabelMatcher, readPromql, type Selector } from '../../test/support/promql.js';
import { startCallers } from './callers.js';
import { createLogger } from './logger.js';
import { startOpenTelemetry } from './open-telemetry.js';
import { type Service, startService } from './service.js';

const DAY_MS = 86_400_000;
const clients = {
  reports: { clientId: 'reports', clientSecret: 'one', scope: 'read:analytics' },
  backOffice: {
    clientId: 'back-office',
    clientSecret: 'two',
    scope: 'read:analytics write:analytics admin:analytics',
  },
  dashboard: { clientId: 'dashboard', clientSecret: 'three', scope: 'read:analytics' },
};

let folder: string;
let issuer: TestIssuer;
let service: Service;
let metricsServer: Server;
let series: readonly ScrapedSeries[];

beforeAll(async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  startOpenTelemetry({ exporter });
  metricsServer = createServer((req, res) => {
    exporter.getMetricsRequestHandler(req, res);
  });
  const metrics = await listen(metricsServer);
  folder = await mkdtemp(join(tmpdir(), 'scopegate-dashboard-'));
  issuer = await createTestIssuer({ alg: 'ES256', clients: Object.values(clients) });
  const server = createServer();
  const api = await listen(server);
  service = await startService({
    server,
    trust: issuer.options({ audience: api }),
    refundsGuardedFrom: new Date(Date.now() + 23 * DAY_MS).toISOString(),
    logger: createLogger({ write: () => true }),
    audit: { write: () => true },
    usageFile: join(folder, 'usage.json'),
  });
  await liveThroughEverything(api);
  series = parseScrape(await (await fetch(metrics)).text());
});

afterAll(async () => {
  await service.stop();
  metricsServer.close();
  await issuer.close();
  await rm(folder, { recursive: true });
});

/** Good and bad requests, an unusable key, unknown keys, an outage with stale keys, a failed token request. */
async function liveThroughEverything(api: string): Promise<void> {
  const callers = startCallers({ issuer: issuer.issuer, api, clients }, undefined);
  for (let round = 0; round < 2; round += 1) await callers.callOnce();
  await callers.stop();

  const weak = { kty: 'RSA', alg: 'RS256', kid: 'weak', n: 'AQAB', e: 'AQAB' };
  issuer.publishJwks({ keys: [...(await issuer.publicKeys()), weak] });
  await service.api.refresh();

  const read = async (token: string): Promise<void> => {
    const headers = { authorization: `Bearer ${token}` };
    await (await fetch(`${api}/v1/sales/4711`, { headers })).arrayBuffer();
  };
  const scope = 'read:analytics';
  for (let index = 0; index < 6; index += 1) {
    await read(await issuer.mint({ scope, header: { kid: `made-up-${index}` } }));
  }

  const patient = await issuer.mint({ scope, expiresInSeconds: 7_200 });
  await issuer.stop();
  await expect(service.api.refresh()).rejects.toThrow();
  issuer.clock.advance(3_600_000);
  await read(patient);

  const failing = createTokenClient({
    issuer: issuer.issuer,
    clientId: 'reports',
    clientAuthentication: clientSecretBasic(() => 'one'),
  });
  await expect(failing.for({ resource: api, scope }).token()).rejects.toThrow();
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly query: { query?: string } }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly record?: string;
      readonly alert?: string;
      readonly expr: string;
      readonly annotations?: Readonly<Record<string, string>>;
    }[];
  }[];
}

const readDashboard = async (): Promise<Dashboard> =>
  JSON.parse(await readFile(new URL('grafana.json', import.meta.url), 'utf8')) as Dashboard;

const readRules = async (): Promise<Rules['groups'][number]['rules']> => {
  const text = await readFile(new URL('alerts.yml', import.meta.url), 'utf8');
  return (parse(text) as Rules).groups.flatMap(({ rules }) => rules);
};

/** Everything that an expression names and the scrape does not have. */
function findMissing(expression: string, recorded: ReadonlySet<string> = new Set()): string[] {
  const { selectors, groupings } = readPromql(expression);
  if (selectors.length === 0) return [`no metric in ${expression}`];
  const scraped = selectors.filter(({ name }) => ![...recorded].some((each) => name.test(each)));
  const labels = new Set(
    scraped.flatMap((each) => find(each).flatMap((one) => [...one.labels.keys()])),
  );
  return [
    ...scraped.filter((each) => find(each).length === 0).map(formatSelector),
    ...(scraped.length < selectors.length ? [] : groupings.filter((label) => !labels.has(label))),
  ];
}

function find({ name, matchers }: Selector): ScrapedSeries[] {
  return series.filter(
    (each) => name.test(each.name) && matchers.every((matcher) => isMatch(each, matcher)),
  );
}

function isMatch({ labels }: ScrapedSeries, { label, operator, value }: LabelMatcher): boolean {
  const actual = labels.get(label);
  if (actual === undefined) return false;
  // A variable of the dashboard: it holds values of this label.
  if (value.startsWith('$')) return true;
  if (operator === '=') return actual === value;
  if (operator === '=~') return new RegExp(`^(?:${value})$`).test(actual);
  throw new Error(`the test does not know the operator ${operator}`);
}

function formatSelector({ name, matchers }: Selector): string {
  return `${name.source} ${matchers.map(({ label, value }) => `${label}: ${value}`).join(', ')}`;
}

describe('grafana.json', () => {
  it('has twelve panels, whose metrics, labels and values are in a live scrape', async () => {
    const { panels, templating } = await readDashboard();
    expect(panels.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    const missing = panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr }) => findMissing(expr).map((each) => `${title}: ${each}`)),
    );
    expect(missing).toEqual([]);
    const [, variable = '', label = ''] =
      /label_values\((\w+), (\w+)\)/.exec(templating.list[1]?.query.query ?? '') ?? [];
    expect(findMissing(`sum by (${label}) (${variable})`)).toEqual([]);
  });

  it('names only labels in its legends that its expressions keep', async () => {
    const { panels } = await readDashboard();
    for (const { expr, legendFormat } of panels.flatMap(({ targets }) => targets)) {
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      expect(readPromql(expr).groupings).toEqual(expect.arrayContaining(named));
    }
  });

  it('shows values of the story', () => {
    const valueOf = (expression: string): number | undefined => {
      const [selector] = readPromql(expression).selectors;
      return selector === undefined ? undefined : find(selector)[0]?.value;
    };
    const refused = 'scopegate_outcome="refused",http_route="/v1/sales/:id"';
    expect(valueOf(`scopegate_guard_decisions_total{${refused},scopegate_reason="audience"}`)).toBe(
      2,
    );
    expect(valueOf('scopegate_trial_decisions_total{scopegate_outcome="refused"}')).toBe(2);
    expect(valueOf('scopegate_key_set_state{scopegate_key_set_state="stale"}')).toBe(1);
    expect(valueOf('scopegate_guard_report_only')).toBe(1);
    expect(valueOf('scopegate_guard_report_only_remaining')).toBeGreaterThan(22 * 86_400);
  });
});

describe('alerts.yml', () => {
  it('has the alerts that the README lists, each with a summary', async () => {
    const rules = (await readRules()).filter(({ alert }) => alert !== undefined);
    const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
    const listed = [...readme.matchAll(/^\| `(Scopegate\w+)` +\|/gm)].map(([, name]) => name);
    expect(rules.map(({ alert }) => alert)).toEqual(listed);
    expect(rules.every(({ annotations }) => annotations?.['summary'] !== undefined)).toBe(true);
  });

  it('names only metrics, labels and values that are in a live scrape', async () => {
    const rules = await readRules();
    const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
    const missing = rules.flatMap(({ alert, record, expr }) =>
      findMissing(expr, recorded).map((each) => `${alert ?? record ?? ''}: ${each}`),
    );
    expect(missing).toEqual([]);
  });

  it('names only labels in its annotations that its metrics have', async () => {
    const rules = await readRules();
    const known = new Set(series.flatMap(({ labels }) => [...labels.keys()]));
    for (const { annotations = {} } of rules) {
      const named = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)];
      for (const [, label = ''] of named) expect(known).toContain(label);
    }
  });
});
