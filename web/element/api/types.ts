import type { Balance } from '../../../contract/balance';
import type { Generation } from '../../../contract/generation-view';
import type { PriceList } from '../../../contract/prices';
import type { SettingsForOwner } from '../../../contract/settings';
import type { Subscription } from '../../../contract/subscription';

export type { Balance } from '../../../contract/balance';
export type { Generation } from '../../../contract/generation-view';
export type {
  HistoryEntryForOwner as HistoryEntry,
  HistoryForOwner as History,
} from '../../../contract/history';
export type { Dimensions, PricedKind } from '../../../contract/price';
export type { PackOnSale as Pack, PriceList } from '../../../contract/prices';
export type { Purchase } from '../../../contract/purchase';
export type { SettingsForOwner as Settings } from '../../../contract/settings';
export type { Subscription } from '../../../contract/subscription';
export type { Usage } from '../../../contract/usage';

/**
 * The data of the page's upper half. The default page contains it, so that the element can show it
 * at once.
 */
export interface Overview {
  balance: Balance;
  open: Generation[];
  prices: PriceList;
  subscription: Subscription | null;
  settings: SettingsForOwner;
}
