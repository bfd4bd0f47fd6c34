import type { TopUpRule } from '../../../client/client';
import type { NoticeRecord } from '../../../contract/notice';
import type { OperatorLimitsRequest } from '../../../contract/operator-limits';
import type { BookEntry } from '../../../providers/stub-payment/stub-payment-provider';
import { lookAgainSignal, topUpWorkflowId } from '../../../workflows/messages';
import { topUpStart } from '../../../workflows/start-options';
import type { TopUpResult, topUpWorkflow } from '../../../workflows/workflows';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../harness';
import type { Shop } from '../purchase/shop';

/** Buys a pack of 49 USD below 100 credits, at most two a month. */
export const RULE: TopUpRule = { packId: 'pack-125', belowCredits: 100, monthlyCapCents: 9800 };

/** Top-ups for a shop's buyers, and what became of them. */
export class TopUps {
  readonly #shop: Shop;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /**
   * A subscriber with that many of the plan's 150 credits left, and with that rule. An operator lets
   * its top-ups follow one another without a pause.
   */
  async buyer(rule: Partial<TopUpRule> = {}, available = 150): Promise<string> {
    const accountId = await this.#shop.buyer();
    await this.limit(accountId, { topUpPauseSeconds: 0 });
    await this.spend(accountId, 150 - available);
    await this.set(accountId, rule);
    return accountId;
  }

  async set(accountId: string, rule: Partial<TopUpRule> | null): Promise<void> {
    const topUp = rule && { ...RULE, ...rule };
    const set = await this.#shop.holdfast.ledger.settings.setTopUp({
      accountId,
      key: uniqueId('key'),
      topUp,
    });
    if (!set.ok) throw new Error(set.refusal.message);
  }

  async limit(accountId: string, limits: OperatorLimitsRequest['limits']): Promise<void> {
    const { settings } = this.#shop.holdfast.ledger;
    const set = await settings.setOperatorLimits({ accountId, limits, reason: 'r', by: 'test' });
    if (!set.ok) throw new Error(set.refusal.message);
  }

  async spend(accountId: string, credits: number): Promise<void> {
    if (credits === 0) return;
    const body = { credits, reason: 'spent', by: 'test' };
    const deducted = await this.#shop.holdfast.ledger.deduct(accountId, uniqueId('key'), body);
    if (!deducted.ok) throw new Error(deducted.refusal.message);
  }

  /** Calls the top-up's workflow, as the outbox delivery does. */
  call(accountId: string) {
    const { client, taskQueue } = this.#shop.holdfast.temporal;
    const start = { ...topUpStart(accountId, taskQueue), signal: lookAgainSignal };
    return client.workflow.signalWithStart<typeof topUpWorkflow>('topUpWorkflow', start);
  }

  async result(accountId: string): Promise<TopUpResult> {
    return (await this.call(accountId)).result();
  }

  /** Calls until nothing more is bought, and returns the reason why not. */
  async settle(accountId: string): Promise<string> {
    for (;;) {
      const result = await this.result(accountId);
      if (result.status === 'none') return result.reason;
      await this.#shop.result(accountId, result.purchaseId);
    }
  }

  /** Buys so many packs, each when the one before has been spent. */
  async spendPacks(accountId: string, packs: number): Promise<void> {
    for (let bought = 0; bought < packs; bought += 1) {
      expect(await this.settle(accountId)).toBe('enough');
      await this.spend(accountId, 125);
    }
  }

  workflow(accountId: string) {
    return this.#shop.holdfast.temporal.client.workflow.getHandle<typeof topUpWorkflow>(
      topUpWorkflowId(accountId),
    );
  }

  /** Waits until the workflow sleeps until its next attempt. */
  async untilSleeping(accountId: string): Promise<void> {
    await eventually(async () => {
      const { raw, status } = await this.workflow(accountId).describe();
      if (status.name !== 'RUNNING' || raw.pendingWorkflowTask) return false;
      const { events } = await this.workflow(accountId).fetchHistory();
      return events?.some((event) => event.timerStartedEventAttributes) ?? false;
    });
  }

  /** Moves the time of the next attempt to that many seconds from now. */
  async retryWithin(accountId: string, seconds: number): Promise<void> {
    const { sql } = this.#shop.holdfast;
    const text = `UPDATE holdfast.account_settings SET top_up_retry_at = now() + $2 * interval '1 second' WHERE account_id = $1`;
    await sql(text, [accountId, seconds]);
  }

  /** The account's payments at the provider, oldest first. */
  async payments(accountId: string): Promise<BookEntry[]> {
    const book = await this.#shop.holdfast.payments.book();
    const own = book.filter((entry) => entry.accountId === accountId);
    return own.sort((a, b) => (a.idempotencyKey < b.idempotencyKey ? -1 : 1));
  }

  /** The account's notices of failed top-ups, oldest first. */
  async failures(accountId: string): Promise<NoticeRecord[]> {
    const notices = await this.#shop.holdfast.ledger.accountNotices(accountId);
    return notices.filter(({ type }) => type === 'top-up-failed').reverse();
  }
}
