import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from './logger.js';
import { startOpenTelemetry } from './open-telemetry.js';
import type { Service, startService as start } from './service.js';

const DAY_MS = 86_400_000;

const REPORTS = { clientId: 'reports', passed: 1, held: ['read:analytics'] };

const spans = new InMemorySpanExporter();
let startService: typeof start;
let folder: string;
let issuer: TestIssuer;
let api: string;
let service: Service;
let log: string[];
let audit: string[];

beforeAll(async () => {
  startOpenTelemetry({
    exporter: new PrometheusExporter({ preventServerStart: true }),
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  // Express loads node:http, which must be instrumented before.
  ({ startService } = await import('./service.js'));
  folder = await mkdtemp(join(tmpdir(), 'scopegate-service-'));
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  issuer = await createTestIssuer({ alg: 'ES256' });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  api = `http://127.0.0.1:${address.port}`;
  [log, audit] = [[], []];
  service = await startService({
    server,
    trust: issuer.options({ audience: api }),
    refundsGuardedFrom: new Date(Date.now() + 23 * DAY_MS).toISOString(),
    logger: createLogger({ write: (line) => log.push(line) }),
    audit: { write: (line) => audit.push(line) },
    usageFile: join(folder, 'usage.json'),
  });
  spans.reset();
});

afterEach(async () => {
  await service.stop();
  await issuer.close();
});

const read = async (overrides = {}): Promise<number> => {
  const token = await issuer.mint({ scope: 'read:analytics', clientId: 'reports', ...overrides });
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${api}/v1/sales/4711`, { headers });
  await response.arrayBuffer();
  return response.status;
};

describe('startService', () => {
  it('logs what was refused, with the id of the trace, and audits every decision', async () => {
    expect([await read(), await read({ scope: 'write:analytics' })]).toEqual([200, 403]);
    expect(log.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        msg: 'refused: scope',
        clientId: 'reports',
        route: '/v1/sales/:id',
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      }),
    ]);
    expect(audit.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { class_uid: 6003, status_code: 'allowed', disposition_id: 1, actor: { app_uid: 'reports' } },
      { class_uid: 6003, status_code: 'scope', disposition_id: 26 },
    ]);
  });

  it('adds the decision to the span of the request', async () => {
    expect(await read({ scope: 'read:analytics write:analytics' })).toBe(200);
    await vi.waitFor(() => {
      expect(spans.getFinishedSpans().map(({ attributes }) => attributes)).toContainEqual(
        expect.objectContaining({
          'scopegate.outcome': 'allowed',
          'scopegate.server': 'sales',
          'scopegate.client.id': 'reports',
          'scopegate.trial.outcome': 'refused',
          'scopegate.trial.reason': 'excess_scope',
        }),
      );
    }, 15_000);
  });

  it('passes requests that a guard which only reports would refuse', async () => {
    const { status } = await fetch(`${api}/v1/refunds`, { method: 'POST' });
    expect(status).toBe(202);
    expect(audit.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ action_id: 3 }]);
    expect(service.api.health().reportOnly).toMatchObject([{ guard: 'requireScope' }]);
  });

  it('is ready when the keys have been fetched, and alive in any case', async () => {
    const statusOf = async (path: string): Promise<number> => (await fetch(api + path)).status;
    await issuer.stop();
    expect([await statusOf('/readyz'), await statusOf('/livez')]).toEqual([503, 200]);
    await issuer.start();
    await service.api.refresh();
    expect(await statusOf('/readyz')).toBe(200);
  });

  it('ends with an open page, and writes the last requests', async () => {
    expect(await read()).toBe(200);
    const token = await issuer.mint({ scope: 'inspect:api' });
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const page = await fetch(`${api}/_scopegate/api/stream`, { headers });
    expect(page.status).toBe(200);
    const [, text] = await Promise.all([service.stop(), page.text()]);
    expect(text).toContain('event: bye');
    const usage: unknown = JSON.parse(await readFile(join(folder, 'usage.json'), 'utf8'));
    expect(usage).toMatchObject({
      processes: [{ clients: expect.arrayContaining([expect.objectContaining(REPORTS)]) }],
    });
  });
});
