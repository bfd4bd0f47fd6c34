import { z } from 'zod';
import type { Overview } from '../element/api/types';
import { generationOf } from '../generation-view';
import type { RouteContext } from '../route-context';
import { priceListOf } from '../routes/prices';
import { balance, subscription } from '../schemas/account';
import { generation } from '../schemas/generation';
import { priceList } from '../schemas/prices';
import { settings } from '../schemas/settings';

/** What the API would answer to the element's first questions. */
const overview = z.object({
  balance,
  open: z.array(generation),
  prices: priceList,
  subscription: subscription.nullable(),
  settings,
});

export async function readOverview({ client, ledger }: RouteContext, accountId: string): Promise<Overview> {
  const [current, open, catalog, newest, chosen] = await Promise.all([
    client.balance(accountId),
    client.generations.open(accountId),
    ledger.effectiveCatalog(),
    client.subscriptions.get(accountId),
    client.settings.get(accountId),
  ]);
  return overview.parse({
    balance: current,
    open: open.map((record) => generationOf(record)),
    prices: priceListOf(catalog),
    subscription: newest,
    settings: chosen,
  });
}
