import { type LogLevel as CoreLevel, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/values';

/** Logs one JSON line per event. The SDK names an error `error`, and pino knows it as `err`. */
export function createWorkerLogger(level: LogLevel, destination: DestinationStream): Logger {
  const { errWithCause } = pino.stdSerializers;
  return pino(
    {
      level,
      base: { service: 'holdfast-worker' },
      serializers: { err: errWithCause, error: errWithCause },
    },
    destination,
  );
}

/**
 * Logs one JSON line per event to stderr, including those of the SDK and of workflows. Call it once
 * per process, before any worker is created.
 */
export function installLogging(level: LogLevel): void {
  const logger = createWorkerLogger(level, pino.destination({ fd: 2, sync: true }));
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
    },
  });
}

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;
