import { type Corruption, DEBTOR, ELSEWHERE, ENDED, key, OF } from './corruption';

const TOLD = (type: string) =>
  `${ELSEWHERE} AND operation = 'import' AND body->>'type' = '${type}'`;

/** What was used of a refunded pack. */
const OF_DEBTS: Corruption[] = [
  ['debt-is-what-was-used', `UPDATE holdfast.refunds SET owed = owed - 1 ${DEBTOR}`],
  [
    'debt-is-what-was-used',
    `UPDATE holdfast.refunds SET owed = 1, taken = 0 WHERE account_id = 'acme' AND part = 1`,
  ],
  ['debt-booked-once', `UPDATE holdfast.refunds SET owed = owed + 1, taken = taken - 1 ${DEBTOR}`],
  ['debt-booked-once', `DELETE FROM holdfast.entries ${DEBTOR} AND type = 'owe'`],
  ['grant-pays-debt-first', `DELETE FROM holdfast.entries ${DEBTOR} AND type = 'repay'`],
  [
    'grant-pays-debt-first',
    `UPDATE holdfast.entries SET owed_delta = owed_delta + 1 ${DEBTOR} AND type = 'repay'`,
  ],
  [
    'grant-pays-debt-first',
    `UPDATE holdfast.entries SET grant_id = 1 ${DEBTOR} AND type = 'repay'`,
  ],
  [
    'debt-admits-nothing',
    `UPDATE holdfast.entries SET owed_after = 40 ${DEBTOR} AND type = 'reserve'`,
  ],
  ['journal-replays', `UPDATE holdfast.entries SET owed_after = 41 ${DEBTOR} AND type = 'owe'`],
  ['journal-replays', `UPDATE holdfast.entries SET owed_delta = 41 ${DEBTOR} AND type = 'owe'`],
  ['journal-gives-balances', `UPDATE holdfast.accounts SET owed = owed + 1 ${DEBTOR}`],
  ['figures-not-negative', `UPDATE holdfast.accounts SET owed = -1 ${DEBTOR}`],
  ['rules-are-kept', `UPDATE holdfast.entries SET owed_delta = NULL ${DEBTOR} AND type = 'owe'`],
  ['rules-are-kept', `UPDATE holdfast.entries SET owed_delta = -14 ${DEBTOR} AND type = 'repay'`],
  ['entry-linked', `UPDATE holdfast.entries SET owed_after = owed_after + 1 ${DEBTOR}`],
  ['entry-says-why', `UPDATE holdfast.entries SET reason = 'x' ${DEBTOR} AND type = 'owe'`],
  ['entry-says-why', `UPDATE holdfast.entries SET reason = 'x' ${DEBTOR} AND type = 'repay'`],
  ['entry-says-why', `UPDATE holdfast.entries SET grant_id = NULL ${DEBTOR} AND type = 'repay'`],
  [
    'journal-legs-add-up',
    `UPDATE holdfast.entries SET grant_ids = '{2}', remainder_deltas = '{0}', reserved_deltas = '{0}' ${DEBTOR} AND type = 'owe'`,
  ],
];

const ORDER = (id: string) => `${DEBTOR} AND order_id = '${id}'`;

/** Refunds that operators have ordered. */
const OF_ORDERS: Corruption[] = [
  ['order-of-purchase', `UPDATE holdfast.refund_orders SET purchase_id = 'p' ${ORDER('made')}`],
  [
    'order-of-purchase',
    `UPDATE holdfast.refund_orders SET resolved_at = ordered_at - interval '1 day' ${ORDER('made')}`,
  ],
  ['order-of-purchase', `UPDATE holdfast.refund_orders SET refund_id = NULL ${ORDER('made')}`],
  [
    'order-of-purchase',
    `UPDATE holdfast.refund_orders SET credits = 126, amount_cents = 4901 ${ORDER('open')}`,
  ],
  ['order-has-act', `UPDATE holdfast.refund_orders SET status = 'closed' ${ORDER('refused')}`],
  ['order-has-act', `UPDATE holdfast.refund_orders SET amount_cents = 501 ${ORDER('open')}`],
  ['order-has-act', `DELETE FROM holdfast.operator_acts ${DEBTOR} AND what = 'refund'`],
  ['act-has-order', `DELETE FROM holdfast.refund_orders ${ORDER('refused')}`],
  ['refund-taken-once', `UPDATE holdfast.refund_orders SET held = held - 1 ${ORDER('open')}`],
  ['entry-says-why', `UPDATE holdfast.refund_orders SET order_id = 'x' ${ORDER('refused')}`],
  [
    'rules-are-kept',
    `UPDATE holdfast.entries SET available_delta = 0 ${DEBTOR} AND type = 'refund'`,
  ],
];

