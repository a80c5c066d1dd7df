import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { createTelemetry } from '@scopegate/telemetry';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../support/listen.js';
import { publishDecision } from '../../support/decision-events.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

/** Registers an SDK until the running test is over. */
function openTracing(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  onTestFinished(async () => {
    trace.disable();
    context.disable();
    await provider.shutdown();
  });
  return exporter;
}

function openTelemetry(options: Parameters<typeof createTelemetry>[0] = {}): void {
  const telemetry = createTelemetry(options);
  onTestFinished(() => {
    telemetry.close();
  });
}

/** Runs a function in a span. */
function inSpan(run: () => void): void {
  trace.getTracer('test').startActiveSpan('request', (span) => {
    run();
    span.end();
  });
}

function onlySpan(exporter: InMemorySpanExporter): ReadableSpan {
  const [span, ...others] = exporter.getFinishedSpans();
  if (span === undefined || others.length > 0) throw new Error('one span was expected');
  return span;
}

describe('createTelemetry: the active span', () => {
  it('gets the attributes of the decision, and no status', () => {
    const exporter = openTracing();
    openTelemetry();
    inSpan(() => {
      publishDecision({
        outcome: 'refused',
        reason: 'expired',
        issuer: undefined,
        claimedIssuer: 'https://auth.example.com',
        source: undefined,
        principal: undefined,
      });
    });
    const { attributes, status, events } = onlySpan(exporter);
    expect(attributes).toEqual({
      'scopegate.outcome': 'refused',
      'scopegate.reason': 'expired',
      'scopegate.server': 'sales',
      'scopegate.claimed_issuer': 'https://auth.example.com',
    });
    expect(status).toEqual({ code: SpanStatusCode.UNSET });
    expect(events).toEqual([]);
  });

  it('gets the client id with identifyClients, the verdict of a trial, issuer and source', () => {
    const exporter = openTracing();
    openTelemetry();
    inSpan(() => {
      publishDecision({
        clientId: 'reports',
        trial: { outcome: 'refused', reason: 'excess_scope' },
      });
    });
    expect(onlySpan(exporter).attributes).toEqual({
      'scopegate.outcome': 'allowed',
      'scopegate.server': 'sales',
      'scopegate.issuer': 'https://auth.example.com',
      'scopegate.token.source': 'cache',
      'scopegate.principal': 'client',
      'scopegate.client.id': 'reports',
      'scopegate.trial.outcome': 'refused',
      'scopegate.trial.reason': 'excess_scope',
    });
  });

  it.each(['refused', 'unavailable', 'error', 'unenforced'] as const)(
    'keeps the outcome %s when a later decision passes',
    (outcome) => {
      const exporter = openTracing();
      openTelemetry();
      inSpan(() => {
        publishDecision();
        publishDecision({ outcome });
        publishDecision({ server: 'other' });
      });
      const { attributes } = onlySpan(exporter);
      expect(attributes['scopegate.outcome']).toBe(outcome);
      expect(attributes['scopegate.server']).toBe('sales');
    },
  );

  it('gets nothing with span: off, and nothing fails without a span', () => {
    const exporter = openTracing();
    openTelemetry({ span: 'off' });
    publishDecision();
    inSpan(() => {
      publishDecision();
    });
    expect(onlySpan(exporter).attributes).toEqual({});
  });

  it('is that of the HTTP server, for requests that pass and for refused ones', async () => {
    const exporter = openTracing();
    const instrumentation = new HttpInstrumentation();
    instrumentation.enable();
    onTestFinished(() => {
      instrumentation.disable();
    });
    // The instrumentation patches what is required, and servers share its prototype.
    createRequire(import.meta.url)('node:http');
    openTelemetry();
    const api = openApi({ ...SECRET_OPTIONS, name: 'sales' });
    const app = express();
    app.get('/v1/sales/:id', api.requireScope('read'), (_req, res) => void res.json({}));
    const url = await openServer(createServer(app));
    const authorization = `Bearer ${signToken({ scope: 'read' })}`;
    for (const headers of [{ authorization }, undefined]) {
      const response = await fetch(new URL('/v1/sales/1', url), headers && { headers });
      await response.text();
    }
    const spansOfServer = (): ReadableSpan[] =>
      exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.SERVER);
    await expect.poll(spansOfServer).toHaveLength(2);
    expect(spansOfServer().map(({ attributes }) => attributes['scopegate.outcome'])).toEqual([
      'allowed',
      'refused',
    ]);
    expect(spansOfServer().map(({ status }) => status.code)).toEqual([0, 0]);
  });
});
