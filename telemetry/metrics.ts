import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { Resource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** The metrics of a process. */
export interface Metrics {
  /** What makes counters, histograms and gauges. */
  meter: Meter;
  /** All of them in Prometheus' text format. */
  read(): Promise<string>;
  close(): Promise<void>;
}

export interface ProcessInfo {
  service: 'holdfast-worker' | 'holdfast-web';
  version: string;
  /** Of a worker in a deployment. */
  build?: string;
  role?: string;
}

/** Makes the metrics of a process; they are its own, so that one test process may have several. */
export function createMetrics({ service, version, build = '', role = '' }: ProcessInfo): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const resource = new Resource({ 'service.name': service, 'service.version': version });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const serializer = new PrometheusSerializer();
  const meter = provider.getMeter('holdfast');
  meter
    .createObservableGauge('holdfast_build_info', {
      description: '1; its labels say what the process is.',
    })
    .addCallback((gauge) => gauge.observe(1, { service, version, build, role }));
  return {
    meter,
    read: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    close: () => provider.shutdown(),
  };
}

/** From a millisecond to the time-out of a call, in seconds. */
export const CALL_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** From what a person doesn't notice to what no person waits for, in seconds. */
export const WAIT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

/** A histogram of seconds with these buckets. */
export function secondsHistogram(
  meter: Meter,
  name: string,
  description: string,
  boundaries: readonly number[],
) {
  const advice = { explicitBucketBoundaries: [...boundaries] };
  return meter.createHistogram(name, { description, unit: 's', advice });
}
