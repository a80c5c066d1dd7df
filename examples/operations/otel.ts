/**
 * Starts OpenTelemetry before the application: `node --import ./dist/otel.js dist/start.js`.
 *
 * Prometheus scrapes `http://127.0.0.1:9464/metrics`; the environment variable
 * `OTEL_EXPORTER_PROMETHEUS_PORT` sets another port. To export spans, pass
 * `new BatchSpanProcessor(new OTLPTraceExporter())` in `spanProcessors`.
 *
 * @module
 */
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { startOpenTelemetry } from './open-telemetry.js';

const openTelemetry = startOpenTelemetry({
  exporter: new PrometheusExporter({ host: '127.0.0.1' }),
});
// Nothing is pending any more: the servers are closed.
process.once('beforeExit', () => void openTelemetry.shutdown());
