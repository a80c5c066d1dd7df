import { createServer } from 'node:http';
import { createTelemetry } from '@scopegate/telemetry';
import { logEvents } from '@scopegate/telemetry/logs';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../support/listen.js';
import { createMetricsSdk } from '../../support/telemetry/metrics-sdk.js';
import { createRecordingLogger } from '../../support/telemetry/recording-logger.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const DAY_MS = 86_400_000;

describe('createTelemetry and logEvents with trials and guards that only report', () => {
  it('count what would be refused, show the time left, and write a line for each', async () => {
    const sdk = createMetricsSdk();
    const { logger, lines } = createRecordingLogger();
    const api = openApi({ ...SECRET_OPTIONS, name: 'sales' });
    const telemetry = createTelemetry({ meterProvider: sdk.provider, servers: { sales: api } });
    const log = logEvents(logger);
    onTestFinished(() => {
      telemetry.close();
      log.close();
    });
    const until = new Date(Date.now() + 20 * DAY_MS).toISOString();
    const app = express();
    app.get('/narrow', api.require({ scope: 'read', trial: { atMost: ['read'] } }), (_req, res) => {
      res.json({});
    });
    app.get(
      '/open',
      api.dangerouslyReportOnly(api.requireScope('read'), { until }),
      (_req, res) => {
        res.json({});
      },
    );
    const url = await openServer(createServer(app));
    const send = async (path: string, headers: Record<string, string>): Promise<number> => {
      const response = await fetch(new URL(path, url), { headers });
      await response.text();
      return response.status;
    };
    const authorization = `Bearer ${signToken({ scope: 'read write' })}`;
    expect(await send('/narrow', { authorization })).toBe(200);
    expect(await send('/open', {})).toBe(200);

    expect(await sdk.series('scopegate.trial.decisions')).toEqual([
      {
        attributes: {
          'scopegate.server': 'sales',
          'scopegate.outcome': 'refused',
          'scopegate.reason': 'excess_scope',
          'http.request.method': 'GET',
          'http.route': '/narrow',
        },
        value: 1,
      },
    ]);
    expect(await sdk.series('scopegate.guard.report_only')).toMatchObject([{ value: 1 }]);
    const [remaining] = await sdk.series('scopegate.guard.report_only.remaining');
    expect(Math.round((remaining?.value ?? 0) / (DAY_MS / 1000))).toBe(20);
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info allowed; on trial: refused: excess_scope',
      'warn guards that only report passed on 1 request that they would have refused; they begin to enforce in 19 days',
    ]);
    expect(lines[1]?.members).toMatchObject({
      event: 'scopegate.report-only',
      reasons: { missing_credentials: 1 },
      until,
    });
  });
});
