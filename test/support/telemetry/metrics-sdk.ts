/**
 * The metrics of an SDK: what a reader collects, and what Prometheus scrapes.
 *
 * @module
 */
import { createServer } from 'node:http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  DataPointType,
  type MetricData,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { onTestFinished } from 'vitest';
import { openServer } from '../listen.js';

/** A series of a metric. */
export interface CollectedSeries {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The number of values of a histogram, otherwise the value. */
  readonly value: number;
}

/** An SDK that is shut down after the running test. */
export interface MetricsSdk {
  readonly provider: MeterProvider;
  /** Collects all metrics, by name. */
  readonly collect: () => Promise<ReadonlyMap<string, MetricData>>;
  /** Collects the series of one metric; none if there is no such metric. */
  readonly series: (name: string) => Promise<readonly CollectedSeries[]>;
  /** Scrapes all metrics over HTTP. */
  readonly scrape: () => Promise<string>;
}

/** Collects on request. */
class Collector extends MetricReader {
  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Creates an SDK with the exporter for Prometheus, which is not registered. */
export function createMetricsSdk(): MetricsSdk {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const collector = new Collector();
  const provider = new MeterProvider({ readers: [collector, exporter] });
  onTestFinished(() => provider.shutdown());
  const collect = async (): Promise<ReadonlyMap<string, MetricData>> => {
    const { resourceMetrics, errors } = await collector.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected');
    const collected = new Map<string, MetricData>();
    for (const { metrics } of resourceMetrics.scopeMetrics) {
      for (const metric of metrics) collected.set(metric.descriptor.name, metric);
    }
    return collected;
  };
  return {
    provider,
    collect,
    series: async (name) => {
      const metric = (await collect()).get(name);
      return metric === undefined ? [] : seriesOf(metric);
    },
    scrape: async () => {
      const url = await openServer(
        createServer((request, response) => {
          exporter.getMetricsRequestHandler(request, response);
        }),
      );
      return await (await fetch(url)).text();
    },
  };
}

/** Reads the series of a metric. */
export function seriesOf(metric: MetricData): CollectedSeries[] {
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    return metric.dataPoints.map(({ attributes, value }) => ({ attributes, value: value.count }));
  }
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return [];
  return metric.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
}
