import type { Limits, Threshold } from '../../../contract/settings';
import { applyCatalog } from '../rules/catalog';
import { admit, setOperatorLimits, stop } from '../rules/limits';
import {
  forgetDeclines,
  setLimits,
  setLowBalance,
  setTopUp,
  settingsRecord,
  type TopUpSaid,
} from '../rules/settings';
import { type Catalog, done, type Json } from '../rules/state';
import { iso } from '../rules/time';
import { BY, type OfAccount, sides } from './sides';

export const ofSettings = {
  setLimits: sides<OfAccount<{ key: string; limits: Json }>>({
    rules: (world, { accountId, key, limits }) => setLimits(world, accountId, key, limits),
    books: ({ ledger }, { accountId, key, limits }) =>
      ledger.settings.setLimits({ accountId, key, ...(limits as Partial<Limits>) }),
  }),
  setLowBalance: sides<OfAccount<{ key: string; lowBalance: Json[] }>>({
    rules: (world, { accountId, key, lowBalance }) =>
      setLowBalance(world, accountId, key, lowBalance),
    books: ({ ledger }, { accountId, key, lowBalance }) =>
      ledger.settings.setLowBalance({ accountId, key, lowBalance: lowBalance as Threshold[] }),
  }),
  setTopUp: sides<OfAccount<{ key: string; topUp: TopUpSaid | null; isOwned?: boolean }>>({
    rules: (world, { accountId, key, topUp, isOwned }) =>
      setTopUp(world, accountId, key, topUp, isOwned),
    books: ({ ledger }, { accountId, key, topUp, isOwned }) =>
      ledger.settings.setTopUp({ accountId, key, topUp }, isOwned),
  }),
  stop: sides<{ accountId: string | null; kind: string | null; reason: string; by: string }>({
    rules: stop,
    books: ({ ledger }, given) => ledger.settings.stop(given),
  }),
  admit: sides<{ accountId: string | null; kind: string | null }>({
    rules: admit,
    books: ({ ledger }, given) => ledger.settings.admit({ ...given, ...BY }),
  }),
  setOperatorLimits: sides<{
    accountId: string | null;
    limits: Record<string, number | null> | null;
  }>({
    rules: (world, { accountId, limits }) => setOperatorLimits(world, accountId, limits, BY),
    books: ({ ledger }, { accountId, limits }) =>
      ledger.settings.setOperatorLimits({ accountId, limits, ...BY }),
  }),
  forgetDeclines: sides<OfAccount<object>>({
    rules: (world, { accountId }) => forgetDeclines(world, accountId),
    books: ({ ledger }, { accountId }) => ledger.interventions.forgetDeclines({ accountId, ...BY }),
  }),
  settings: sides<OfAccount<object>>({
    rules: (world, { accountId }) => done(settingsRecord(world, accountId)),
    books: ({ ledger }, { accountId }) => ledger.accountSettings(accountId),
  }),
  applyCatalog: sides<{ next: Catalog }>({
    rules: (world, { next }) => applyCatalog(world, next),
    books: (books, { next }) => books.applyCatalog(next),
  }),
  /** Time passes, or the clock is set back. */
  clock: sides<{ at: number }>({
    rules: (world, { at }) => {
      world.clock = at;
      return done(null);
    },
    books: async (books, { at }) => {
      await books.setClock(iso(at) as string);
      return null;
    },
  }),
};
