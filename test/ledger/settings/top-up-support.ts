import type { OperatorLimitsRequest } from '../../../contract/operator-limits';
import type { PurchaseRequest } from '../../../contract/purchase';
import type { TopUpRule } from '../../../contract/top-up';
import { granted, newId, type TestLedger } from '../ledger-support';
import { PACK, Shop } from '../purchase/purchase-support';

export const RULE: TopUpRule = { packId: PACK, belowCredits: 20, monthlyCapCents: 1_000_000 };

/** A ledger in which accounts top up. */
export class TopUpBooks {
  readonly shop: Shop;

  private constructor(shop: Shop) {
    this.shop = shop;
  }

  static async open(): Promise<TopUpBooks> {
    return new TopUpBooks(await Shop.open({}, 20));
  }

  async close(): Promise<void> {
    await this.shop.subs.expectBalanced();
    await this.shop.books.close();
  }

  set(accountId: string, rule: Partial<TopUpRule> | null, isOwned?: boolean) {
    return this.shop.books.ledger.settings.setTopUp(
      { accountId, key: newId('key'), topUp: rule && { ...RULE, ...rule } },
      isOwned,
    );
  }

  limit(accountId: string | null, limits: OperatorLimitsRequest['limits']) {
    const { settings } = this.shop.books.ledger;
    return granted(settings.setOperatorLimits({ accountId, limits, reason: 'r', by: 'sam' }));
  }

  begin(account: string) {
    return granted(this.shop.books.ledger.topUps.begin(account));
  }

  /** A subscriber who has spent all of the cycle's credits and tops up below 20. */
  async dry(rule: Partial<TopUpRule> = {}): Promise<string> {
    const account = await this.shop.subs.subscribed();
    await granted(this.set(account, rule));
    await this.spend(account, 150);
    return account;
  }

  spend(account: string, credits: number) {
    return granted(this.shop.books.reserve(account, newId('r'), credits));
  }

  async bought(account: string): Promise<string> {
    return (await boughtBy(this.shop.books, account)).purchaseId;
  }

  /** Buys a pack, which is paid, and spends it. */
  async buyAndSpend(account: string): Promise<void> {
    await granted(this.shop.settle(account, await this.bought(account), newId('pay')));
    await this.spend(account, 125);
  }

  async decline(account: string, neverAgain = false): Promise<void> {
    const id = await this.bought(account);
    const { purchases } = this.shop;
    await granted(purchases.close(account, id, 'declined', 'card-declined', neverAgain));
  }

  async told(account: string) {
    return (await this.shop.books.ledger.accountNotices(account))
      .filter(({ type }) => type === 'top-up-failed')
      .map(({ data }) => data)
      .reverse();
  }

  async topUpOf(account: string) {
    return (await this.shop.books.ledger.accountSettings(account)).topUp;
  }
}

/** A subscriber with 150 credits and that top-up, without a pause between top-ups. */
export async function subscriberOf(books: TestLedger, topUp: TopUpRule): Promise<string> {
  const { subscriptions, settings } = books.ledger;
  const account = newId();
  const paid = { planId: 'lite-monthly', paymentReference: 'p' };
  await granted(subscriptions.subscribe(account, 's', paid));
  await granted(settings.setTopUp({ accountId: account, key: 'k', topUp }));
  // test/ledger/settings/top-up-limits.test.ts has the pause.
  const limits = { topUpPauseSeconds: 0 };
  const word = { reason: 'no pause', by: 'test' };
  await granted(settings.setOperatorLimits({ accountId: account, limits, ...word }));
  books.messageKinds(account);
  return account;
}

/** The purchase of the top-up that is due. */
export async function boughtBy(books: TestLedger, account: string): Promise<PurchaseRequest> {
  const step = await granted(books.ledger.topUps.begin(account));
  if (step.step !== 'buy') throw new Error(`Nothing is bought: ${JSON.stringify(step)}`);
  return step.purchase;
}
