import { Client, Connection } from '@temporalio/client';
import { forgetLedger } from '../client/ledger-record';
import type { WorkerConfig } from '../worker/worker-config';

/** A Temporal that the environment names is to take the ledger of the next benchmark as well. */
export async function giveNamespaceBack({ temporal }: WorkerConfig): Promise<void> {
  const connection = await Connection.connect(temporal.connectionOptions);
  await forgetLedger(new Client({ connection, namespace: temporal.namespace }));
  await connection.close();
}
