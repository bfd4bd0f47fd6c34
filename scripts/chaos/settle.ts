import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { HoldfastError } from '../../contract/errors';
import type { openLedgerBooks } from './comparison/ledger-books';
import { readProviderBooks } from './comparison/provider-books';
import type { Product } from './load/product';
import { NAMESPACE, type World } from './world/world';

const LOOK_EVERY_MS = 2_000;
/** A pass that would release suspiciously much waits for an operator. */
const CONFIRM_EVERY_MS = 15_000;

/** These live on: subscriptions of a month, expiries to come, and the record of the ledger. */
const LASTING = /^(subscription|expiry)\/|^holdfast-ledger$|^reconciliation/;

export interface Settled {
  ms: number;
  /** By name, what has not ended in time. */
  left: Record<string, number>;
  /** How many passes of reconciliation were confirmed. */
  confirmed: number;
}

interface Settling {
  world: World;
  product: Product;
  ledgerBooks: Awaited<ReturnType<typeof openLedgerBooks>>;
}

/** Starts what was killed, and waits until nothing is under way any more. */
export async function settle(settling: Settling, withinMs: number): Promise<Settled> {
  const begunMs = performance.now();
  const connection = await Connection.connect({
    address: `127.0.0.1:${settling.world.temporal.port()}`,
  });
  const temporal = new Client({ connection, namespace: NAMESPACE });
  let confirmed = 0;
  let confirmAtMs = begunMs + CONFIRM_EVERY_MS;
  try {
    for (;;) {
      const left = await leftOf(settling, temporal);
      const ms = performance.now() - begunMs;
      if (Object.keys(left).length === 0 || ms > withinMs) return { ms, left, confirmed };
      await tellOfPayments(settling);
      if (left['open requests'] && performance.now() > confirmAtMs) {
        confirmed += await confirmPass(settling.product);
        confirmAtMs = performance.now() + CONFIRM_EVERY_MS;
      }
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    await connection.close();
  }
}

async function leftOf(
  { ledgerBooks }: Settling,
  temporal: Client,
): Promise<Record<string, number>> {
  const left = await ledgerBooks.unsettled();
  let running = 0;
  for await (const { workflowId } of temporal.workflow.list({ query: 'ExecutionStatus="Running"' }))
    if (!LASTING.test(workflowId)) running += 1;
  return running > 0 ? { ...left, 'running workflows': running } : left;
}

/** As the payment provider's webhook does: of payments for which nothing was granted. */
async function tellOfPayments({ world, product }: Settling): Promise<void> {
  const { payments } = await readProviderBooks(world.outputDir, world.noticesDir);
  for (const [name, { timesTaken, refunded }] of payments) {
    if (timesTaken === Number(refunded)) continue;
    const [accountId = '', purchaseId = ''] = name.split('/');
    const purchase = await product.ledger.purchase(accountId, purchaseId);
    if (purchase?.status === 'granted') continue;
    await ignoringHoldfastErrors(() =>
      product.client.purchases.paymentUpdated(accountId, purchaseId),
    );
  }
}

async function confirmPass(product: Product): Promise<number> {
  const confirm = { confirm: true, reason: 'Chaos is over', by: 'chaos' };
  const report = await ignoringHoldfastErrors(() => product.client.reconciliation.run(confirm));
  return Number(report !== undefined);
}

/** What is not done now is tried again at the next look. */
async function ignoringHoldfastErrors<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
