import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createHoldfastClient } from '../../client/client';
import { createLedger } from '../../ledger/ledger';

/** Subscribes an account and makes a film. Run it again: the same ids cost nothing more. */
async function firstGeneration(): Promise<void> {
  const { connectionOptions, namespace } = loadClientConnectConfig(); // TEMPORAL_ADDRESS and others
  const connection = await Connection.connect(connectionOptions);
  const temporal = new Client({ connection, namespace });
  const ledger = createLedger({ databaseUrl: process.env.DATABASE_URL ?? '' });
  const taskQueue = process.env.HOLDFAST_TASK_QUEUE ?? 'holdfast';
  const holdfast = createHoldfastClient({ temporal, ledger, taskQueue });

  const accountId = 'studio-7'; // a user, a team or an organisation that pays
  const subscriptionId = 'main'; // any name: an account may subscribe again, by another one, when it has ended
  const paid = { planId: 'lite-monthly', paymentReference: 'inv-1' };
  await holdfast.subscriptions.subscribe({ accountId, subscriptionId, ...paid });
  const film = { kind: 'ai-avatar', seconds: 10, input: { script: 'Hello' } };
  await holdfast.generations.start({ accountId, requestId: 'film-1', ...film });
  const { status, charged, outputUrl } = await holdfast.generations.result(accountId, 'film-1');
  console.log(`${status}: ${outputUrl} for ${charged} credits`);

  await ledger.close();
  await connection.close();
}

firstGeneration();
