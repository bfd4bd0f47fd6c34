import type { Balance, Generation, PriceList, Settings, Subscription } from '../../schemas/answers';

export type * from '../../schemas/answers';

/** All that the upper half of the page is made of; the default page brings it along, so that nothing has to be waited for. */
export interface Overview {
  balance: Balance;
  open: Generation[];
  prices: PriceList;
  subscription: Subscription | null;
  settings: Settings;
}
