import { z } from 'zod';
import { accountList, requestsNamed, waitingQueues } from '../../contract/accounts';
import { acts } from '../../contract/act';
import { balance } from '../../contract/balance';
import { erasure } from '../../contract/erasure';
import { notice, noticeRecord } from '../../contract/notice';
import { attended } from '../../contract/outbox';
import { due } from '../../contract/upkeep';
import {
  bigint,
  bigints,
  command,
  inQuery,
  integer,
  operation,
  optional,
  page,
  text,
  texts,
  time,
  value,
} from '../connection/sql-function';
import { account, byHand, request } from './parameters';

/** An account as a whole, and what its owner is told. */
export const ACCOUNT_FUNCTIONS = {
  balance: value(['web', 'operator'], { ...account, asOf: optional(text) }, balance, 'balance_at'),
  // Queries of the history find its entries by them. The driver reads bigint as text there.
  last_version_before: inQuery(['web', 'operator'], { ...account, at: time }, z.string()),
  versions_of_request: inQuery(['web', 'operator'], request, z.array(z.string())),
  account_stamps: value(['web'], { accountIds: texts }, z.record(z.string(), z.string())),
  acts: value(
    ['web', 'operator'],
    { accountId: optional(text), before: optional(bigint), limit: integer },
    acts,
  ),
  account_list: value(['operator'], { prefix: text, after: text, limit: integer }, accountList),
  requests_named: value(
    ['operator'],
    { requestId: text, after: text, limit: integer },
    requestsNamed,
  ),
  waiting_queues: value(['operator'], { after: text, limit: integer }, waitingQueues),
  erase_account: operation(['operator'], { ...account, ...byHand }, erasure),
  next_notice: value(['worker'], account, notice.nullable()),
  settle_notice: command(['worker'], { ...account, noticeId: bigint, reason: optional(text) }),
  dismiss_notice: operation(
    ['operator'],
    { ...account, noticeId: bigint, ...byHand },
    noticeRecord,
  ),
  account_notices: value(['web', 'operator'], account, z.array(noticeRecord)),
  attend_account: operation(['worker'], account, attended),
  // An operator's grant may wake a request.
  outbox_delivered: command(['worker', 'operator'], { ...account, messageIds: bigints }),
  unattended_accounts: page(
    ['worker'],
    { dueBy: time, writtenBy: time, afterAccountId: optional(text), limit: integer },
    due.account,
  ),
} as const;
