/** Tokens leave no trace in metrics, spans, log lines, events for a SIEM, snapshots and reports. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/express';
import { createTelemetry, FAULT_CHANNEL } from '@scopegate/telemetry';
import { formatOcsf, logEvents } from '@scopegate/telemetry/logs';
import {
  createPrivilegeRecorder,
  createUsageReader,
  formatPrivileges,
  formatTrials,
  type PrivilegeUsage,
  reportPrivileges,
  reportTrials,
} from '@scopegate/telemetry/privileges';
import { forgeries } from '@scopegate/testing';
import { pino } from 'pino';
import { describe, expect, onTestFinished } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { listenTo } from '../../support/listen-to.js';
import { createMetricsSdk } from '../../support/telemetry/metrics-sdk.js';
import { openFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';
import { createCanary } from './canary.js';
import { formatReachable, watchOutput } from './tracer.js';

const canary = createCanary('cAnArY4t8');

/** Everything that subscribers have put out. */
interface Observed {
  readonly read: () => Promise<string>;
}

/** Subscribes with each subscriber until the running test is over. */
function observeEverything(): Observed {
  const faults = listenTo(FAULT_CHANNEL);
  const output = watchOutput([]);
  const sdk = createMetricsSdk();
  const exporter = new InMemorySpanExporter();
  const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  tracing.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  const telemetry = createTelemetry({ meterProvider: sdk.provider });
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const log = logEvents(pino({}, destination), { allowed: true, perMinute: 2 });
  const recorder = createPrivilegeRecorder();
  const listener = (event: unknown): void => {
    lines.push(JSON.stringify(formatOcsf(event as DecisionEvent))); // the channel has no other messages
  };
  subscribe(DECISION_CHANNEL, listener);
  onTestFinished(async () => {
    unsubscribe(DECISION_CHANNEL, listener);
    telemetry.close();
    log.close();
    recorder.close();
    trace.disable();
    context.disable();
    await tracing.shutdown();
  });
  return {
    read: async () => {
      log.close();
      expect(faults).toEqual([]);
      const spans = exporter.getFinishedSpans().map(formatReachable);
      expect([lines.length, spans.length].every((count) => count > 20)).toBe(true);
      const usages = [recorder.snapshot(), readUsage(lines)];
      expect(usages.every(({ processes }) => processes[0]?.clients.length === 1)).toBe(true);
      const reports = usages.flatMap(formatUsage);
      return [...lines, ...spans, ...reports, output.text(), await sdk.scrape()].join('\n');
    },
  };
}

/** Reads what the decisions of a log show. */
function readUsage(lines: readonly string[]): PrivilegeUsage {
  const reader = createUsageReader();
  for (const line of lines) reader.readLine(line);
  return reader.usage();
}

/** Formats a snapshot, and its reports in all formats. */
function formatUsage(usage: PrivilegeUsage): string[] {
  const report = reportPrivileges(usage, { minDays: 0, minRequests: 0 });
  const trials = reportTrials(usage, { minDays: 0 });
  return [
    JSON.stringify(usage),
    formatReachable(usage),
    ...(['table', 'json', 'markdown', 'csv'] as const).map((name) =>
      formatPrivileges(report, name),
    ),
    ...(['table', 'json', 'markdown'] as const).map((name) => formatTrials(trials, name)),
  ];
}

/** Opens a span for each request, as the instrumentation of HTTP servers does. */
function inSpan(_req: IncomingMessage, res: ServerResponse, next: () => void): void {
  trace.getTracer('test').startActiveSpan('request', (span) => {
    res.on('close', () => {
      span.end();
    });
    next();
  });
}

forEachExpressFront((front) => {
  describe('leaks of telemetry', () => {
    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'shows good and forged tokens, and an outage, without a trace of them',
      async () => {
        const observed = observeEverything();
        const rs = await openFixture(front, {
          server: (issuer) => ({
            ...issuer.options(),
            scopes: ['read', 'write'],
            excessScopes: 'report',
          }),
          mount: ({ app, api, handler }) => {
            app.express((native) => native.use(inSpan));
            app.all('/p', api.requireScope('read'), handler);
            app.all('/p/:id', api.requireScope('read'), handler);
            app.all('/write', api.requireScope('write'), handler);
          },
        });
        const tokens = await canary.listTokens(rs);
        for (const token of tokens) await canary.present(rs, token);
        await rs.issuer.stop();
        rs.issuer.clock.advance(600_000);
        await canary.present(rs, await rs.issuer.mint(canary.members));
        const text = await observed.read();
        expect(text).toContain('scopegate.outcome');
        expect(text).toContain('unavailable');
        expect(canary.tracesOf(tokens, text)).toEqual([]);
      },
    );

    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'records the client id of verified tokens in snapshots, and nothing of forged ones',
      async () => {
        const recorder = createPrivilegeRecorder();
        onTestFinished(() => {
          recorder.close();
        });
        const rs = await openFixture(front, {
          server: (issuer) => ({
            ...issuer.options(),
            scopes: ['read', 'write'],
            identifyClients: true,
            trial: { excessScopes: 'refuse' },
          }),
          mount: ({ app, api, handler }) => {
            const reportOnly = { until: new Date(Date.now() + 86_400_000).toISOString() };
            app.all('/p', api.requireScope('read'), handler);
            app.all('/p/:id', api.requireScope('read'), handler);
            app.all(
              '/write',
              api.dangerouslyReportOnly(api.requireScope('write'), reportOnly),
              handler,
            );
          },
        });
        const { members } = canary;
        const claims = { ...members.claims, client_id: 'reports' };
        const tokens = [await rs.issuer.mint({ ...members, header: {}, claims })];
        for (const { name } of forgeries) tokens.push(await rs.issuer.forge[name](members));
        for (const token of tokens) await canary.present(rs, token);
        const text = formatUsage(recorder.snapshot()).join('\n');
        expect(text).toContain('"clientId":"reports"');
        expect(text).toContain('report-only: write');
        expect(canary.tracesOf(tokens, text)).toEqual([]);
      },
    );
  });
});