/** What was taken over from another system. */
const OF_IMPORTS: Corruption[] = [
  ['import-has-act', `DELETE FROM holdfast.operator_acts ${ELSEWHERE}`],
  ['import-has-act', `DELETE FROM holdfast.idempotency_keys ${TOLD('grant')}`],
  [
    'import-has-act',
    `UPDATE holdfast.operator_acts SET detail = '{"lines": 2, "credits": 141}' ${ELSEWHERE}`,
  ],
  [
    'import-has-act',
    "UPDATE holdfast.idempotency_keys SET operation = 'grant' WHERE account_id = 'opened'",
  ],
  [
    'import-as-told',
    `UPDATE holdfast.idempotency_keys SET body = body || '{"remaining": 41}' ${TOLD('subscription')}`,
  ],
  [
    'import-as-told',
    `UPDATE holdfast.idempotency_keys SET result = result || '{"cycle": 4}' ${TOLD('subscription')}`,
  ],
  ['import-as-told', `UPDATE holdfast.grants SET imported = false ${ELSEWHERE} AND cycle = 3`],
  ['grant-has-key', `UPDATE holdfast.grants SET imported = true ${OF} AND source = 'promotion'`],
  ['grant-has-key', `DELETE FROM holdfast.idempotency_keys ${TOLD('grant')}`],
  [
    'grant-as-asked',
    `UPDATE holdfast.grants SET cost_cents = 3919 ${ELSEWHERE} AND source = 'pack'`,
  ],
  [
    'grant-as-asked',
    `UPDATE holdfast.idempotency_keys SET body = body || '{"credits": 126}' ${TOLD('grant')}`,
  ],
  ['entry-says-why', `UPDATE holdfast.entries SET reason = 'a gift' ${ELSEWHERE} AND version = 2`],
  ['cycles-paid-and-gap-free', `DELETE FROM holdfast.cycles ${ELSEWHERE} AND cycle = 3`],
];

