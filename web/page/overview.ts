import { z } from 'zod';
import { balance } from '../../contract/balance';
import { openGenerations } from '../../contract/generation-view';
import { priceList } from '../../contract/prices';
import { settingsForOwner } from '../../contract/settings';
import { subscriptionAnswer } from '../../contract/subscription';
import type { Overview } from '../element/api/types';
import { generationOf } from '../generation-view';
import { priceListOf } from '../price-list';
import type { RouteContext } from '../route-context';

/** The answers of the API to the element's first requests. */
const overview = z.object({
  balance,
  ...openGenerations.shape,
  prices: priceList,
  ...subscriptionAnswer.shape,
  settings: settingsForOwner,
});

export async function readOverview(
  { client, ledger }: RouteContext,
  accountId: string,
): Promise<Overview> {
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
