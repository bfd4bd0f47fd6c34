import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { HoldfastError, type Refusal } from '../contract/errors';
import type { Outcome } from '../contract/outcome';
import { parseField } from '../contract/parse';
import { paymentId } from '../contract/payment';
import { PROVIDER_FAULT, reasonOf } from '../contract/provider-answer';
import type { PurchaseRecord, PurchaseRequest } from '../contract/purchase';
import { parsePurchase } from '../contract/purchase';
import type { Ledger } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { asActivity } from './support/as-activity';
import { askInTime } from './support/in-time';
import { askingOwnership, NOT_OWNED, NOT_UNDERSTOOD } from './support/payment-method';
import type { ProviderCalls } from './support/provider-calls';
import { parsedActivity } from './support/refusals';
import { TaskDelays } from './support/task-delays';
import { type AdmissionWindow, timeLeft } from './support/temporal-time';

export interface PurchaseKey {
  accountId: string;
  purchaseId: string;
}

export interface TurnPurchaseAwayInput {
  request: PurchaseRequest;
  reason: string;
}

export interface PurchasePayment extends PurchaseKey {
  paymentId: string;
}

export interface ClosePurchaseInput extends PurchaseKey {
  status: 'declined' | 'voided' | 'returned';
  reason: string;
  /** The provider has said that the payment method must never be charged again. */
  retry?: 'never';
}

/**
 * The ledger's side of a purchase: the intent first, then the grant or the end. Every activity is
 * keyed by the purchase, so a repetition changes nothing and gets the first record. Outages throw
 * and are retried.
 */
export interface PurchaseActivities {
  /**
   * Locks the shown price and records the intent. Nothing is charged before, and nothing recorded
   * if the provider says that the payment method is not the account's, or after the window
   * (PURCHASE_TIMED_OUT). A refusal is a value.
   */
  openPurchase(
    request: PurchaseRequest,
    window?: AdmissionWindow,
  ): Promise<Outcome<PurchaseRecord>>;
  /**
   * Closes the key of a purchase that comes too late or was cancelled. A purchase that was opened
   * before keeps its record.
   */
  turnPurchaseAway(input: TurnPurchaseAwayInput): Promise<Outcome<PurchaseRecord>>;
  /**
   * Records that the money was taken: the record is `granted`, or `returning` if no subscription is
   * live.
   *
   * @throws ApplicationFailure PROVIDER_FAULT (final) without a usable payment id
   */
  settlePurchase(input: PurchasePayment): Promise<PurchaseRecord>;
  /** Records that a further payment has gone back. */
  returnStrayPayment(input: PurchasePayment): Promise<PurchaseRecord>;
  /** Ends the purchase without a grant. If it ended earlier, the earlier record is returned. */
  closePurchase(input: ClosePurchaseInput): Promise<PurchaseRecord>;
}

interface PurchaseActivitiesOptions {
  ledger: Ledger;
  temporal: Client;
  /** Absent: this worker can take no money. */
  paymentProvider?: PaymentProvider;
  /** The process's calls of the payment provider. */
  paymentCalls?: ProviderCalls;
}

const NO_PAYMENTS: Refusal = {
  code: 'PAYMENTS_NOT_CONFIGURED',
  message: 'This worker has no payment provider, so nothing can be bought. Nothing was charged.',
};

export function createPurchaseActivities({
  ledger,
  temporal,
  paymentProvider,
  paymentCalls,
}: PurchaseActivitiesOptions): PurchaseActivities {
  const { purchases } = ledger;
  const ownership = askingOwnership(paymentProvider, paymentCalls);
  const delays = new TaskDelays();

  const recorded = (key: PurchaseKey) => recordedBy(ledger, key);

  /** Why a purchase that the ledger doesn't know can't be paid; undefined if it can. */
  async function paymentRefusal({
    accountId,
    purchaseId,
    paymentMethod,
  }: PurchaseRequest): Promise<Refusal | undefined> {
    if (paymentProvider !== undefined && paymentMethod === undefined) return undefined;
    if ((await ledger.purchase(accountId, purchaseId)) !== null) return undefined;
    if (paymentProvider === undefined) return NO_PAYMENTS;
    const whose = await ownership(accountId, paymentMethod);
    if (whose === 'not-understood') return NOT_UNDERSTOOD;
    return whose === 'not-owned' ? NOT_OWNED : undefined;
  }

  return {
    openPurchase: parsedActivity(parsePurchase, async (request, window?: AdmissionWindow) => {
      const left = await timeLeft({ temporal, delays }, window);
      const refusal = await paymentRefusal(request);
      const { accountId, purchaseId, ...body } = request;
      if (refusal) return { ok: false, refusal };
      return askInTime(left, 'PURCHASE_TIMED_OUT', (withinMs) =>
        purchases.open(accountId, purchaseId, body, withinMs),
      );
    }),

    turnPurchaseAway: parsedActivity(parseTurnedAway, async ({ request, reason }) => {
      const { accountId, purchaseId, ...body } = request;
      if ((await ledger.purchase(accountId, purchaseId)) !== null)
        return purchases.open(accountId, purchaseId, body);
      return purchases.close(accountId, purchaseId, 'voided', reason);
    }),

    settlePurchase: asActivity(async ({ accountId, purchaseId, paymentId }) => {
      const settled = await purchases.settle(accountId, purchaseId, checkedPayment(paymentId));
      return settled.ok ? settled.value : recorded({ accountId, purchaseId });
    }),

    returnStrayPayment: asActivity(async ({ accountId, purchaseId, paymentId }) => {
      const returned = await purchases.returnStray(accountId, purchaseId, paymentId);
      return returned.ok ? returned.value : recorded({ accountId, purchaseId });
    }),

    closePurchase: asActivity(async ({ accountId, purchaseId, status, reason, retry }) => {
      const closed = await purchases.close(
        accountId,
        purchaseId,
        status,
        reasonOf(reason),
        retry === 'never',
      );
      return closed.ok ? closed.value : recorded({ accountId, purchaseId });
    }),
  };
}

/** @throws HoldfastError PURCHASE_NOT_FOUND */
async function recordedBy(
  ledger: Pick<Ledger, 'purchase'>,
  { accountId, purchaseId }: PurchaseKey,
): Promise<PurchaseRecord> {
  const record = await ledger.purchase(accountId, purchaseId);
  if (record) return record;
  throw new HoldfastError(
    'PURCHASE_NOT_FOUND',
    `The ledger has no purchase ${purchaseId} of ${accountId}.`,
  );
}

/**
 * Workflows from before answers were parsed may pass no usable payment id; such a purchase can
 * never be settled.
 */
function checkedPayment(said: string): string {
  try {
    return parseField(paymentId, said, 'Payment id');
  } catch (error) {
    throw ApplicationFailure.nonRetryable((error as Error).message, PROVIDER_FAULT);
  }
}

/** The request is as the caller sent it; the reason is the workflow's own. */
function parseTurnedAway(raw: unknown): TurnPurchaseAwayInput {
  const { request, reason } = raw as TurnPurchaseAwayInput;
  return { request: parsePurchase(request), reason };
}
