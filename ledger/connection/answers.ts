import { z } from 'zod';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import type { ErrorCode, ErrorDetails, Refusal } from '../../contract/errors';
import { outboxMessage } from '../../contract/outbox';
import type { Outcome } from '../../contract/outcome';
import { refusal } from '../../contract/outcome';
import { moneyInWords } from '../../domain/pricing/money';

/** A refusal as SQL answers with it, without its message. */
export const ledgerRefusal = z.object({
  code: refusal.shape.code,
  details: refusal.shape.details.unwrap(),
});

const outbox = z.array(outboxMessage).optional();

/** The answer of an operation's SQL function: an expected refusal is a value there too. */
export function ledgerAnswer<Result extends z.ZodType>(result: Result) {
  return z.union([
    z.object({ result, replayed: z.boolean().optional(), outbox }),
    z.object({ refusal: ledgerRefusal, outbox }),
  ]);
}

export type LedgerAnswer<Result> = z.output<ReturnType<typeof ledgerAnswer<z.ZodType<Result>>>>;

/** The answer as callers get it: `replayed` says that the key was known. */
export function outcomeOf<T>(answer: LedgerAnswer<T>): Outcome<T> {
  if ('refusal' in answer) return { ok: false, refusal: refusalOf(answer.refusal) };
  return { ok: true, value: answer.result, replayed: answer.replayed ?? false };
}

/** The refusal with its message in words. */
export function refusalOf({ code, details }: { code: ErrorCode; details: ErrorDetails }): Refusal {
  return { code, message: MESSAGES[code]?.(details) ?? ERROR_CATALOGUE[code].summary, details };
}

/** Adds the message to the refusal that keeps a queue from being served. */
export function withMessage<Queue extends { heldUp?: z.output<typeof ledgerRefusal> }>({
  heldUp,
  ...queue
}: Queue) {
  return { ...queue, ...(heldUp && { heldUp: refusalOf(heldUp) }) };
}

