import { Client, Connection } from '@temporalio/client';
import { createOutboxDelivery, HoldfastClient } from '../../../client/client';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import type { Random } from '../random';
import { ledgerUrlOf, NAMESPACE, TASK_QUEUE, type World } from '../world/world';
import type { Asking } from './until-answered';
import { WebClient } from './web-client';

/** The product that makes the load: its own clients of Holdfast, over ways that are disturbed. */
export interface Product {
  client: HoldfastClient;
  ledger: Ledger;
  web: WebClient;
  close(): Promise<void>;
}

export async function openProduct(world: World): Promise<Product> {
  const address = `127.0.0.1:${world.ways['client to temporal'].port}`;
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection, namespace: NAMESPACE });
  const ledger = createLedger({
    databaseUrl: ledgerUrlOf(world, 'client'),
    maxConnections: 20,
    deliver: createOutboxDelivery(temporal, TASK_QUEUE),
  });
  const client = new HoldfastClient({
    temporal,
    ledger,
    taskQueue: TASK_QUEUE,
    cancelsPerHourMax: 1_000_000,
  });
  return {
    client,
    ledger,
    web: new WebClient(world.web),
    async close() {
      await ledger.close().catch(() => {});
      await connection.close();
    },
  };
}

/** What one of the load's customers has: the product, books, draws and ids of its own. */
export interface Customer extends Asking {
  product: Product;
  accountId: string;
  /** Counts up, so that each id of this customer is used once. */
  nextId(): string;
}

export function customerOf(
  asking: Omit<Asking, 'random'>,
  product: Product,
  accountId: string,
  name: string,
  random: Random,
): Customer {
  let ids = 0;
  return {
    ...asking,
    random,
    product,
    accountId,
    nextId() {
      ids += 1;
      return `${name}-${ids}`;
    },
  };
}
