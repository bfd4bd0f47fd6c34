import { interventions } from './by-hand';
import { generations, operators, queues, settings } from './credits';
import { notices, purchases, subscriptions, terms, topUps } from './money';
import { catalogs, damage, queries, reconciliation } from './upkeep';

/** In an order in which those that come later find what they need. */
export const STORIES = Object.entries({
  ...{ generations, queues, operators, settings },
  ...{ subscriptions, terms, purchases, topUps, notices },
  ...{ interventions, reconciliation, catalogs, queries, damage },
});
