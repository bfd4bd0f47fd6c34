import { isNativeError } from 'node:util/types';
import {
  type LogLevel as CoreLevel,
  type MetricsExporterConfig,
  makeTelemetryFilterString,
  Runtime,
} from '@temporalio/worker';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/values';
import { errorInLog } from '../domain/error-in-log';

/**
 * Of a private log, the members that never hold what a person has written. The SDK adds encoded
 * tasks, and Holdfast's own lines results.
 */
const PUBLIC = new Set([
  ...['namespace', 'taskQueue', 'workflowId', 'workflowType', 'runId', 'workflowExists'],
  ...['activityId', 'activityType', 'attempt', 'isLocal', 'sdkComponent', 'error', 'err'],
  ...['workflowRunId', 'durationMs', 'accountId', 'noticeId', 'noticeType'],
  ...['what', 'outcome', 'code', 'kind', 'requestId', 'purchaseId', 'credits', 'waitedSeconds'],
  ...['build', 'traceId'],
]);

/**
 * Logs one JSON line per event. The SDK names an error `error`, and pino knows it as `err`. A
 * private log is that of a worker with a codec: it holds no text of a person, so errors have no
 * message, and lines end before what they quote.
 */
export function createWorkerLogger(
  level: LogLevel,
  destination: DestinationStream,
  isPrivate = false,
): Logger {
  const { errWithCause } = pino.stdSerializers;
  const error = isPrivate ? errorWithoutText : errWithCause;
  return pino(
    {
      level,
      base: { service: 'holdfast-worker' },
      serializers: { err: error, error },
      ...(isPrivate && {
        formatters: { log: publicMembers },
        hooks: { logMethod: withoutQuotes },
      }),
    },
    destination,
  );
}

function publicMembers(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => PUBLIC.has(name)));
}

/** An error of a workflow's sandbox is of another class `Error`. */
function errorWithoutText(error: unknown): unknown {
  return isNativeError(error) ? errorInLog(error) : typeof error;
}

type Hooks = NonNullable<pino.LoggerOptions['hooks']>;

/** Every line that quotes something, the SDK's too, quotes it behind a colon. */
const withoutQuotes: Hooks['logMethod'] = function (args, method) {
  const [members, message = ''] = args as unknown as [object, string?];
  method.call(this, members, message.replace(/:.*$/s, ''));
};

/**
 * Logs one JSON line per event to stderr, including those of the SDK and of workflows; serves the
 * SDK's metrics at an address, if one is given. Call it once per process, before any worker is
 * created.
 */
export function installLogging(level: LogLevel, isPrivate = false, sdkMetrics?: string): void {
  const logger = createWorkerLogger(level, pino.destination({ fd: 2, sync: true }), isPrivate);
  const write = (coreLevel: CoreLevel, message: string, meta?: object) => {
    logger[LEVELS[coreLevel]](meta ?? {}, message);
  };
  Runtime.install({
    logger: {
      log: write,
      trace: (message, meta) => write('TRACE', message, meta),
      debug: (message, meta) => write('DEBUG', message, meta),
      info: (message, meta) => write('INFO', message, meta),
      warn: (message, meta) => write('WARN', message, meta),
      error: (message, meta) => write('ERROR', message, meta),
    },
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) },
      ...(sdkMetrics !== undefined && { metrics: metricsAt(sdkMetrics) }),
    },
  });
}

/** Named and counted as Prometheus wants it: seconds, and `_total` behind what only grows. */
function metricsAt(bindAddress: string): MetricsExporterConfig {
  const suffixes = { countersTotalSuffix: true, unitSuffix: true };
  return { prometheus: { bindAddress, ...suffixes, useSecondsForDurations: true } };
}

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;
