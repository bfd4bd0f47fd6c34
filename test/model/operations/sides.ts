import type { Ledger } from '../../../ledger/ledger';
import type { Answer, Catalog, World } from '../rules/state';

/** What the ledger's side of an operation needs beside the ledger. */
export interface Books {
  ledger: Ledger;
  setClock(iso: string): Promise<void>;
  applyCatalog(version: Catalog): Promise<unknown>;
}

export const BY = { reason: 'fuzz', by: 'sam' };

export type OfAccount<More> = { accountId: string } & More;
export type OfRequest<More> = OfAccount<{ requestId: string } & More>;
export type OfSubscription<More> = OfAccount<{ subscriptionId: string } & More>;
export type OfPurchase<More> = OfAccount<{ purchaseId: string } & More>;

/** An operation with what it is given. */
export interface Sides<Given> {
  /** What docs/rules.md says. */
  rules(world: World, given: Given): Answer;
  /** What the ledger does. */
  books(books: Books, given: Given): Promise<unknown>;
}

export const sides = <Given>(of: Sides<Given>): Sides<Given> => of;
