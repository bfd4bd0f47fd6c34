import { BUYER, type Corruption } from './corruption';

const dispute = (id: string) => `${BUYER} AND dispute_id = 'dp-${id}'`;
const purchase = (id: string) => `${BUYER} AND purchase_id = '${id}'`;
const DISPUTES = 'UPDATE holdfast.disputes SET';
const FROZEN = `${BUYER} AND type = 'freeze' AND version = (
  SELECT max(version) FROM holdfast.entries ${BUYER} AND type = 'freeze')`;

/** What banks are asked to take back, and what is frozen for it. */
export const OF_DISPUTES: Corruption[] = [
  ['dispute-of-purchase', `${DISPUTES} purchase_id = 'none' ${dispute('open')}`],
  ['dispute-of-purchase', `${DISPUTES} part = 2 ${dispute('open')}`],
  ['dispute-of-purchase', `${DISPUTES} amount_cents = 0 ${dispute('won')}`],
  ['dispute-of-purchase', `${DISPUTES} state = 'asked' ${dispute('won')}`],
  ['dispute-of-purchase', `${DISPUTES} closed_at = NULL ${dispute('won')}`],
  ['dispute-of-purchase', `${DISPUTES} closed_at = now() - interval '9 years' ${dispute('won')}`],
  ['dispute-of-purchase', `${DISPUTES} opened_at = '2029-01-01' ${dispute('open')}`],
  ['dispute-lost-is-refund', `${DISPUTES} state = 'won' ${dispute('lost')}`],
  ['dispute-lost-is-refund', `${DISPUTES} state = 'lost' ${dispute('won')}`],
  ['dispute-lost-is-refund', `${DISPUTES} amount_cents = 100 ${dispute('lost')}`],
  ['dispute-lost-is-refund', `DELETE FROM holdfast.disputes ${dispute('lost')}`],
  [
    'entry-says-why',
    `UPDATE holdfast.refunds SET refund_id = 're' ${BUYER} AND refund_id = 'dispute:dp-lost'`,
  ],
  [
    'notice-tells-what-is',
    `${DISPUTES} opened_at = opened_at + interval '1 ms' ${dispute('open')}`,
  ],
  ['notice-tells-what-is', `${DISPUTES} closed_at = closed_at + interval '1 ms' ${dispute('won')}`],
  [
    'notice-tells-what-is',
    `UPDATE holdfast.notices SET data = data || '{"disputeId": "x"}' ${BUYER} AND type = 'dispute'`,
  ],
  ['frozen-is-disputed', `${DISPUTES} amount_cents = 2000 ${dispute('open')}`],
  ['frozen-is-disputed', `UPDATE holdfast.purchases SET frozen = frozen + 1 ${purchase('open')}`],
  ['frozen-is-disputed', `UPDATE holdfast.purchases SET frozen_since = NULL ${purchase('open')}`],
  ['frozen-is-disputed', `UPDATE holdfast.purchases SET frozen_since = now() ${purchase('won')}`],
  [
    'frozen-is-disputed',
    `UPDATE holdfast.purchases SET frozen_since = frozen_since + interval '1 ms' ${purchase('open')}`,
  ],
  ['frozen-booked-once', `UPDATE holdfast.purchases SET frozen = frozen - 1 ${purchase('open')}`],
  ['frozen-booked-once', `DELETE FROM holdfast.entries ${FROZEN}`],
  ['frozen-adds-up', `UPDATE holdfast.accounts SET frozen = frozen + 1 ${BUYER}`],
  ['figures-add-up', `UPDATE holdfast.accounts SET frozen = frozen + 1 ${BUYER}`],
  ['figures-not-negative', `UPDATE holdfast.accounts SET frozen = -1 ${BUYER}`],
  ['journal-gives-balances', `UPDATE holdfast.accounts SET frozen = frozen + 1 ${BUYER}`],
  ['journal-replays', `UPDATE holdfast.entries SET frozen_after = frozen_after + 1 ${FROZEN}`],
  ['entry-linked', `UPDATE holdfast.entries SET frozen_after = frozen_after + 1 ${FROZEN}`],
  ['rules-are-kept', `UPDATE holdfast.entries SET available_delta = 1 ${FROZEN}`],
  ['entry-says-why', `UPDATE holdfast.entries SET reason = 'x' ${FROZEN}`],
  ['entry-says-why', `UPDATE holdfast.entries SET grant_id = NULL ${FROZEN}`],
  ['journal-legs-add-up', `UPDATE holdfast.entries SET grant_id = 1 ${FROZEN}`],
  [
    'end-moved-as-frozen',
    `UPDATE holdfast.moved_ends SET upto_version = upto_version - 1 ${BUYER}`,
  ],
  ['end-moved-as-frozen', `UPDATE holdfast.moved_ends SET term = 2 ${BUYER}`],
  [
    'end-moved-as-frozen',
    `UPDATE holdfast.moved_ends SET frozen_since = frozen_since + interval '1 s' ${BUYER}`,
  ],
  [
    'end-moved-as-frozen',
    `UPDATE holdfast.grants SET ends_at = ends_at + interval '1 s' ${BUYER} AND ends_at IS NOT NULL`,
  ],
  ['end-moved-as-frozen', `UPDATE holdfast.moved_ends SET grant_id = 1 ${BUYER}`],
  ['pack-granted-while-live', `DELETE FROM holdfast.moved_ends ${BUYER}`],
  ['act-has-dispute', `${DISPUTES} dispute_id = 'dp-x' ${dispute('old')}`],
  [
    'act-has-dispute',
    `UPDATE holdfast.operator_acts SET at = at + interval '1 s' ${BUYER} AND what = 'dispute'`,
  ],
  ['limits-are-looked-for', `UPDATE holdfast.accounts SET watched = false ${BUYER}`],
];
