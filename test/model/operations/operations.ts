import type { Answer, World } from '../rules/state';
import { ofCredits } from './of-credits';
import { ofGenerations } from './of-generations';
import { ofPurchases } from './of-purchases';
import { ofRefunds } from './of-refunds';
import { ofSettings } from './of-settings';
import { ofSubscriptions } from './of-subscriptions';
import type { Books, Sides } from './sides';

/** Every operation, as the rules say it and as the ledger does it. */
export const OPERATIONS = {
  ...ofCredits,
  ...ofGenerations,
  ...ofSubscriptions,
  ...ofPurchases,
  ...ofRefunds,
  ...ofSettings,
};

export type OperationName = keyof typeof OPERATIONS;
type GivenOf<Name extends OperationName> = Parameters<(typeof OPERATIONS)[Name]['rules']>[1];

/** One call. It is plain JSON, so that a failure can print it. */
export type Operation = {
  [Name in OperationName]: { name: Name; given: GivenOf<Name> };
}[OperationName];

const sidesOf = ({ name }: Operation) => OPERATIONS[name] as unknown as Sides<object>;

export const byRules = (world: World, operation: Operation): Answer =>
  sidesOf(operation).rules(world, operation.given);

export const byBooks = (books: Books, operation: Operation): Promise<unknown> =>
  sidesOf(operation).books(books, operation.given);
