/**
 * OpenTelemetry of the process: metrics for Prometheus, and a span for each request.
 *
 * @module
 */
import { metrics } from '@opentelemetry/api';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';

/** Options of {@link startOpenTelemetry}. */
export interface OpenTelemetryOptions {
  /** Gets the metrics; here, Prometheus scrapes it. */
  readonly exporter: PrometheusExporter;
  /** Where spans go. @defaultValue nowhere: they only carry trace ids to the log */
  readonly spanProcessors?: SpanProcessor[];
}

/** OpenTelemetry, running. */
export interface OpenTelemetry {
  /** Exports what is pending. */
  shutdown(): Promise<void>;
}

/** Starts OpenTelemetry. Call it before the application imports `node:http`. */
export function startOpenTelemetry({
  exporter,
  spanProcessors = [],
}: OpenTelemetryOptions): OpenTelemetry {
  const meterProvider = new MeterProvider({ readers: [exporter] });
  metrics.setGlobalMeterProvider(meterProvider);
  const tracerProvider = new NodeTracerProvider({ spanProcessors });
  tracerProvider.register();
  registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
  return {
    async shutdown() {
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
    },
  };
}
