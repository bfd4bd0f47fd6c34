import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import pino from 'pino';
import { clientSearchedBy, createHoldfastClient, createOutboxDelivery } from '../client/client';
import { dataConverterOf } from '../codec/data-converter';
import { followApiKey } from '../config/api-key-file';
import { namespaceOf, unreachable } from '../config/temporal';
import { createLedger } from '../ledger/ledger';
import { expectAccess } from '../ledger/roles/expect-access';
import { createLogger } from './http/logging';
import { type OperatorLogin, openOperatorLogin } from './operator-login';
import { createServer } from './server';
import { startWebTelemetry } from './telemetry';
import { loadWebConfig, type WebConfig } from './web-config';

/** A web process's server, which listens. */
export interface RunningWeb {
  /** The address that it listens at: `http://127.0.0.1:8080`. */
  url: string;
  /**
   * Takes no new requests, ends the streams, answers the open requests, then closes its
   * connections.
   */
  stop(): Promise<void>;
}

export interface WebOptions {
  /**
   * Your codec of Temporal's payloads (`payloadCodecs` alone), as the worker has it; by default the
   * one of HOLDFAST_CODEC_KEYS, else none.
   */
  dataConverter?: DataConverter;
}

/**
 * Serves the HTTP API and the credits page, on connections of its own.
 *
 * @example const log = createLogger('info', pino.destination({ fd: 2, sync: true }));
 *   const web = await startWeb(loadWebConfig(process.env), log);
 * @throws HoldfastError INVALID_ARGUMENT (an unusable data converter), TEMPORAL_UNAVAILABLE,
 *   LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED, VERSION_TOO_OLD, LEDGER_ACCESS_DENIED, LEDGER_MISMATCH,
 *   TEMPORAL_IDENTITY_MISMATCH
 */
export async function startWeb(
  config: WebConfig,
  log: Logger,
  options: WebOptions = {},
): Promise<RunningWeb> {
  const dataConverter = dataConverterOf(config.codecKeys, options.dataConverter);
  const connection = await connect(config);
  const telemetry = await startWebTelemetry(config, log).catch(async (error) => {
    await connection.close();
    throw error;
  });
  const forgetKey = followApiKey(config.temporal, connection);
  const ledger = createLedger({
    databaseUrl: config.databaseUrl,
    maxConnections: config.maxConnections,
    connectWithinMs: config.connectWithinMs,
    observe: telemetry.observeCall,
  });
  let app: FastifyInstance | undefined;
  let operator: OperatorLogin | undefined;
  const stop = async () => {
    forgetKey();
    await app?.close();
    const ledgers = [ledger.close(), operator?.ledger.close()];
    await Promise.allSettled([...ledgers, connection.close(), telemetry.close()]);
  };
  try {
    const namespace = namespaceOf(config.temporal);
    const interceptors = telemetry.clientInterceptors;
    const temporal = new Client({ connection, namespace, dataConverter, interceptors });
    const { taskQueue, searchedBy, cancelsPerHourMax } = config;
    const common = { temporal, ledger, taskQueue, searchedBy };
    const client = createHoldfastClient({ ...common, cancelsPerHourMax });
    await expectAccess(config.databaseUrl, 'web');
    await ledger.effectiveCatalog();
    await client.operations.checkLedger();
    const deliver = createOutboxDelivery(clientSearchedBy(temporal, searchedBy), taskQueue);
    operator = await openOperatorLogin(config, deliver, ledger);
    app = await createServer({ ...config, client, ledger, operator, log, ...telemetry });
    return { url: await app.listen({ host: config.host, port: config.port }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect({ temporal }: WebConfig): Promise<Connection> {
  try {
    return await Connection.connect(temporal.connectionOptions);
  } catch (error) {
    throw unreachable(temporal, error);
  }
}

/**
 * Runs a web process until SIGINT or SIGTERM: its configuration comes from the environment, its log
 * goes to stderr.
 *
 * @throws Error naming every variable that is missing, malformed or unknown; and what
 *   {@link startWeb} throws
 */
export async function runWeb(options: WebOptions = {}): Promise<void> {
  const stopped = Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  const config = loadWebConfig(process.env);
  const log = createLogger(config.logLevel, pino.destination({ fd: 2, sync: true }));
  const web = await startWeb(config, log, options);
  log.info({ url: web.url }, 'serving');
  await stopped;
  await web.stop();
}
