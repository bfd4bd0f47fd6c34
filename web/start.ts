import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import pino from 'pino';
import { createHoldfastClient, type HoldfastClient } from '../client/client';
import { namespaceOf, unreachable } from '../config/temporal';
import { expectSameTemporal } from '../contract/temporal-identity';
import { createLedger, type Ledger } from '../ledger/ledger';
import { createLogger } from './http/logging';
import { createServer } from './server';
import { loadWebConfig, type WebConfig } from './web-config';

export interface RunningWeb {
  /** Where it listens: `http://127.0.0.1:8080`. */
  url: string;
  /** Takes no new requests, ends its streams, and closes its connections once the others are answered. */
  stop(): Promise<void>;
}

const LEDGER_CONNECTIONS = 10;

/**
 * Serves the HTTP API.
 *
 * @throws HoldfastError TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED, TEMPORAL_IDENTITY_MISMATCH
 */
export async function startWeb(config: WebConfig, log: Logger): Promise<RunningWeb> {
  const connection = await connect(config);
  const ledger = createLedger({
    databaseUrl: config.databaseUrl,
    maxConnections: LEDGER_CONNECTIONS,
  });
  let app: FastifyInstance | undefined;
  const stop = async () => {
    await app?.close();
    await Promise.allSettled([ledger.close(), connection.close()]);
  };
  try {
    const temporal = new Client({ connection, namespace: namespaceOf(config.temporal) });
    const client = createHoldfastClient({ temporal, ledger, taskQueue: config.taskQueue });
    await ledger.effectiveCatalog();
    await checkIdentity(ledger, client);
    app = await createServer({ ...config, client, ledger, log });
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

/** Generations started in another Temporal would be admitted there, by a ledger that reconciles with this one. */
async function checkIdentity(ledger: Ledger, client: HoldfastClient): Promise<void> {
  const recorded = await ledger.recordedTemporalIdentity();
  if (recorded) expectSameTemporal(recorded, await client.operations.identity());
}

/** A whole web process: configuration from the environment, logs to stderr, until SIGINT or SIGTERM. */
export async function runWeb(): Promise<void> {
  const stopped = Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  const config = loadWebConfig(process.env);
  const log = createLogger(config.logLevel, pino.destination({ fd: 2, sync: true }));
  const web = await startWeb(config, log);
  log.info({ url: web.url }, 'serving');
  await stopped;
  await web.stop();
}
