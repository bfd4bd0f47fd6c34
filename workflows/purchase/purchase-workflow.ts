import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { Lateness } from '../../contract/command';
import type { Refusal } from '../../contract/errors';
import { isShallow, JSON_DEPTH_MAX } from '../../contract/json';
import type { Outcome } from '../../contract/outcome';
import { PROVIDER_FAULT } from '../../contract/provider-answer';
import type { PurchaseRecord, PurchaseRequest, PurchaseResult } from '../../contract/purchase';
import {
  purchaseHashOf,
  purchaseResultOf,
  unreturnedPaymentIds,
} from '../../domain/purchase-result';
import { checkWorkflowId } from '../checked-input';
import { purchaseWorkflowId } from '../messages';
import { isLateByOwnTime } from '../own-time';
import {
  charge,
  closePurchase,
  openPurchase,
  type PaymentAnswer,
  paymentState,
  refundPayment,
  returnStrayPayment,
  settlePurchase,
  turnPurchaseAway,
  voidPayment,
} from '../proxies/purchase-proxy';
import { shielded } from '../proxies/quick-then-patient';
import { movesBetweenBuilds } from '../versioning';
import { showPending, showResult, showReturning, showStray } from './purchase-details';
import { PurchaseHandlers } from './purchase-handlers';
import {
  checkPaymentAgain,
  isUnderstood,
  refundIfTaken,
  voidNotUnderstood,
} from './uncertain-payment';

type Decided = Exclude<PaymentAnswer, { state: 'pending' }>;
type Opened = Extract<Outcome<PurchaseRecord>, { ok: true }>;

/** What the workflow was started with, and the hash of the request. */
interface Asked {
  request: PurchaseRequest;
  purchaseHash: string;
  lateness: Lateness | undefined;
}

const OPEN_WITHIN_MS = 30_000;
/**
 * The pause between two looks at a pending payment, if no signal comes: from seconds to hours,
 * doubling.
 */
const LOOK_MS = { first: 5_000, longest: 6 * 3_600_000 };
/** How long a pending payment is waited for if its state can't be understood. */
const NOT_UNDERSTOOD_MS_MAX = 24 * 3_600_000;
const EVENTS_MAX = 400;

/**
 * Buys a pack (docs/rules.md, Money): locks the shown price, charges, grants. Started as
 * `purchase/{account}/{purchase}`. Intent, charge and grant are keyed by the purchase, so the
 * workflow may be killed, repeated or started again at any point without charging or granting
 * twice. Money for which nothing can be granted goes back. Refusals are results.
 */
export async function purchaseWorkflow(
  request: PurchaseRequest,
  lateness?: Lateness,
): Promise<PurchaseResult> {
  const purchaseHash = checkIdentity(request);
  const handlers = new PurchaseHandlers(purchaseHash);
  // A cancellation stops only what the provider has not decided yet, and is checked there. Every
  // other step runs to its end.
  return shielded(async () => {
    const result = await buy({ request, purchaseHash, lateness }, handlers);
    await condition(allHandlersFinished);
    showResult(result);
    return result;
  });
}

movesBetweenBuilds(purchaseWorkflow);

/**
 * Checks that the request has its own workflow id and can be hashed.
 *
 * @throws ApplicationFailure WORKFLOW_ID_MISMATCH, INVALID_ARGUMENT
 */
function checkIdentity(request: PurchaseRequest): string {
  checkWorkflowId(request, ({ accountId, purchaseId }) =>
    purchaseWorkflowId(accountId, purchaseId),
  );
  if (isShallow(request, JSON_DEPTH_MAX)) return purchaseHashOf(request);
  throw ApplicationFailure.nonRetryable('The purchase is nested too deeply.', 'INVALID_ARGUMENT');
}

async function buy(asked: Asked, handlers: PurchaseHandlers): Promise<PurchaseResult> {
  const { request, purchaseHash } = asked;
  const opened = await openInTime(asked, handlers);
  if (!opened.ok) return handlers.answer(refused(request, purchaseHash, opened.refusal));
  const purchase = opened.value;
  const key = workflowInfo().workflowId;
  if (purchase.status !== 'open')
    return finish(await checkPaymentAgain(purchase, key), purchaseHash, handlers);
  const payment = await chargeAndAwaitDecision(asked, opened, handlers);
  const booked = await recordPayment(purchase, payment);
  if (isUnderstood(payment)) return finish(booked, purchaseHash, handlers);
  handlers.answer(purchaseResultOf(booked, purchaseHash));
  return finish(await refundIfTaken(booked, key), purchaseHash, handlers);
}

function refused(
  { accountId, purchaseId }: PurchaseRequest,
  purchaseHash: string,
  refusal: Refusal,
): PurchaseResult {
  const { code: reason, message, details } = refusal;
  return { accountId, purchaseId, purchaseHash, status: 'refused', reason, message, details };
}

/** Answers the buyer, gives money back if that is left to do, and answers again. */
async function finish(
  purchase: PurchaseRecord,
  purchaseHash: string,
  handlers: PurchaseHandlers,
): Promise<PurchaseResult> {
  handlers.answer(purchaseResultOf(purchase, purchaseHash));
  const ended = await returnStrays(
    purchase.status === 'returning' ? await returnMoney(purchase) : purchase,
  );
  return handlers.answer(purchaseResultOf(ended, purchaseHash));
}