const MESSAGES: Partial<Record<ErrorCode, (details: ErrorDetails) => string>> = {
  INSUFFICIENT_CREDITS: (d) =>
    d.waitedFor
      ? `This needs ${d.required} credits; ${d.available} are available, and others wait for ${d.waitedFor}: ${d.shortfall} short.`
      : `This needs ${d.required} credits and ${d.available} are available: ${d.shortfall} short.`,
  WAIT_DEADLINE_IN_PAST: (d) =>
    `The deadline ${d.waitUntil} does not lie ahead of the ledger's clock (${d.now}), by a year at most.`,
  SUPERSEDED: (d) =>
    `The command of ${d.askedAt} came too late: at ${d.supersededAt} the same was set again, and that holds.`,
  COMMAND_EXPIRED: (d) =>
    `The command could have taken effect until ${d.notAfter} and came at ${d.now}. Nothing was changed.`,
  ADMISSION_TIMED_OUT: (d) =>
    `The request could have been admitted until ${d.notAfter} and came at ${d.now}. Nothing was reserved.`,
  PURCHASE_TIMED_OUT: (d) =>
    `The purchase could have been begun until ${d.notAfter} and came at ${d.now}. Nothing was charged.`,
  ADMISSION_STOPPED: (d) => `Admissions ${stopped(d)} are stopped: ${d.reason}.`,
  ACCOUNT_IN_DEBT: (d) =>
    `The account owes ${d.owed} credits of a refunded pack; its next credits pay them first.`,
  GENERATION_LIMIT_EXCEEDED: (d) =>
    `This needs ${d.required} credits, and the account's limit for one generation is ${d.generationCreditsMax}.${setBy(d)}`,
  DAILY_LIMIT_REACHED: (d) =>
    `This needs ${d.required} credits; ${d.used} of the account's ${d.dailyCreditsMax} for today are used. It begins anew at ${d.resetsAt}.${setBy(d)}`,
  CONCURRENCY_LIMIT_REACHED: (d) =>
    `${d.running} of the account's generations run, and its limit is ${d.concurrentGenerationsMax} at the same time.${setBy(d)}`,
  QUEUE_FULL: (d) =>
    `${d.waiting} of the account's requests wait for credits, and ${d.waitingMax} may.`,
  QUEUE_BYTES_EXCEEDED: (d) =>
    `This request has ${d.requestBytes} bytes; the account's waiting requests have ${d.waitingBytes} of the ${d.waitingBytesMax} that they may have together.`,
  RATE_LIMITED: (d) =>
    `This needs ${d.required} credits and ${d.available} are available. The account was refused for that ${d.refusalsPerMinuteMax} times in this minute; ask again in ${d.retryAfterSeconds} seconds.`,
  GRANT_LIMIT_EXCEEDED: (d) =>
    `A grant of ${d.credits} credits is above the ${d.creditsMax} that a workflow may grant at once.`,
  DAILY_GRANTS_REACHED: (d) =>
    `A grant of ${d.credits} credits is refused: workflows have granted ${d.granted} of ${d.creditsPerDay} credits today. It begins anew at ${d.resetsAt}.`,
  CANCEL_LIMIT_REACHED: (d) =>
    `The account has cancelled ${d.cancelsPerHourMax} running generations within an hour, and may cancel again at ${d.retryAt}. This one runs on.`,
  TOP_UP_CAP_TOO_LOW: (d) =>
    `${d.packId} costs ${money(d.priceCents, d.currency)}, more than the cap of ${money(d.monthlyCapCents, d.currency)} a month.`,
  TOP_UP_THRESHOLD_TOO_HIGH: (d) =>
    `${d.packId} has ${d.credits} credits; the threshold of ${d.belowCredits} must lie below that.`,
  PAYMENT_METHOD_REFUSED: (d) =>
    `The payment provider has said that this payment method must never be charged again (${d.reason}); give another one.`,
  PAYMENT_ATTEMPTS_EXCEEDED: (d) =>
    `${d.attempts} attempts to pay have bought nothing ${d.within === 'PT1H' ? 'in the last hour' : 'in the last 30 days'}; another may be made from ${d.retryAt} on.`,
  PURCHASE_LIMIT_REACHED: (d) =>
    `The account's operator allows ${d.purchasesPerDayMax} purchases a day; the next begins at ${d.resetsAt}.`,
  UNKNOWN_KIND: (d) => `The catalog has no generation type ${d.kind}.`,
  PRICE_CHANGED: (d) =>
    d.packId
      ? `${d.packId} costs ${money(d.priceCents, d.currency)} now, not the ${money(d.shownPriceCents, d.shownCurrency ?? d.currency)} shown.`
      : `The price is ${d.quoted} credits, above the ${d.maxCredits} allowed.`,
  STALE_CATALOG: (d) =>
    `Catalog version ${d.quoted} is not the effective one (${d.effective}); quote again.`,
  IDEMPOTENCY_CONFLICT: (d) =>
    paidFor(d) ?? `${used(d)} was used before with another body; a new attempt takes a new id.`,
  INPUT_KEY_UNKNOWN: (d) =>
    `Request ${d.requestId} was used before, and its input can't be compared: it is kept by the codec's key ${d.inputHashKey}, which isn't here.`,
  RESERVATION_RESOLVED: (d) =>
    `The reservation was ${d.outcome} before${d.reason ? ` (${d.reason})` : ''}.`,
  ACCOUNT_NOT_FOUND: (d) => `The ledger knows no account ${d.accountId}.`,
  INVALID_TIME: (d) => `The anchor ${d.anchor} lies ahead of the ledger's clock (${d.now}).`,
  IMPORT_PAYMENTS_MISSING: (d) =>
    `Cycle ${d.cycle} begins at ${d.startsAt}, after the ledger's clock (${d.now}): name the payments of the cycles before it as well.`,
  IMPORT_REMAINDER_TOO_LARGE: (d) =>
    `${d.remaining} credits can't be left of the cycle's ${d.credits}.`,
  ACCOUNT_IN_USE: (d) => `Account ${d.accountId} has ${openThings(d)}; end that first.`,
  COMMIT_EXCEEDS_RESERVATION: (d) =>
    `A commit of ${d.credits} is above the ${d.reserved} reserved.`,
  EXPIRY_IN_PAST: (d) => `The end ${d.expiresAt} is not ahead of the ledger's clock (${d.now}).`,
  SUBSCRIPTION_EXISTS: (d) =>
    `Subscription ${d.subscriptionId} (${d.planId}) is live until ${d.validUntil}.`,
  SUBSCRIPTION_LAPSED: (d) =>
    `Subscription ${d.subscriptionId} lapsed at ${d.lapsedAt}; renew it or subscribe anew.`,
  SUBSCRIPTION_ENDED: (d) =>
    `Subscription ${d.subscriptionId} was ended at ${d.endedAt}; subscribe anew.`,
  RENEWAL_SUPERSEDED: (d) =>
    `Subscription ${d.newer} has taken the place of ${d.subscriptionId}; give this payment back.`,
  PAYMENT_REFERENCE_REQUIRED: (d) =>
    `Taking ${d.planId} takes effect at once (${d.effect}) and needs its payment's reference.`,
  RENEWAL_DUE: (d) => `Cycle ${d.cycle} has been unpaid since ${d.since}; renew first.`,
  SUBSCRIPTION_REQUIRED: (d) =>
    d.packId
      ? `Without a live subscription ${d.packId} would expire at once; subscribe first.`
      : 'Without a live subscription this grant needs an end of its own.',
  UNKNOWN_PACK: (d) => `The catalog sells no pack ${d.packId}.`,
  PURCHASE_NOT_FOUND: (d) => `The account has no purchase ${d.purchaseId}.`,
  PURCHASE_RESOLVED: (d) =>
    `Purchase ${d.purchaseId} is ${d.outcome} already${d.reason ? ` (${d.reason})` : ''}.`,
  BILLING_EVENT_NOT_FOUND: (d) => `The ledger has no event ${d.eventId} of ${d.source}.`,
  BILLING_EVENT_APPLIED: (d) =>
    `Event ${d.eventId} of ${d.source} was applied at ${d.endedAt}; what it did stands.`,
  PURCHASE_NOT_GRANTED: (d) =>
    `Purchase ${d.purchaseId} is ${d.status} and has granted nothing, so nothing of it is refunded or disputed.`,
  REFUND_MISMATCH: (d) =>
    `Purchase ${d.purchaseId} was paid by ${d.paymentId} in ${d.currency}; the refund is of another payment or currency.`,
  REFUND_EXCEEDS_PAYMENT: (d) =>
    `A refund of ${money(d.amountCents, d.currency)} is more than is left of purchase ${d.purchaseId}: ${money(d.refundedCents, d.currency)} of ${money(d.priceCents, d.currency)} have gone back already.`,
  DISPUTE_MISMATCH: (d) =>
    `Purchase ${d.purchaseId} was paid by ${d.paymentId} with ${money(d.priceCents, d.currency)}; the dispute is of something else.`,
  DISPUTE_CLOSED: (d) => `Dispute ${d.disputeId} was ${d.state} at ${d.closedAt}; that stands.`,
  INVALID_ARGUMENT: (d) =>
    `A ${d.source} grant is made by its payment; grant a promotion or an adjustment.`,
  UNKNOWN_PLAN: (d) => `The catalog sells no plan ${d.planId}.`,
  INVALID_TIME_ZONE: (d) => `${d.timeZone} is not an IANA time zone such as Europe/Berlin.`,
  PAYMENT_BEFORE_SUBSCRIPTION: (d) =>
    `The payment's time ${d.paidAt} lies before the subscription began (${d.beganAt}).`,
  CALENDAR_EXCEEDED: (d) =>
    `The cycle, its grace or its settlement window would end after ${d.latest}.`,
  PAYMENT_IN_FUTURE: (d) =>
    `The payment's time ${d.paidAt} lies ahead of the ledger's clock (${d.now}).`,
  CATALOG_VERSION_EFFECTIVE: (d) =>
    `Catalog version ${d.version} is effective and can't be changed; add a new version.`,
  CATALOG_EFFECTIVE_IN_PAST: (d) =>
    `Catalog version ${d.version} must take effect more than 5 seconds after now (${d.now}).`,
  CATALOG_VERSION_GAP: (d) =>
    `The ledger's next catalog version is ${d.expected}, not ${d.version}.`,
  CATALOG_DUPLICATE: (d) =>
    d.effectiveFrom
      ? `Catalog version ${d.version} would take effect at ${d.effectiveFrom}, as ${earlier(d)} does.`
      : `Catalog version ${d.version} is given twice.`,
  INVALID_CATALOG: (d) =>
    `Catalog version ${d.version} would take effect at ${d.effectiveFrom}, which is before ${earlier(d)} does.`,
};

