import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import { isJson } from '../../contract/json';
import type { Outcome } from '../../contract/outcome';
import { PROVIDER_FAULT } from '../../contract/provider-answer';
import type { PurchaseRecord, PurchaseRequest, PurchaseResult } from '../../contract/purchase';
import { purchaseHashOf, purchaseResultOf } from '../../domain/purchase/purchase';
import { checkWorkflowId } from '../identity';
import { purchaseWorkflowId } from '../messages';
import {
  charge,
  closePurchase,
  openPurchase,
  type PaymentAnswer,
  paymentState,
  refundPayment,
  settlePurchase,
  turnPurchaseAway,
  voidPayment,
} from '../proxies/purchases';
import { shielded } from '../proxies/quick-then-patient';
import { PurchaseCounter } from './counter';
import { report, tellPending, tellReturning } from './details';
import { isUnderstood, type Withdrawn, withdraw } from './withdrawing';

type Decided = Exclude<Withdrawn, { state: 'pending' }>;
/** Of a run that goes on for an earlier one the payment's id may not be known yet. */
type Standing = PaymentAnswer | { state: 'pending'; paymentId?: undefined };
type Opened = Extract<Outcome<PurchaseRecord>, { ok: true }>;

const OPEN_WITHIN_MS = 30_000;
/** How often a pending payment is looked at, should nobody tell of it: from seconds to hours, doubling. */
const LOOK_MS = { first: 5_000, longest: 6 * 3_600_000 };
/** How long a pending payment is waited for that the provider has no words for. */
const NOT_UNDERSTOOD_MS_MAX = 24 * 3_600_000;
const EVENTS_MAX = 400;

/**
 * Buys a pack: locks the shown price in, charges, grants. Intent, charge and grant are keyed by the purchase, so it may
 * be killed, repeated or started again at any point without charging or granting twice; money for which nothing can be
 * granted goes back. Started as `purchase/{account}/{purchase}`; refusals are results.
 */
export async function purchaseWorkflow(request: PurchaseRequest): Promise<PurchaseResult> {
  const purchaseHash = checkIdentity(request);
  const counter = new PurchaseCounter(purchaseHash);
  // A cancellation may stop what the provider has not decided yet, and is asked for there; the rest goes to its end.
  return shielded(async () => {
    const result = await buy(request, purchaseHash, counter);
    await condition(allHandlersFinished);
    report(result);
    return result;
  });
}

/** A bare client may send anything; what can't even be told apart by its ids, or walked over, fails here. */
function checkIdentity(request: PurchaseRequest): string {
  checkWorkflowId(request, ({ accountId, purchaseId }) => purchaseWorkflowId(accountId, purchaseId));
  if (isJson(request)) return purchaseHashOf(request);
  throw ApplicationFailure.nonRetryable('The purchase is nested too deeply.', 'INVALID_ARGUMENT');
}

async function buy(request: PurchaseRequest, purchaseHash: string, counter: PurchaseCounter): Promise<PurchaseResult> {
  const opened = await openInTime(request, counter);
  if (!opened.ok) return counter.answer(refused(request, purchaseHash, opened.refusal));
  const purchase = opened.value;
  if (purchase.status === 'open') {
    const payment = await decidedPayment(request, purchaseHash, opened, counter);
    return finish(await book(purchase, payment), purchaseHash, counter);
  }
  return finish(await lookedAtAgain(purchase), purchaseHash, counter);
}

/** What was withdrawn without the provider's word may have been paid all the same: such money goes back. */
async function lookedAtAgain(purchase: PurchaseRecord): Promise<PurchaseRecord> {
  if (purchase.status !== 'voided' || purchase.reason !== PROVIDER_FAULT) return purchase;
  const payment = await paymentState(workflowInfo().workflowId);
  return payment.state === 'paid' ? book(purchase, payment) : purchase;
}

function refused({ accountId, purchaseId }: PurchaseRequest, purchaseHash: string, refusal: Refusal): PurchaseResult {
  const { code: reason, message, details } = refusal;
  return { accountId, purchaseId, purchaseHash, status: 'refused', reason, message, details };
}

/** Gives money back where that is what is left to do. */
async function finish(
  purchase: PurchaseRecord,
  purchaseHash: string,
  counter: PurchaseCounter,
): Promise<PurchaseResult> {
  const result = counter.answer(purchaseResultOf(purchase, purchaseHash));
  if (purchase.status !== 'returning') return result;
  tellReturning(purchase);
  const refund = await refundPayment(workflowInfo().workflowId);
  // Runs of 0.1 took any answer for a refund. It stays on its way back, and reconciliation takes it up again.
  if (refund.state !== 'refunded' && patched('refund-checked')) return result;
  const { accountId, purchaseId, reason } = purchase;
  const returned = await closePurchase({ accountId, purchaseId, status: 'returned', reason: reason ?? 'returned' });
  return counter.answer(purchaseResultOf(returned, purchaseHash));
}

