import { burnRates, reportPage } from '../../contract/report';
import {
  bigint,
  flag,
  integer,
  json,
  optional,
  text,
  time,
  value,
} from '../connection/sql-function';

const month = { fromAt: time, until: time };

/** Figures of finance, from the journal. */
export const REPORT_FUNCTIONS = {
  report_page: value(
    ['web', 'operator', 'reader'],
    {
      ...month,
      ...{ from: text, version: optional(bigint), state: optional(json<unknown>()) },
      entriesMax: integer,
    },
    reportPage,
  ),
  report_accounts: value(
    ['web', 'operator', 'reader'],
    { ...month, after: text, isDry: flag, limit: integer },
    burnRates,
  ),
} as const;
