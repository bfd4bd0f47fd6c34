import type { z } from 'zod';
import type { balance, history, notices, subscription, usage } from '../../schemas/account';
import type { generation } from '../../schemas/generation';
import type { pack, priceList } from '../../schemas/prices';
import type { purchase } from '../../schemas/purchase';
import type { settings } from '../../schemas/settings';

/** What the HTTP API answers, by its own schemas. */
export type Balance = z.output<typeof balance>;
export type Generation = z.output<typeof generation>;
export type History = z.output<typeof history>;
export type HistoryEntry = History['entries'][number];
export type Notices = z.output<typeof notices>;
export type Pack = z.output<typeof pack>;
export type PriceList = z.output<typeof priceList>;
export type PricedKind = PriceList['kinds'][number];
export type Purchase = z.output<typeof purchase>;
export type Settings = z.output<typeof settings>;
export type Subscription = z.output<typeof subscription>;
export type Usage = z.output<typeof usage>;

/** All that the upper half of the page is made of; the default page brings it along, so that nothing has to be waited for. */
export interface Overview {
  balance: Balance;
  open: Generation[];
  prices: PriceList;
  subscription: Subscription | null;
  settings: Settings;
}
