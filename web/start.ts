import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createHoldfastClient } from '../client';
import { HoldfastError } from '../contract/errors';
import { createLedger, type Ledger } from '../ledger';
import type { WebConfig } from './config';
import { createServer } from './server';

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
  const ledger = createLedger({ databaseUrl: config.databaseUrl, maxConnections: LEDGER_CONNECTIONS });
  let app: FastifyInstance | undefined;
  const stop = async () => {
    await app?.close();
    await Promise.allSettled([ledger.close(), connection.close()]);
  };
  try {
    const temporal = new Client({ connection, namespace: config.temporal.namespace ?? 'default' });
    const client = createHoldfastClient({ temporal, ledger, taskQueue: config.taskQueue });
    await ledger.effectiveCatalog();
    await checkIdentity(ledger, await client.operations.identity());
    app = await createServer({ ...config, client, ledger, log });
    return { url: await app.listen({ host: config.host, port: config.port }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect({ temporal: { connectionOptions } }: WebConfig): Promise<Connection> {
  try {
    return await Connection.connect(connectionOptions);
  } catch (error) {
    const message = `Temporal can't be reached at ${connectionOptions.address ?? 'localhost:7233'}.`;
    throw new HoldfastError('TEMPORAL_UNAVAILABLE', message, {}, { cause: error });
  }
}

/** Generations started in another Temporal would be admitted there, by a ledger that reconciles with this one. */
async function checkIdentity(ledger: Ledger, seen: { clusterId: string; namespaceId: string }): Promise<void> {
  const recorded = await ledger.recordedTemporalIdentity();
  if (!recorded || (recorded.clusterId === seen.clusterId && recorded.namespaceId === seen.namespaceId)) return;
  const message = 'The ledger belongs to another Temporal cluster or namespace. See docs/runbook.md.';
  throw new HoldfastError('TEMPORAL_IDENTITY_MISMATCH', message, { recorded, seen });
}