/** A buyer who has waited too long has gone: nothing is charged. What was opened before goes on, however late. */
async function openInTime(request: PurchaseRequest, counter: PurchaseCounter): Promise<Outcome<PurchaseRecord>> {
  const deadlineMs = workflowInfo().startTime.getTime() + OPEN_WITHIN_MS;
  if (counter.isCancelled) return turnPurchaseAway({ request, reason: 'cancelled' });
  if (Date.now() >= deadlineMs) return turnPurchaseAway({ request, reason: 'PURCHASE_TIMED_OUT' });
  try {
    return await openPurchase(request, deadlineMs);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return turnPurchaseAway({ request, reason: 'PURCHASE_TIMED_OUT' });
  }
}

/** Takes the money, and waits for the provider's decision where that takes its time. */
async function decidedPayment(
  request: PurchaseRequest,
  purchaseHash: string,
  opened: Opened,
  counter: PurchaseCounter,
): Promise<Decided> {
  const key = workflowInfo().workflowId;
  let payment: Standing | Withdrawn = await takePayment(request, opened, counter);
  let notUnderstoodSince: number | undefined;
  for (let lookMs = LOOK_MS.first; ; lookMs = Math.min(2 * lookMs, LOOK_MS.longest)) {
    if (!isUnderstood(payment)) payment = await withdraw(key, payment);
    if (payment.state !== 'pending') return payment;
    const reason = notUnderstoodSince === undefined ? undefined : PROVIDER_FAULT;
    counter.answer({ ...purchaseResultOf(opened.value, purchaseHash), paymentId: payment.paymentId, reason });
    tellPending(opened.value, reason);
    if (await counter.cancelledWithin(lookMs)) {
      payment = await voidPayment(key);
      continue;
    }
    // The new run looks at once.
    if (workflowInfo().historyLength > EVENTS_MAX) await handOver(request);
    const seen = await paymentState(key);
    notUnderstoodSince = isUnderstood(seen) ? undefined : (notUnderstoodSince ?? Date.now());
    const isWorthWaiting = notUnderstoodSince !== undefined && Date.now() - notUnderstoodSince < NOT_UNDERSTOOD_MS_MAX;
    // What was accepted and can't be found has not been decided by that, nor by what nobody understands.
    if (seen.state !== 'unknown' && !isWorthWaiting) payment = seen;
  }
}

async function takePayment(
  request: PurchaseRequest,
  { value: purchase, replayed }: Opened,
  counter: PurchaseCounter,
): Promise<Standing> {
  const idempotencyKey = workflowInfo().workflowId;
  if (replayed) {
    const earlier = await paymentState(idempotencyKey);
    // An old one may have been pending for days: it isn't withdrawn for one answer.
    if (!isUnderstood(earlier) && !purchase.mayCharge) return { state: 'pending' };
    if (earlier.state !== 'unknown') return earlier;
  }
  if (!purchase.mayCharge || counter.isCancelled) return voidPayment(idempotencyKey);
  const { accountId, paymentMethod = null } = request;
  const { credits, priceCents: amountCents, currency } = purchase;
  const description = `${credits} credits`;
  try {
    const payment = {
      idempotencyKey,
      accountId,
      description,
      amountCents,
      currency: currency as string,
      paymentMethod,
    };
    return await counter.unlessCancelled(() => charge(payment));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    // Never end before the truth: an attempt may have taken the money.
    return voidPayment(idempotencyKey);
  }
}

function book({ accountId, purchaseId }: PurchaseRecord, payment: Decided): Promise<PurchaseRecord> {
  const key = { accountId, purchaseId };
  switch (payment.state) {
    case 'paid':
      return settlePurchase({ ...key, paymentId: payment.paymentId });
    case 'declined':
    case 'voided':
      return closePurchase({ ...key, status: payment.state, reason: payment.reason });
    case 'refunded':
      return closePurchase({ ...key, status: 'returned', reason: payment.reason ?? 'refunded-by-provider' });
    case 'unknown':
      return closePurchase({ ...key, status: 'voided', reason: 'never-charged' });
  }
}

async function handOver(request: PurchaseRequest): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof purchaseWorkflow>(request);
}
