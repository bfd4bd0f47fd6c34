import type { InOwnersStead } from '../../contract/act';
import { type OperatorLimitsRequest, operatorLimitsRecord } from '../../contract/operator-limits';
import {
  accountSettings,
  admitted,
  type Limits,
  stop,
  type Threshold,
} from '../../contract/settings';
import type { TopUpRule } from '../../contract/top-up';
import { flag, json, oneOf, operation, optional, text, value } from '../connection/sql-function';
import { account, byHand, byTemporal, inWords, keyed, times } from './parameters';

/** What owners and operators set. */
export const SETTINGS_FUNCTIONS = {
  set_limits: operation(
    ['worker'],
    { ...keyed, body: json<Partial<Limits>>(), times },
    accountSettings,
  ),
  set_low_balance: operation(
    ['worker'],
    { ...keyed, body: json<Threshold[]>(), times },
    accountSettings,
  ),
  set_top_up: operation(
    ['worker'],
    { ...keyed, body: json<TopUpRule | null>(), isOwned: optional(flag), times },
    accountSettings,
  ),
  // What an operator sets is an act.
  set_for_owner: operation(
    ['worker', 'operator'],
    {
      ...{ ...account, setting: oneOf<'limits' | 'low-balance' | 'top-up'>(), key: text },
      body: json<Partial<Limits> | Threshold[] | TopUpRule | null>(),
      ...{ isOwned: optional(flag), act: json<InOwnersStead>(), times },
    },
    accountSettings,
  ),
  account_settings: value(['web', 'operator'], account, accountSettings),
  stop_admissions: operation(
    ['worker', 'operator'],
    { accountId: optional(text), kind: optional(text), ...byHand, times, ...byTemporal },
    stop,
  ),
  admit_again: operation(
    ['worker', 'operator'],
    { accountId: optional(text), kind: optional(text), ...inWords, times, ...byTemporal },
    admitted,
  ),
  set_operator_limits: operation(
    ['operator'],
    { accountId: optional(text), body: json<OperatorLimitsRequest['limits']>(), ...byHand },
    operatorLimitsRecord.nullable(),
  ),
  operator_limits: value(
    ['operator'],
    { accountId: optional(text) },
    operatorLimitsRecord.nullable(),
  ),
} as const;
