import { refused } from './definition';

/** The codes of what makes sense and may not be done now. */
export const REFUSED = {
  INSUFFICIENT_CREDITS: refused('The account has fewer credits available than required.'),
  SUPERSEDED: refused(
    'A later command for the same setting has taken effect, and what it set holds.',
  ),
  COMMAND_EXPIRED: refused(
    'The command could not be carried out within a minute of its start; nothing was changed.',
    true,
  ),
  PRICE_CHANGED: refused(
    'The price is above what the caller allowed, or is not the one that was shown.',
  ),
  WAIT_TIMED_OUT: refused('The credits did not come before the deadline; nothing was reserved.'),
  ADMISSION_STOPPED: refused(
    'Admissions are stopped for this account or kind; the reason says why.',
  ),
  ACCOUNT_IN_DEBT: refused(
    'The account owes credits that it had used of a refunded pack; its next credits pay them first.',
  ),
  GENERATION_LIMIT_EXCEEDED: refused('The generation costs more than the account’s limit for one.'),
  DAILY_LIMIT_REACHED: refused(
    'The account’s limit of credits per day leaves too little for this generation.',
  ),
  CONCURRENCY_LIMIT_REACHED: refused(
    'The account has as many generations at the same time as its limit allows.',
  ),
  QUEUE_FULL: refused('As many of the account’s requests wait for credits as may.'),
  QUEUE_BYTES_EXCEEDED: refused('The account’s waiting requests would be too large together.'),
  CANCEL_LIMIT_REACHED: refused(
    'The account has cancelled too many running generations within the last hour.',
    true,
  ),
  STALE_CATALOG: refused('The quoted catalog version is not the effective one; quote again.', true),
  IDEMPOTENCY_CONFLICT: refused('The same key or request id was used before with another body.'),
  ENTRY_NOT_SIGNED: refused('The checkpoint has no such entry.'),
  RESERVATION_NOT_FOUND: refused('There is no reservation under that request id.'),
  RESERVATION_RESOLVED: refused('The reservation has ended before; the earlier outcome stands.'),
  COMMIT_EXCEEDS_RESERVATION: refused('A commit can’t take more than was reserved.'),
  SUBSCRIPTION_REQUIRED: refused(
    'Without a live subscription a grant needs an end of its own, and no pack is sold.',
  ),
  SUBSCRIPTION_EXISTS: refused('The account has a live subscription already.'),
  SUBSCRIPTION_NOT_FOUND: refused('The account has no subscription under that id.'),
  SUBSCRIPTION_LAPSED: refused('The subscription has lapsed and can’t be changed any more.'),
  SUBSCRIPTION_ENDED: refused(
    'The subscription was ended at once and can’t be renewed or changed.',
  ),
  SUBSCRIPTION_NOT_CANCELLED: refused('There is no cancellation to take back.'),
  RENEWAL_SUPERSEDED: refused(
    'The account has a newer subscription; the old one can’t be renewed.',
  ),
  RENEWAL_DUE: refused('The current cycle is unpaid; renew before changing the plan.'),
  ACCOUNT_NOT_FOUND: refused('The ledger knows no account of that id.'),
  ACCOUNT_IN_USE: refused(
    'The account has open requests, an unfinished purchase or a subscription; end them first.',
  ),
  NOTICE_NOT_FOUND: refused('The account has no notice of that number that is not delivered.'),
  BILLING_EVENT_NOT_FOUND: refused('The ledger has no event of that source and id.'),
  BILLING_EVENT_APPLIED: refused('The event has been applied; what it did stands.'),
  BILLING_EVENT_INCOMPLETE: refused('The event lacks a member without which it can’t be applied.'),
  BILLING_EVENT_UNREADABLE: refused('The event is not as its billing system documents it.'),
  BILLING_ACCOUNT_MISSING: refused(
    'The event is about something that is on sale here, and names no account.',
  ),
  BILLING_API_VERSION: refused(
    'The event has a version of the billing system’s API that is not read.',
  ),
  OTHER_ENVIRONMENT: refused('The event is of the billing system’s other environment.'),
  UNMAPPED_PRICE: refused('The catalog maps that price of the billing system to nothing.'),
  AMOUNT_MISMATCH: refused('The amount or the currency that was paid is not the pack’s price.'),
  PAYMENT_NOT_USED: refused('The payment brought nothing: what it was for held already.'),
  PURCHASE_NOT_FOUND: refused('Neither the ledger nor Temporal knows that purchase.'),
  PURCHASE_RESOLVED: refused('The purchase has ended before; the earlier outcome stands.'),
  PURCHASE_NOT_GRANTED: refused(
    'The purchase has granted nothing, so nothing of it can be refunded or disputed.',
  ),
  REFUND_MISMATCH: refused('The refund is of another payment or currency than the purchase.'),
  REFUND_EXCEEDS_PAYMENT: refused('The refunds would be more than was paid; nothing was booked.'),
  REFUND_NOT_ALLOWED: refused('The catalog lets no money of this pack be given back on request.'),
  REFUND_EXCEEDS_UNUSED: refused(
    'The amount is more than the unused credits of the pack have cost; nothing was given back.',
  ),
  REFUND_ORDER_NOT_FOUND: refused('The ledger has no order of a refund of that id.'),
  REFUND_ORDER_ENDED: refused('The order has ended before; the earlier outcome stands.'),
  REFUND_NOT_OF_PACK: refused('The payment that was refunded has paid a cycle, and no pack.'),
  DISPUTE_NOT_OF_PACK: refused('The payment that is disputed has paid a cycle, and no pack.'),
  DISPUTE_MISMATCH: refused(
    'The dispute is of another payment or currency than the purchase, or nothing was paid for it.',
  ),
  DISPUTE_CLOSED: refused('The dispute has ended before; the earlier outcome stands.'),
  PAYMENT_METHOD_NOT_OWNED: refused(
    'The payment provider says that the payment method is not the account’s; nothing was charged.',
  ),
  PAYMENT_METHOD_REFUSED: refused(
    'The payment provider has said that this payment method must never be charged again.',
  ),
  PAYMENT_ATTEMPTS_EXCEEDED: refused(
    'The account has made too many attempts to pay that bought nothing; the provider was not asked.',
  ),
  PURCHASE_LIMIT_REACHED: refused('The account has bought as often today as its operator allows.'),
  PURCHASE_TIMED_OUT: refused('The purchase could not be begun in time; nothing was charged.'),
  GENERATION_NOT_CONFIGURED: refused(
    'The worker is to run generations and has no generation provider.',
  ),
  PAYMENTS_NOT_CONFIGURED: refused('The worker has no payment provider, so it sells no packs.'),
  GRANTS_NOT_CONFIGURED: refused('The worker has no maximum for grants by workflow: none is made.'),
  GRANT_LIMIT_EXCEEDED: refused('The grant is above the maximum of a grant by workflow.'),
  DAILY_GRANTS_REACHED: refused('Grants by workflow have used up the day’s maximum.', true),
  PROOF_REQUIRED: refused(
    'The worker carries this command out only with a proof of it; nothing was booked.',
  ),
  PROOF_REJECTED: refused('The command’s proof doesn’t count for it; nothing was booked.'),
  BALANCE_LIMIT_EXCEEDED: refused(
    'The account would hold more credits than a safe integer can count.',
  ),
  CALENDAR_EXCEEDED: refused(
    'The cycle, its grace or its settlement window would end after the year 9999.',
  ),
  CATALOG_VERSION_EFFECTIVE: refused('That catalog version is effective and can’t be changed.'),
  CATALOG_EFFECTIVE_IN_PAST: refused('A new catalog version must take effect in the future.'),
  ADMISSION_TIMED_OUT: refused(
    'The generation could not be admitted in time; nothing was reserved.',
  ),
  REQUEST_NOT_FOUND: refused('Neither the ledger nor Temporal knows that request.'),
  TEMPORAL_IDENTITY_MISMATCH: refused(
    'This is not the Temporal namespace that the ledger belongs to.',
  ),
  LEDGER_MISMATCH: refused(
    'This namespace of Temporal belongs to another ledger; nothing was done.',
  ),
  LEDGER_RESTORED: refused(
    'The ledger was restored from a copy, and an operator hasn’t opened it; nothing was done.',
  ),
  LEDGER_NEWER: refused(
    'The ledger’s schema is of a newer Holdfast, so this one doesn’t migrate it.',
  ),
  VERSION_TOO_OLD: refused(
    'This version of Holdfast is older than the ledger’s schema allows; nothing was done.',
  ),
  RECONCILIATION_LIMIT: refused(
    'The pass would release suspiciously many reservations and waits for confirmation.',
  ),
  LEDGER_ACCESS_DENIED: refused(
    'The login of the database may not do this: it lacks a role, or a right over roles.',
  ),
  UNAUTHENTICATED: refused('The request has no token that is valid here and now.'),
  FORBIDDEN: refused('The token doesn’t reach that account, or lacks the scope.'),
  OPERATORS_NOT_SERVED: refused(
    'The web process has no operator’s login, and does nothing by hand.',
  ),
  NOT_OVER_HTTP: refused('The command needs the database or Temporal itself.'),
  CROSS_SITE_REQUEST: refused(
    'Another site’s page asked for what only this server’s own may ask for.',
  ),
  SESSION_EXISTS: refused('The browser is logged in to another account; nothing was changed.'),
  RATE_LIMITED: refused('Too many requests in too short a time.', true),
  TOO_MANY_STREAMS: refused(
    'The account, or the server, has as many event streams open as it may.',
    true,
  ),
  REQUEST_TIMED_OUT: refused('The request did not arrive in time.', true),
};
