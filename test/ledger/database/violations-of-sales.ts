import { rowWith } from './changed-rows';

const [BOUGHT, ASKED, FAILED] = ['bought', 'asked', 'failed'].map(
  (id) => `WHERE purchase_id = '${id}'`,
);
const PURCHASE = 'UPDATE holdfast.purchases SET';
const INTERVENTION = 'INSERT INTO holdfast.interventions';
const DISMISSED = "('base', 'notice', '1', 'dismissed', 'r', 'b', now())";
const STRAY = 'UPDATE holdfast.stray_payments SET';
const REFUND = 'UPDATE holdfast.refunds SET';
const DISPUTE = 'UPDATE holdfast.disputes SET';
const MOVED = 'INSERT INTO holdfast.moved_ends';
const MOVED_ROW = "('sub', 1, 1, 1, NULL, now())";
const ORDER = 'UPDATE holdfast.refund_orders SET';
const PLANS = "WHERE account_id = 'sub' AND source = 'plan'";

const subscriptionWith = (changes: Record<string, string>) =>
  rowWith(
    'subscriptions',
    'account_id, subscription_id, term, plan_id, time_zone, anchor, anchor_cycle, cycle, paid_cycle, granted_cycle, grace, settlement_window, status, closed_why, closed_at, look_from',
    changes,
  );
const cycleWith = (changes: Record<string, string>) =>
  rowWith(
    'cycles',
    'account_id, subscription_id, cycle, term, plan_id, length, starts_at, ends_at',
    changes,
  );
const paymentWith = (changes: Record<string, string>) =>
  rowWith(
    'payments',
    'account_id, reference, subscription_id, cycle, pays, plan_id, paid_at, recorded_at',
    {
      reference: "'new'",
      ...changes,
    },
  );
const purchaseWith = (changes: Record<string, string>) =>
  rowWith(
    'purchases',
    'account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version, status, opened_at, payment_id, reason, grant_id, resolved_at',
    { purchase_id: "'new'", ...changes },
    BOUGHT,
  );

