import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import { formatDecision, logEvents } from '@scopegate/telemetry/logs';
import express from 'express';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../support/listen.js';
import { createDecision } from '../../support/decision-events.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

type Line = Readonly<Record<string, unknown>>;

const requestIds = new AsyncLocalStorage<string>();

/** An API whose requests have ids, and the lines that pino writes. */
async function openLoggedApi(): Promise<{ url: URL; lines: Line[] }> {
  const lines: Line[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Line) };
  const logger = pino(
    { base: null, mixin: () => ({ requestId: requestIds.getStore() }) },
    destination,
  );
  const log = logEvents(logger, { allowed: true });
  onTestFinished(() => {
    log.close();
  });
  const api = openApi({ ...SECRET_OPTIONS, name: 'sales', identifyClients: true });
  const app = express();
  app.use((req, _res, next) => {
    requestIds.run(String(req.headers['x-request-id']), next);
  });
  app.get('/v1/sales/:id', api.requireScope('read'), (_req, res) => void res.json({}));
  return { url: await openServer(createServer(app)), lines };
}

async function send(url: URL, id: string, token?: string): Promise<number> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL('/v1/sales/1', url), {
    headers: { 'x-request-id': id, ...authorization },
  });
  await response.text();
  return response.status;
}

describe('logEvents with pino', () => {
  it('writes a line of JSON for each request, in its async context', async () => {
    const { url, lines } = await openLoggedApi();
    expect(await send(url, 'r1', signToken({ scope: 'read' }))).toBe(200);
    expect(await send(url, 'r2', signToken({ scope: 'write' }))).toBe(403);
    expect(await send(url, 'r3', signToken({ aud: 'https://other.example' }))).toBe(401);
    expect(await send(url, 'r4')).toBe(401);
    expect(lines.map(({ requestId, level, msg }) => [requestId, level, msg])).toEqual([
      ['r1', 30, 'allowed'],
      ['r2', 30, 'refused: scope'],
      ['r3', 30, 'refused: audience'],
      ['r4', 30, 'refused: missing_credentials'],
    ]);
    expect(lines[0]).toMatchObject({
      event: 'scopegate.decision',
      outcome: 'allowed',
      server: 'sales',
      guard: 'requireScope',
      method: 'GET',
      route: '/v1/sales/:id',
      source: 'verification',
      clientId: 'reports',
      policy: { scope: { kind: 'allOf', parts: ['read'] } },
    });
    expect(JSON.stringify(lines)).not.toContain('undefined');
  });
});

describe('formatDecision', () => {
  it('omits members without a value, and keeps the policies that the request needed', () => {
    const policy = { scope: 'read' } as never;
    const record = formatDecision(createDecision({ earlier: [policy] }));
    expect(JSON.parse(JSON.stringify(record))).toEqual({
      event: 'scopegate.decision',
      outcome: 'allowed',
      scheme: 'Bearer',
      server: 'sales',
      guard: 'requireScope',
      earlier: [{ scope: 'read' }],
      issuer: 'https://auth.example.com',
      method: 'GET',
      route: '/v1/sales/:id',
      source: 'cache',
      microseconds: 4,
      principal: 'client',
    });
  });
});
