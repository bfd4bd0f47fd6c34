/** A product's program: a paid plan, a price, a generation to its end, as README shows them. */
const body = `
async function main() {
  const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, DATABASE_URL, TASK_QUEUE, REQUEST } = process.env;
  const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
  const temporal = new Client({ connection, namespace: TEMPORAL_NAMESPACE });
  const ledger = createLedger({ databaseUrl: DATABASE_URL });
  const holdfast = createHoldfastClient({ temporal, ledger, taskQueue: TASK_QUEUE });
  const accountId = 'installed-' + REQUEST;
  const plan = { planId: 'lite-monthly', paymentReference: 'invoice-' + REQUEST };
  await holdfast.subscriptions.subscribe({ accountId, subscriptionId: 'main', ...plan });
  const image = { accountId, kind: 'text-to-image' };
  const { credits } = await holdfast.quote(image);
  const started = await holdfast.generations.start({ ...image, requestId: REQUEST, input: {} });
  const end = started.result ?? (await holdfast.generations.result(accountId, REQUEST));
  const refused = await holdfast.quote({ accountId, kind: 'no-such-kind' }).catch((error) => error);
  const isOurs = refused instanceof HoldfastError;
  console.log(JSON.stringify({ credits, status: end.status, charged: end.charged, isOurs }));
  await ledger.close();
  await connection.close();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

/** What it prints when all is well. */
export const PRINTED = { credits: 2, status: 'committed', charged: 2, isOurs: true };

export const PRODUCT_CJS = `
const { Client, Connection } = require('@temporalio/client');
const { createHoldfastClient, HoldfastError } = require('@holdfast/client');
const { createLedger } = require('@holdfast/client/ledger');
${body}`;

export const PRODUCT_ESM = `
import { Client, Connection } from '@temporalio/client';
import { createHoldfastClient, HoldfastError } from '@holdfast/client';
import { createLedger } from '@holdfast/client/ledger';
${body}`;