/** Each statement breaks one constraint of subscriptions, payments, purchases or what is kept about them. */
export const SALES_VIOLATIONS: [constraint: string, statement: string][] = [
  ['accounts_booked_term_in_range', 'UPDATE holdfast.accounts SET booked_term = term + 1'],
  ['accounts_booked_term_in_range', 'UPDATE holdfast.accounts SET booked_term = -1'],
  ['grants_cycle_fkey', `UPDATE holdfast.grants SET cycle = 9 ${PLANS}`],
  ['grants_cycle_is_of_plan', `UPDATE holdfast.grants SET cycle = NULL ${PLANS}`],
  ['grants_cycle_is_of_plan', `UPDATE holdfast.grants SET source = 'pack' ${PLANS}`],
  ['terms_pkey', 'INSERT INTO holdfast.terms SELECT * FROM holdfast.terms'],
  ['terms_account_fkey', "INSERT INTO holdfast.terms VALUES ('nobody', 1, now(), 1, now())"],
  ['terms_numbers_positive', "INSERT INTO holdfast.terms VALUES ('base', 0, now(), 1, now())"],
  ['terms_numbers_positive', "INSERT INTO holdfast.terms VALUES ('base', 1, now(), 0, now())"],
  [
    'subscriptions_pkey',
    subscriptionWith({ term: '9', status: "'closed'", closed_why: "'lapsed'", closed_at: 'now()' }),
  ],
  ['subscriptions_account_fkey', subscriptionWith({ account_id: "'nobody'" })],
  ['subscriptions_id_valid', "UPDATE holdfast.subscriptions SET subscription_id = 'a:b'"],
  [
    'subscriptions_term_once',
    subscriptionWith({
      subscription_id: "'s2'",
      status: "'closed'",
      closed_why: "'lapsed'",
      closed_at: 'now()',
    }),
  ],
  ['subscriptions_term_positive', 'UPDATE holdfast.subscriptions SET term = 0'],
  ['subscriptions_cycle_positive', "UPDATE holdfast.subscriptions SET cycle = 'PT0S'"],
  ['subscriptions_waits_not_negative', "UPDATE holdfast.subscriptions SET grace = 'P-1D'"],
  [
    'subscriptions_waits_not_negative',
    "UPDATE holdfast.subscriptions SET settlement_window = 'P-1D'",
  ],
  [
    'subscriptions_cycles_in_order',
    'UPDATE holdfast.subscriptions SET granted_cycle = paid_cycle + 1',
  ],
  [
    'subscriptions_cycles_in_order',
    'UPDATE holdfast.subscriptions SET anchor_cycle = paid_cycle + 2',
  ],
  ['subscriptions_status_known', "UPDATE holdfast.subscriptions SET status = 'paused'"],
  ['subscriptions_closed_has_why', "UPDATE holdfast.subscriptions SET closed_why = 'lapsed'"],
  [
    'subscriptions_closed_has_why',
    "UPDATE holdfast.subscriptions SET status = 'closed', closed_why = 'bored', closed_at = now()",
  ],
  ['subscriptions_one_active', subscriptionWith({ subscription_id: "'s2'", term: '9' })],
  ['cycles_pkey', 'INSERT INTO holdfast.cycles SELECT * FROM holdfast.cycles'],
  ['cycles_subscription_fkey', cycleWith({ subscription_id: "'nobody'" })],
  ['cycles_grant_fkey', 'UPDATE holdfast.cycles SET grant_id = 99'],
  ['cycles_number_positive', cycleWith({ cycle: '0' })],
  ['cycles_end_after_start', "UPDATE holdfast.cycles SET ends_at = starts_at - interval '1 ms'"],
  ['payments_pkey', 'INSERT INTO holdfast.payments SELECT * FROM holdfast.payments'],
  ['payments_reference_valid', paymentWith({ reference: "'a:b'" })],
  ['payments_cycle_fkey', paymentWith({ cycle: '9' })],
  ['payments_cycle_paid_once', paymentWith({})],
  ['payments_pays_known', paymentWith({ pays: "'tip'" })],
  [
    'payments_paid_before_recorded',
    paymentWith({ pays: "'upgrade'", paid_at: "recorded_at + interval '1 ms'" }),
  ],
  ['purchases_pkey', `INSERT INTO holdfast.purchases SELECT * FROM holdfast.purchases ${FAILED}`],
  ['purchases_account_fkey', purchaseWith({ account_id: "'nobody'" })],
  ['purchases_grant_fkey', `${PURCHASE} grant_id = 99 ${BOUGHT}`],
  ['purchases_id_valid', `${PURCHASE} purchase_id = 'a:b' ${ASKED}`],
  ['purchases_credits_not_negative', `${PURCHASE} credits = -1 ${ASKED}`],
  ['purchases_price_not_negative', `${PURCHASE} price_cents = -1 ${ASKED}`],
  ['purchases_currency_is_iso_4217', `${PURCHASE} currency = 'usd' ${ASKED}`],
  ['purchases_status_known', `${PURCHASE} status = 'lost' ${FAILED}`],
  ['purchases_tombstone_buys_nothing', `${PURCHASE} body = NULL ${ASKED}`],
  ['purchases_tombstone_buys_nothing', `${PURCHASE} pack_id = NULL ${ASKED}`],
  ['purchases_granted_has_grant', `${PURCHASE} grant_id = NULL ${BOUGHT}`],
  ['purchases_granted_has_grant', `${PURCHASE} grant_id = 1 ${FAILED}`],
  ['purchases_paid_has_payment', `${PURCHASE} payment_id = NULL ${BOUGHT}`],
  ['purchases_paid_has_payment', `${PURCHASE} payment_id = 'payment-2' ${FAILED}`],
  ['purchases_grant_once', purchaseWith({ payment_id: "'payment-3'" })],
  [
    'purchases_payment_buys_once',
    purchaseWith({ status: "'returned'", reason: "'x'", grant_id: 'NULL' }),
  ],
  ['purchases_reason_says_why_not', `${PURCHASE} reason = NULL ${FAILED}`],
  ['purchases_reason_says_why_not', `${PURCHASE} reason = 'x' ${BOUGHT}`],
  ['purchases_resolved_has_time', `${PURCHASE} resolved_at = NULL ${FAILED}`],
  ['purchases_resolved_has_time', `${PURCHASE} resolved_at = now() ${ASKED}`],
  ['purchases_unfinished_is_looked_after', `${PURCHASE} look_from = NULL ${ASKED}`],
  ['purchases_unfinished_is_looked_after', `${PURCHASE} look_from = now() ${FAILED}`],
  [
    'refused_payment_methods_pkey',
    'INSERT INTO holdfast.refused_payment_methods SELECT * FROM holdfast.refused_payment_methods',
  ],
  [
    'refused_payment_methods_purchase_fkey',
    "UPDATE holdfast.refused_payment_methods SET purchase_id = 'unknown'",
  ],
  ['interventions_pkey', `${INTERVENTION} VALUES ${DISMISSED}, ${DISMISSED}`],
  [
    'interventions_account_fkey',
    `${INTERVENTION} VALUES ('no-such', 'notice', '1', 'dismissed', 'r', 'b', now())`,
  ],
  [
    'interventions_outcome_known',
    `${INTERVENTION} VALUES ('base', 'notice', '1', 'released', 'r', 'b', now())`,
  ],
  [
    'interventions_outcome_known',
    `${INTERVENTION} VALUES ('base', 'account', '1', 'ended', 'r', 'b', now())`,
  ],
  ['refunds_pkey', 'INSERT INTO holdfast.refunds SELECT * FROM holdfast.refunds'],
  [
    'refunds_part_once',
    `INSERT INTO holdfast.refunds (account_id, refund_id, purchase_id, part, amount_cents, credits, at)
     SELECT account_id, 're_2', purchase_id, part, amount_cents, credits, at FROM holdfast.refunds`,
  ],
  ['refunds_purchase_known', `${REFUND} purchase_id = 'other'`],
  ['refunds_amount_positive', `${REFUND} amount_cents = 0`],
  ['refunds_part_positive', `${REFUND} part = 0`],
  ['refunds_taken_in_range', `${REFUND} taken = credits + 1`],
  ['refunds_taken_in_range', `${REFUND} taken = -1`],
  ['refunds_taken_in_range', `${REFUND} owed = -1`],
  ['refunds_taken_in_range', `${REFUND} owed = credits - taken + 1`],
  ['disputes_pkey', 'INSERT INTO holdfast.disputes SELECT * FROM holdfast.disputes'],
  [
    'disputes_part_once',
    `INSERT INTO holdfast.disputes (account_id, dispute_id, purchase_id, part, amount_cents, state, opened_at)
     SELECT account_id, 'dp_2', purchase_id, part, amount_cents, state, opened_at FROM holdfast.disputes`,
  ],
  ['disputes_purchase_known', `${DISPUTE} purchase_id = 'other'`],
  ['disputes_amount_positive', `${DISPUTE} amount_cents = 0`],
  ['disputes_part_positive', `${DISPUTE} part = 0`],
  ['disputes_state_known', `${DISPUTE} state = 'asked', closed_at = now()`],
  ['disputes_closed_has_time', `${DISPUTE} state = 'won'`],
  ['disputes_closed_has_time', `${DISPUTE} closed_at = now()`],
  ['moved_ends_pkey', `${MOVED} VALUES ${MOVED_ROW}, ${MOVED_ROW}`],
  ['moved_ends_grant_known', `${MOVED} VALUES ('sub', 999, 1, 1, NULL, now())`],
  ['moved_ends_own_or_of_term', `${MOVED} VALUES ('sub', 1, 1, NULL, NULL, now())`],
  ['moved_ends_own_or_of_term', `${MOVED} VALUES ('sub', 1, 1, 1, now(), now())`],
  ['purchases_frozen_in_range', `${PURCHASE} frozen = -1 ${BOUGHT}`],
  ['purchases_frozen_in_range', `${PURCHASE} frozen = credits + 1 ${BOUGHT}`],
  ['purchases_frozen_in_range', `${PURCHASE} frozen_since = NULL ${BOUGHT}`],
  ['refund_orders_pkey', 'INSERT INTO holdfast.refund_orders SELECT * FROM holdfast.refund_orders'],
  [
    'refund_orders_refund_once',
    `INSERT INTO holdfast.refund_orders (account_id, order_id, purchase_id, amount_cents, credits, held, status, refund_id, ordered_at, resolved_at)
     SELECT account_id, n, purchase_id, 1, 1, 0, 'made', 're_1', now(), now() FROM holdfast.refund_orders, unnest('{a,b}'::text[]) AS n`,
  ],
  ['refund_orders_purchase_known', `${ORDER} purchase_id = 'other'`],
  [
    'refund_orders_refund_known',
    `${ORDER} refund_id = 'other', status = 'made', held = 0, resolved_at = now()`,
  ],
  ['refund_orders_amount_positive', `${ORDER} amount_cents = 0`],
  ['refund_orders_held_in_range', `${ORDER} held = -1`],
  ['refund_orders_held_in_range', `${ORDER} held = credits + 1`],
  ['refund_orders_status_known', `${ORDER} status = 'lost', held = 0, resolved_at = now()`],
  ['refund_orders_ended_has_time', `${ORDER} resolved_at = now()`],
  ['refund_orders_ended_holds_nothing', `${ORDER} status = 'refused', resolved_at = now()`],
  ['refund_orders_made_has_refund', `${ORDER} refund_id = 're_1'`],
  [
    'stray_payments_pkey',
    'INSERT INTO holdfast.stray_payments SELECT * FROM holdfast.stray_payments',
  ],
  ['stray_payments_purchase_fkey', `${STRAY} purchase_id = 'other'`],
  ['stray_payments_status_known', `${STRAY} status = 'lost', look_from = NULL`],
  ['stray_payments_returned_has_time', `${STRAY} status = 'returned', look_from = NULL`],
  ['stray_payments_returned_has_time', `${STRAY} returned_at = now()`],
  ['stray_payments_returning_is_looked_after', `${STRAY} look_from = NULL`],
  ['stray_payments_returning_is_looked_after', `${STRAY} status = 'returned', returned_at = now()`],
];
