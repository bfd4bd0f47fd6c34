import type { z } from 'zod';
import type { balance, history, notices, subscription, usage } from './account';
import type { generation } from './generation';
import type { pack, priceList } from './prices';
import type { purchase } from './purchase';
import type { settings } from './settings';

/** What the HTTP API answers, by its own schemas: for those who read it and need no schemas. */
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
