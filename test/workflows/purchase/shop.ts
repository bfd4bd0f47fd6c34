import type { PurchaseRecord, PurchaseRequest, PurchaseResult } from '../../../client/client';
import type { CatalogVersion } from '../../../contract/catalog';
import type { BookEntry } from '../../../providers/stub-payment/stub-payment-provider';
import { purchaseWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { whileUnreachable } from '../../support/while-unreachable';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { deleteWorkflow, untilStarted } from '../workflow-support';
import { expectBooksToAgree } from './purchases-match-payments';

/**
 * Holdfast for tests of purchases: buyers, their payments, and the comparison of both at the end.
 */
export class Shop {
  readonly holdfast: Holdfast;

  private constructor(holdfast: Holdfast) {
    this.holdfast = holdfast;
  }

  static async open(catalog: Partial<CatalogVersion> = {}): Promise<Shop> {
    const shop = new Shop(await openHoldfast());
    await shop.holdfast.setCatalog(catalog);
    return shop;
  }

  /** A new account with a live subscription `s`, of which no workflow runs. */
  async buyer(planId = 'lite-monthly'): Promise<string> {
    const accountId = uniqueId('buyer');
    await this.subscribe(accountId, 's', planId);
    return accountId;
  }

  async subscribe(
    accountId: string,
    subscriptionId: string,
    planId = 'lite-monthly',
  ): Promise<void> {
    const body = { planId, paymentReference: uniqueId('pay') };
    const { subscriptions } = this.holdfast.ledger;
    const subscribed = await whileUnreachable(() =>
      subscriptions.subscribe(accountId, subscriptionId, body),
    );
    if (!subscribed.ok) throw new Error(subscribed.refusal.message);
  }

  buy(
    accountId: string,
    more: Partial<PurchaseRequest> = {},
    options?: { timeoutMs: number },
  ): Promise<PurchaseResult> {
    return this.holdfast.client.purchases.buy(order(accountId, more), options);
  }

  result(accountId: string, purchaseId = 'p'): Promise<PurchaseResult> {
    return this.holdfast.client.purchases.result(accountId, purchaseId);
  }

  /** The purchase as the ledger has it. */
  record(accountId: string, purchaseId = 'p'): Promise<PurchaseRecord | null> {
    return this.holdfast.client.purchases.get(accountId, purchaseId);
  }

  /** The payment as the payment service has it. */
  async payment(accountId: string, purchaseId = 'p'): Promise<BookEntry | undefined> {
    const key = purchaseWorkflowId(accountId, purchaseId);
    return (await this.holdfast.payments.book()).find(
      ({ idempotencyKey }) => idempotencyKey === key,
    );
  }

  workflow(accountId: string, purchaseId = 'p') {
    return this.holdfast.temporal.client.workflow.getHandle(
      purchaseWorkflowId(accountId, purchaseId),
    );
  }

  /** Waits until Temporal knows the workflow. A worker may have begun with it or not. */
  async untilStarted(accountId: string, purchaseId = 'p'): Promise<void> {
    await untilStarted(this.holdfast.temporal, purchaseWorkflowId(accountId, purchaseId));
  }

  /** Waits until the activity is past its first attempt. */
  async untilRetrying(activity: string, accountId: string, purchaseId = 'p'): Promise<void> {
    await this.untilStarted(accountId, purchaseId);
    await eventually(async () => {
      const { raw } = await this.workflow(accountId, purchaseId).describe();
      const pending = raw.pendingActivities?.find(
        ({ activityType }) => activityType?.name === activity,
      );
      return Number(pending?.attempt ?? 0) > 1;
    });
  }

  async eventsOf(accountId: string, purchaseId = 'p') {
    return (await this.workflow(accountId, purchaseId).fetchHistory()).events ?? [];
  }

  /**
   * Deletes the workflow, open or closed. The server takes some seconds for one that has just
   * closed.
   */
  async forget(accountId: string, purchaseId = 'p'): Promise<void> {
    await deleteWorkflow(this.holdfast.temporal, purchaseWorkflowId(accountId, purchaseId));
  }

  /**
   * Makes the account's purchases due, and runs a reconciliation pass. Returns how many it has
   * restarted.
   */
  async reconcile(accountId: string): Promise<number | undefined> {
    const past =
      "UPDATE holdfast.purchases SET look_from = now() - interval '1 second' WHERE account_id = $1";
    await this.holdfast.sql(`${past} AND resolved_at IS NULL`, [accountId]);
    const strays = past.replace('purchases', 'stray_payments');
    await this.holdfast.sql(`${strays} AND status = 'returning'`, [accountId]);
    return (await this.holdfast.client.reconciliation.run()).upkeep?.purchasesRestarted;
  }

  expectBooksToAgree(): Promise<void> {
    return expectBooksToAgree(this.holdfast);
  }

  async close(): Promise<void> {
    try {
      await this.expectBooksToAgree();
    } finally {
      await this.holdfast.close();
    }
  }
}

/** A request to buy a pack of 125 credits at its price, as purchase `p`. */
export function order(accountId: string, more: Partial<PurchaseRequest> = {}): PurchaseRequest {
  return { accountId, purchaseId: 'p', packId: 'pack-125', shownPriceCents: 4900, ...more };
}

/** Asks the payment stub for one of its simulations. */
export const simulated = (simulation: string) => ({ paymentMethod: `simulate-${simulation}` });