/** Keys, payments, subscriptions, purchases and the catalog. */
export const OF_SALES: Corruption[] = [
  ...OF_DEBTS,
  ...OF_ORDERS,
  ...OF_IMPORTS,
  ['grant-has-key', `DELETE FROM holdfast.idempotency_keys ${key('grant', 'gift')}`],
  [
    'grant-has-key',
    `UPDATE holdfast.idempotency_keys SET result = result || '{"grantId": "999"}' ${key('grant', 'gift')}`,
  ],
  [
    'grant-as-asked',
    `UPDATE holdfast.idempotency_keys SET body = body || '{"credits": 9}' ${key('grant', 'gift')}`,
  ],
  ['deduction-has-key', `DELETE FROM holdfast.idempotency_keys ${key('deduct', 'back')}`],
  [
    'deduction-has-key',
    `UPDATE holdfast.idempotency_keys SET result = result || '{"credits": 2}' ${key('deduct', 'back')}`,
  ],
  ['payment-has-key', `DELETE FROM holdfast.idempotency_keys ${key('renew', 'p3')}`],
  ['payment-has-key', `UPDATE holdfast.idempotency_keys SET key = 'p9' ${key('renew', 'p3')}`],
  ['payment-has-key', `DELETE FROM holdfast.payments ${OF} AND reference = 'p2'`],
  [
    'payment-has-key',
    `UPDATE holdfast.payments SET paid_at = paid_at - interval '1 ms' ${OF} AND reference = 'p3'`,
  ],
  [
    'payment-has-key',
    `UPDATE holdfast.payments SET plan_id = 'lite-monthly' ${OF} AND reference = 'p2'`,
  ],
  ['payment-has-key', `UPDATE holdfast.payments SET cycle = 2 ${OF} AND reference = 'p2'`],
  [
    'key-is-known',
    `UPDATE holdfast.idempotency_keys SET operation = 'other' ${key('cancel', 'cancel')}`,
  ],
  [
    'key-has-subscription',
    `UPDATE holdfast.idempotency_keys SET body = '{"subscriptionId": "t"}' ${key('cancel', 'cancel')}`,
  ],
  [
    'subscription-follows-answers',
    `UPDATE holdfast.subscriptions SET cancel_at_period_end = false ${OF}`,
  ],
  [
    'subscription-follows-answers',
    `UPDATE holdfast.subscriptions SET time_zone = 'America/New_York' ${OF}`,
  ],
  [
    'subscription-follows-answers',
    `UPDATE holdfast.subscriptions SET scheduled_plan_id = NULL ${OF}`,
  ],
  ['time-zone-known', `UPDATE holdfast.subscriptions SET time_zone = 'Mars/Olympus' ${OF}`],
  ['waits-as-promised', `UPDATE holdfast.subscriptions SET grace = 'P9D' ${OF}`],
  ['waits-as-promised', `UPDATE holdfast.subscriptions SET settlement_window = 'PT9H' ${OF}`],
  [
    'cycles-follow-calendar',
    `UPDATE holdfast.subscriptions SET anchor = anchor + interval '1 second' ${OF}`,
  ],
  ['cycles-follow-calendar', `UPDATE holdfast.subscriptions SET anchor_cycle = 9 ${OF}`],
  ['closed-as-told', `UPDATE holdfast.subscriptions SET closed_why = 'superseded' ${ENDED}`],
  [
    'closed-as-told',
    `UPDATE holdfast.subscriptions SET closed_at = closed_at - interval '9 days' ${ENDED}`,
  ],
  [
    'cycle-as-paid',
    `UPDATE holdfast.cycles SET ends_at = ends_at + interval '1 hour' ${OF} AND cycle = 2`,
  ],
  ['cycle-as-paid', `UPDATE holdfast.cycles SET plan_id = 'advanced-monthly' ${OF} AND cycle = 2`],
  [
    'terms-follow-answers',
    `UPDATE holdfast.terms SET valid_until = valid_until + interval '1 day' ${OF} AND change = 1`,
  ],
  [
    'terms-follow-answers',
    `UPDATE holdfast.terms SET at = at - interval '1 ms' ${OF} AND change = 2`,
  ],
  ['booked-term-as-told', `UPDATE holdfast.accounts SET booked_term = 0 ${ENDED}`],
  [
    'terms-give-validity',
    `UPDATE holdfast.accounts SET valid_until = valid_until + interval '1 day' ${OF}`,
  ],
  [
    'pack-granted-once',
    `UPDATE holdfast.purchases SET price_cents = 1 ${OF} AND purchase_id = 'bought'`,
  ],
  [
    'purchase-as-sold',
    `UPDATE holdfast.purchases SET catalog_version = 2 ${OF} AND purchase_id = 'open'`,
  ],
  [
    'purchase-as-sold',
    `UPDATE holdfast.purchases SET credits = 9 ${OF} AND purchase_id = 'tombstone'`,
  ],
  [
    'grant-as-asked',
    `UPDATE holdfast.purchases SET payment_id = 'pay-9' ${OF} AND purchase_id = 'bought'`,
  ],
  [
    'purchase-resolved-once',
    `UPDATE holdfast.purchases SET automatic = true ${OF} AND purchase_id = 'open'`,
  ],
  [
    'purchase-resolved-once',
    `UPDATE holdfast.purchases SET reason = NULL ${OF} AND purchase_id = 'declined'`,
  ],
  ['stray-payment-goes-back', `UPDATE holdfast.stray_payments SET returned_at = now() ${OF}`],
  ['stray-payment-goes-back', `UPDATE holdfast.stray_payments SET purchase_id = 'open' ${OF}`],
  ['refund-of-purchase', `UPDATE holdfast.refunds SET purchase_id = 'open' ${OF}`],
  ['refund-of-purchase', `UPDATE holdfast.refunds SET amount_cents = 5000 ${OF} AND part = 1`],
  ['refund-of-purchase', `UPDATE holdfast.refunds SET credits = credits + 1 ${OF} AND part = 2`],
  ['refund-of-purchase', `DELETE FROM holdfast.refunds ${OF} AND part = 1`],
  ['refund-taken-once', `DELETE FROM holdfast.refunds ${OF} AND part = 2`],
  ['refund-taken-once', `UPDATE holdfast.refunds SET taken = taken - 1 ${OF} AND part = 1`],
  ['refund-takes-unused', `UPDATE holdfast.refunds SET taken = taken - 1 ${OF} AND part = 1`],
  ['act-has-refund', `UPDATE holdfast.refunds SET refund_id = 're-9' ${OF} AND part = 2`],
  ['entry-says-why', `UPDATE holdfast.refunds SET refund_id = 're-9' ${OF} AND part = 1`],
  ['refund-has-act', `DELETE FROM holdfast.operator_acts ${OF} AND what = 'refund'`],
  ['figures-add-up', `UPDATE holdfast.accounts SET refunded = refunded + 1 ${OF}`],
  [
    'journal-replays',
    `UPDATE holdfast.entries SET refunded_after = refunded_after + 1 ${OF} AND type = 'refund'`,
  ],
  [
    'refused-payment-method-as-told',
    `UPDATE holdfast.refused_payment_methods SET payment_method = '' ${OF}`,
  ],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(document, '{kinds,text-to-image,price,credits}', '1') WHERE version = 1`,
  ],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(document, '{packs,pack-125,priceCents}', '1') WHERE version = 2;
     UPDATE holdfast.catalog_versions SET document_hash = holdfast.document_hash(document) WHERE version = 2`,
  ],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET effective_from = effective_from - interval '1 day' WHERE version = 1`,
  ],
  ['catalog-as-applied', 'DELETE FROM holdfast.catalog_versions WHERE version = 2'],
  [
    'terms-in-order',
    `INSERT INTO holdfast.terms SELECT (jsonb_populate_record(NULL::holdfast.terms, to_jsonb(t) || jsonb_build_object('change', change + 1))).* FROM holdfast.terms AS t ${OF} ORDER BY change DESC LIMIT 1`,
  ],
];
