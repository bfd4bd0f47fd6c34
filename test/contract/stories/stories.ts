import { interventions } from './by-hand';
import { generations, operators, queues, settings } from './credits';
import { notices, purchases, subscriptions, terms, topUps } from './money';
import { catalogs, damage, queries, reconciliation } from './upkeep';

/** Later stories use accounts and catalogs of earlier ones. */
export const STORIES = Object.entries({
  ...{ generations, queues, operators, settings },
  ...{ subscriptions, terms, purchases, topUps, notices },
  ...{ interventions, reconciliation, catalogs, queries, damage },
});
