import { billingEvents } from './billing';
import { acts, imports, interventions, reports, restored } from './by-hand';
import {
  cancellations,
  generations,
  operatorLimits,
  operators,
  queues,
  settings,
  shortages,
} from './credits';
import {
  debts,
  disputes,
  notices,
  purchases,
  refundOrders,
  subscriptions,
  terms,
  topUps,
} from './money';
import { accounts, catalogs, checkpoints, damage, queries, reconciliation } from './upkeep';

/** In this order, because later stories use what earlier ones leave in the ledger. */
export const STORIES = Object.entries({
  ...{ generations, cancellations, shortages, queues, operators, settings, operatorLimits },
  ...{
    subscriptions,
    terms,
    purchases,
    refundOrders,
    debts,
    disputes,
    topUps,
    notices,
    billingEvents,
    imports,
  },
  ...{ interventions, acts, reconciliation, catalogs, queries, checkpoints, reports, accounts },
  ...{ restored, damage },
});