async function returnMoney(purchase: PurchaseRecord): Promise<PurchaseRecord> {
  showReturning(purchase);
  const { accountId, purchaseId, reason, paymentId, strayPayments } = purchase;
  const refund = await refundPayment(
    workflowInfo().workflowId,
    (strayPayments && paymentId) ?? undefined,
  );
  // Runs of version 0.1 took any answer for a refund. The purchase stays `returning`, and
  // reconciliation starts it again.
  if (refund.state !== 'refunded' && patched('refund-checked')) return purchase;
  return closePurchase({ accountId, purchaseId, status: 'returned', reason: reason ?? 'returned' });
}

/**
 * A purchase that was paid more than once keeps what the first payment bought; the others go back.
 */
async function returnStrays(purchase: PurchaseRecord): Promise<PurchaseRecord> {
  const [paymentId] = unreturnedPaymentIds(purchase);
  if (paymentId === undefined) return purchase;
  showStray(purchase, paymentId);
  const refund = await refundPayment(workflowInfo().workflowId, paymentId);
  // The payment stays `returning`, and reconciliation starts the purchase again.
  if (refund.state !== 'refunded') return purchase;
  const { accountId, purchaseId } = purchase;
  return returnStrays(await returnStrayPayment({ accountId, purchaseId, paymentId }));
}

/**
 * Opens the purchase within 30 seconds of the start; later the buyer has gone, and nothing is
 * charged. A purchase that was opened before continues, however late.
 */
async function openInTime(
  { request, lateness }: Asked,
  handlers: PurchaseHandlers,
): Promise<Outcome<PurchaseRecord>> {
  const deadlineMs = workflowInfo().startTime.getTime() + OPEN_WITHIN_MS;
  if (handlers.isCancelled) return turnPurchaseAway({ request, reason: 'cancelled' });
  const tooLate = () => turnPurchaseAway({ request, reason: 'PURCHASE_TIMED_OUT' });
  if (isLateByOwnTime(deadlineMs, lateness)) return tooLate();
  const opened = await openPurchase(request, deadlineMs).catch((error) => {
    if (error instanceof ActivityFailure) return undefined;
    throw error;
  });
  const isTooLate = opened?.ok === false && opened.refusal.code === 'PURCHASE_TIMED_OUT';
  if (opened && !isTooLate) return opened;
  return tooLate();
}

/** Charges, and waits for the provider's decision if the payment is pending. */
async function chargeAndAwaitDecision(
  asked: Asked,
  opened: Opened,
  handlers: PurchaseHandlers,
): Promise<Decided> {
  const { request, purchaseHash } = asked;
  const key = workflowInfo().workflowId;
  let payment = await chargeOrVoid(request, opened, handlers);
  let notUnderstoodSince: number | undefined;
  for (let lookMs = LOOK_MS.first; ; ) {
    if (!isUnderstood(payment)) payment = await voidNotUnderstood(key, payment);
    if (payment.state !== 'pending') return payment;
    const reason = notUnderstoodSince === undefined ? undefined : PROVIDER_FAULT;
    handlers.answer({
      ...purchaseResultOf(opened.value, purchaseHash),
      paymentId: payment.paymentId,
      reason,
    });
    showPending(opened.value, reason);
    const woken = await handlers.wokenWithin(lookMs);
    // Only looks by the clock make the next one later. News came to runs of version 0.1 as well.
    if (woken === 'by-time' || !patched('looks-by-clock'))
      lookMs = Math.min(2 * lookMs, LOOK_MS.longest);
    if (woken === 'by-cancellation') {
      payment = await voidPayment(key);
      continue;
    }
    // The new run asks at once.
    if (workflowInfo().historyLength > EVENTS_MAX) await continueInNewRun(asked);
    const seen = await paymentState(key);
    notUnderstoodSince = isUnderstood(seen) ? undefined : (notUnderstoodSince ?? Date.now());
    const isWorthWaiting =
      notUnderstoodSince !== undefined && Date.now() - notUnderstoodSince < NOT_UNDERSTOOD_MS_MAX;
    // Neither `unknown` nor an answer that makes no sense decides about an accepted payment.
    if (seen.state !== 'unknown' && !isWorthWaiting) payment = seen;
  }
}

async function chargeOrVoid(
  request: PurchaseRequest,
  { value: purchase, replayed }: Opened,
  handlers: PurchaseHandlers,
): Promise<PaymentAnswer> {
  const idempotencyKey = workflowInfo().workflowId;
  if (replayed) {
    const earlier = await paymentState(idempotencyKey);
    if (earlier.state !== 'unknown') return earlier;
  }
  if (!purchase.mayCharge || handlers.isCancelled) return voidPayment(idempotencyKey);
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
    return await handlers.unlessCancelled(() => charge(payment));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    // Never end before the truth: an attempt may have taken the money.
    return voidPayment(idempotencyKey);
  }
}

function recordPayment(purchase: PurchaseRecord, payment: Decided): Promise<PurchaseRecord> {
  const { accountId, purchaseId } = purchase;
  const key = { accountId, purchaseId };
  switch (payment.state) {
    case 'paid':
      return settlePurchase(purchase, payment.paymentId);
    case 'declined': {
      const { state: status, reason, retry } = payment;
      return closePurchase({ ...key, status, reason, ...(retry && { retry }) });
    }
    case 'voided':
      return closePurchase({ ...key, status: payment.state, reason: payment.reason });
    case 'refunded':
      return closePurchase({ ...key, status: 'returned', reason: 'refunded-by-provider' });
    case 'unknown':
      return closePurchase({ ...key, status: 'voided', reason: 'never-charged' });
    case 'not-understood':
      return closePurchase({ ...key, status: 'voided', reason: PROVIDER_FAULT });
  }
}

async function continueInNewRun({ request, lateness }: Asked): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof purchaseWorkflow>(request, ...(lateness ? [lateness] : []));
}
