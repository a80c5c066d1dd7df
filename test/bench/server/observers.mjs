/**
 * What can observe the decisions of a server, each as an operator would start it.
 */
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createInspector } from '../../../packages/inspector/dist/index.js';
import { createTelemetry } from '../../../packages/telemetry/dist/index.js';
import { createPrivilegeRecorder } from '../../../packages/telemetry/dist/privileges.js';

const SCRAPE_EVERY_MS = 5_000;

/** Starts each observer; what an observer returns is sent to the parent. */
export const OBSERVERS = {
  /** Metrics that are collected as often as Prometheus would at most. */
  telemetry({ api }) {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }));
    createTelemetry({ servers: { bench: api } });
    setInterval(() => void exporter.collect(), SCRAPE_EVERY_MS).unref();
  },
  recorder() {
    createPrivilegeRecorder();
  },
  async inspector({ app, api }) {
    const { url } = await createInspector({ app, servers: { bench: api } }).listen();
    return { inspectorUrl: url };
  },
};

/** @typedef {keyof typeof OBSERVERS} ObserverName */