const money = (cents: unknown, currency: unknown) => moneyInWords(Number(cents), String(currency));

/** Tells the owner that raising the own limit does not help. */
function setBy({ setBy }: ErrorDetails): string {
  return setBy === 'operator' ? ' An operator has set it.' : '';
}

function openThings({ running, waiting, purchases, subscriptionId }: ErrorDetails): string {
  const things = [
    running ? `running requests (${running})` : '',
    waiting ? `waiting requests (${waiting})` : '',
    purchases ? `unfinished purchases (${purchases})` : '',
    subscriptionId ? `subscription ${subscriptionId}` : '',
  ];
  return things.filter(Boolean).join(', ');
}

function stopped({ accountId, kind }: ErrorDetails): string {
  const of = kind ? `of ${kind}` : '';
  return (
    [of, accountId ? `for account ${accountId}` : ''].filter(Boolean).join(' ') || 'of all kinds'
  );
}

/** For a reference that another operation has used: what it has paid for. */
function paidFor({ key, earlier }: ErrorDetails): string | undefined {
  const { subscriptionId, cycle, pays } = (earlier ?? {}) as {
    subscriptionId?: string;
    cycle?: number;
    pays?: string;
  };
  if (pays === undefined) return undefined;
  const what = pays === 'upgrade' ? 'the upgrade in cycle' : 'cycle';
  return `Payment ${key} has paid for ${what} ${cycle} of subscription ${subscriptionId}; another payment takes a reference of its own.`;
}

function used({ requestId, purchaseId, refundId, key }: ErrorDetails): string {
  if (refundId) return `Refund ${refundId}`;
  if (requestId) return `Request ${requestId}`;
  return purchaseId ? `Purchase ${purchaseId}` : `Key ${key}`;
}

function earlier({ earlier }: ErrorDetails): string {
  return `version ${(earlier as { version: number }).version}`;
}
