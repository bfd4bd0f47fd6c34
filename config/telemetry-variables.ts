import { optional, SERVICES, type Setting, standard, WEB, WORKER } from './setting';
import { host, webUrl, wholeNumber } from './values';

const port = wholeNumber(1, 65_535);

/** What a process tells of itself. */
export const TELEMETRY_SETTINGS = {
  HOLDFAST_METRICS_PORT: optional(
    WORKER,
    port,
    'The worker’s port for `GET /metrics`, in Prometheus’ format; without it nothing is measured. See [monitoring.md](how-to/monitoring.md).',
  ),
  HOLDFAST_WEB_METRICS_PORT: optional(
    WEB,
    port,
    'The same of the web process, which never serves them on its public port.',
  ),
  HOLDFAST_METRICS_HOST: standard(
    SERVICES,
    host,
    '127.0.0.1',
    'Where those ports listen: `0.0.0.0` for every address of the machine. Metrics name no account; keep them from the public all the same.',
  ),
  HOLDFAST_TRACES_URL: optional(
    SERVICES,
    webUrl,
    'Where traces are sent, by OTLP over HTTP: `http://collector:4318/v1/traces`; without it nothing is traced. OpenTelemetry’s own variables for sampling, batches and headers (`OTEL_TRACES_SAMPLER`, …) count as usual. See [monitoring.md](how-to/monitoring.md#traces).',
  ),
} satisfies Record<string, Setting>;
