import type { RequestBody } from '../../contract/generation';
import type { GrantBody } from '../../contract/grant';
import type { Limits, Threshold } from '../../contract/settings';
import type { Ledger } from '../../ledger/ledger';
import { applyCatalog } from './rules/catalog';
import { deduct, expire, type GrantSaid, grant, grantByWorkflow } from './rules/grants';
import { admit, setOperatorLimits, stop } from './rules/limits';
import { changePlan, type PlanChangeSaid } from './rules/plan-change';
import {
  closePurchase,
  openPurchase,
  type PurchaseSaid,
  purchaseRecord,
  returnStray,
  settle,
} from './rules/purchases';
import { queueRecord, resume, type Wait } from './rules/queue';
import { balanceOf } from './rules/reading';
import { commit, type Quote, release, requestCancel, reserve } from './rules/requests';
import {
  beginTopUp,
  forgetDeclines,
  setLimits,
  setLowBalance,
  setTopUp,
  settingsRecord,
  type TopUpSaid,
} from './rules/settings';
import { type Answer, accountOf, type Catalog, done, type Json, type World } from './rules/state';
import { subscriptionOf } from './rules/subscription-record';
import {
  endNow,
  expireTerm,
  grantCycles,
  renew,
  type SubscribeSaid,
  setCancellation,
  subscribe,
} from './rules/subscriptions';
import { iso } from './rules/time';

/** What the ledger's side of an operation needs beside the ledger. */
export interface Books {
  ledger: Ledger;
  setClock(iso: string): Promise<void>;
  applyCatalog(version: Catalog): Promise<unknown>;
}

const HOLD_MS = 600_000;
const BY = { reason: 'fuzz', by: 'sam' };

type OfAccount<More> = { accountId: string } & More;
type OfRequest<More> = OfAccount<{ requestId: string } & More>;
type OfSubscription<More> = OfAccount<{ subscriptionId: string } & More>;
type OfPurchase<More> = OfAccount<{ purchaseId: string } & More>;

interface Sides<Given> {
  /** What docs/rules.md says. */
  rules(world: World, given: Given): Answer;
  /** What the ledger does. */
  books(books: Books, given: Given): Promise<unknown>;
}

const sides = <Given>(of: Sides<Given>): Sides<Given> => of;
const quoteOf = ({ credits, catalogVersion }: Quote) => ({
  credits,
  catalogVersion: String(catalogVersion),
});

const ofCredits = {
  grant: sides<OfAccount<{ key: string; said: GrantSaid }>>({
    rules: (world, { accountId, key, said }) => grant(world, accountId, key, said),
    books: ({ ledger }, { accountId, key, said }) =>
      ledger.grant(accountId, key, said as GrantBody),
  }),
  grantByWorkflow: sides<
    OfAccount<{
      key: string;
      said: GrantSaid;
      limits: { creditsMax: number; creditsPerDay: number } | null;
    }>
  >({
    rules: (world, { accountId, key, said, limits }) =>
      grantByWorkflow(world, accountId, key, said, limits),
    books: ({ ledger }, { accountId, key, said, limits }) =>
      ledger.grants.byWorkflow(accountId, key, said as GrantBody, limits ?? undefined),
  }),
  deduct: sides<OfAccount<{ key: string; said: { credits: number; reason: string; by: string } }>>({
    rules: (world, { accountId, key, said }) => deduct(world, accountId, key, said),
    books: ({ ledger }, { accountId, key, said }) => ledger.deduct(accountId, key, said),
  }),
  expire: sides<OfAccount<object>>({
    rules: (world, { accountId }) => expire(world, accountId),
    books: ({ ledger }, { accountId }) => ledger.expire(accountId),
  }),
  balance: sides<OfAccount<{ asOf?: number }>>({
    rules: (world, { accountId, asOf }) => done(balanceOf(world, accountId, asOf)),
    books: ({ ledger }, { accountId, asOf }) =>
      ledger.balance(accountId, asOf === undefined ? undefined : (iso(asOf) as string)),
  }),
};

const ofGenerations = {
  reserve: sides<OfRequest<{ body: Json; quote: Quote; wait: Wait | null }>>({
    rules: (world, { accountId, requestId, body, quote, wait }) =>
      reserve(world, accountId, requestId, body, quote, HOLD_MS, wait),
    books: ({ ledger }, { accountId, requestId, body, quote, wait }) =>
      ledger.reserve(
        accountId,
        requestId,
        body as unknown as RequestBody,
        quoteOf(quote),
        HOLD_MS,
        wait,
      ),
  }),
  resume: sides<OfRequest<{ quote: Quote }>>({
    rules: (world, { accountId, requestId, quote }) =>
      resume(world, accountId, requestId, quote, HOLD_MS),
    books: ({ ledger }, { accountId, requestId, quote }) =>
      ledger.resume(accountId, requestId, quoteOf(quote), HOLD_MS),
  }),
  commit: sides<OfRequest<{ credits: number; outputUrl: string }>>({
    rules: (world, { accountId, requestId, credits, outputUrl }) =>
      commit(world, accountId, requestId, credits, outputUrl),
    books: ({ ledger }, { accountId, requestId, credits, outputUrl }) =>
      ledger.commit(accountId, requestId, credits, outputUrl),
  }),
  chargeCancelled: sides<OfRequest<{ credits: number }>>({
    rules: (world, { accountId, requestId, credits }) =>
      commit(world, accountId, requestId, credits, null),
    books: ({ ledger }, { accountId, requestId, credits }) =>
      ledger.cancellations.charge(accountId, requestId, credits),
  }),
  release: sides<OfRequest<{ reason: string }>>({
    rules: (world, { accountId, requestId, reason }) =>
      release(world, accountId, requestId, reason),
    books: ({ ledger }, { accountId, requestId, reason }) =>
      ledger.release(accountId, requestId, reason),
  }),
  releaseByHand: sides<OfRequest<object>>({
    rules: (world, { accountId, requestId }) =>
      release(world, accountId, requestId, BY.reason, BY.by),
    books: ({ ledger }, { accountId, requestId }) =>
      ledger.interventions.release({ accountId, requestId, ...BY }),
  }),
  requestCancel: sides<OfRequest<{ hourlyMax: number }>>({
    rules: (world, { accountId, requestId, hourlyMax }) =>
      requestCancel(world, accountId, requestId, hourlyMax),
    books: ({ ledger }, { accountId, requestId, hourlyMax }) =>
      ledger.cancellations.request(accountId, requestId, hourlyMax),
  }),
  waitingQueue: sides<OfAccount<object>>({
    rules: (world, { accountId }) => done(queueRecord(world, accountId)),
    books: ({ ledger }, { accountId }) => ledger.waitingQueue(accountId),
  }),
};

const ofSubscriptions = {
  subscribe: sides<OfSubscription<{ said: SubscribeSaid }>>({
    rules: (world, { accountId, subscriptionId, said }) =>
      subscribe(world, accountId, subscriptionId, said),
    books: ({ ledger }, { accountId, subscriptionId, said }) =>
      ledger.subscriptions.subscribe(accountId, subscriptionId, said),
  }),
  renew: sides<OfSubscription<{ reference: string; paidAt?: string }>>({
    rules: (world, { accountId, subscriptionId, reference, paidAt }) =>
      renew(world, accountId, subscriptionId, reference, paidAt),
    books: ({ ledger }, { accountId, subscriptionId, reference, paidAt }) =>
      ledger.subscriptions.renew(accountId, subscriptionId, reference, paidAt),
  }),
  grantCycles: sides<OfSubscription<object>>({
    rules: (world, { accountId, subscriptionId }) => grantCycles(world, accountId, subscriptionId),
    books: ({ ledger }, { accountId, subscriptionId }) =>
      ledger.subscriptions.grantCycles(accountId, subscriptionId),
  }),
  changePlan: sides<OfSubscription<{ key: string; said: PlanChangeSaid }>>({
    rules: (world, { accountId, subscriptionId, key, said }) =>
      changePlan(world, accountId, subscriptionId, key, said),
    books: ({ ledger }, { accountId, subscriptionId, key, said }) =>
      ledger.subscriptions.changePlan(accountId, subscriptionId, key, said),
  }),
  cancel: sides<OfSubscription<{ key: string }>>({
    rules: (world, { accountId, subscriptionId, key }) =>
      setCancellation(world, accountId, subscriptionId, key, true),
    books: ({ ledger }, { accountId, subscriptionId, key }) =>
      ledger.subscriptions.cancelAtPeriodEnd(accountId, subscriptionId, key),
  }),
  takeBack: sides<OfSubscription<{ key: string }>>({
    rules: (world, { accountId, subscriptionId, key }) =>
      setCancellation(world, accountId, subscriptionId, key, false),
    books: ({ ledger }, { accountId, subscriptionId, key }) =>
      ledger.subscriptions.resume(accountId, subscriptionId, key),
  }),
  endNow: sides<OfSubscription<{ key: string }>>({
    rules: (world, { accountId, subscriptionId, key }) =>
      endNow(world, accountId, subscriptionId, key),
    books: ({ ledger }, { accountId, subscriptionId, key }) =>
      ledger.subscriptions.endNow(accountId, subscriptionId, key),
  }),
  expireTerm: sides<OfSubscription<{ term: number }>>({
    rules: (world, { accountId, subscriptionId, term }) =>
      expireTerm(world, accountId, subscriptionId, term),
    books: ({ ledger }, { accountId, subscriptionId, term }) =>
      ledger.subscriptions.expireTerm(accountId, subscriptionId, term),
  }),
  subscription: sides<OfAccount<{ subscriptionId?: string }>>({
    rules: (world, { accountId, subscriptionId }) =>
      done(subscriptionOf(world, accountId, subscriptionId)),
    books: ({ ledger }, { accountId, subscriptionId }) =>
      ledger.subscription(accountId, subscriptionId),
  }),
};

const ofPurchases = {
  openPurchase: sides<OfPurchase<{ said: PurchaseSaid }>>({
    rules: (world, { accountId, purchaseId, said }) =>
      openPurchase(world, accountId, purchaseId, said),
    books: ({ ledger }, { accountId, purchaseId, said }) =>
      ledger.purchases.open(accountId, purchaseId, said),
  }),
  settle: sides<OfPurchase<{ paymentId: string }>>({
    rules: (world, { accountId, purchaseId, paymentId }) =>
      settle(world, accountId, purchaseId, paymentId),
    books: ({ ledger }, { accountId, purchaseId, paymentId }) =>
      ledger.purchases.settle(accountId, purchaseId, paymentId),
  }),
  returnStray: sides<OfPurchase<{ paymentId: string }>>({
    rules: (world, { accountId, purchaseId, paymentId }) =>
      returnStray(world, accountId, purchaseId, paymentId),
    books: ({ ledger }, { accountId, purchaseId, paymentId }) =>
      ledger.purchases.returnStray(accountId, purchaseId, paymentId),
  }),
  closePurchase: sides<
    OfPurchase<{ status: 'declined' | 'voided' | 'returned'; reason: string; neverAgain: boolean }>
  >({
    rules: (world, { accountId, purchaseId, status, reason, neverAgain }) =>
      closePurchase(world, accountId, purchaseId, status, reason, neverAgain),
    books: ({ ledger }, { accountId, purchaseId, status, reason, neverAgain }) =>
      ledger.purchases.close(accountId, purchaseId, status, reason, neverAgain),
  }),
  beginTopUp: sides<OfAccount<object>>({
    rules: (world, { accountId }) => beginTopUp(world, accountId),
    books: ({ ledger }, { accountId }) => ledger.topUps.begin(accountId),
  }),
  purchase: sides<OfPurchase<object>>({
    rules: (world, { accountId, purchaseId }) => {
      const account = accountOf(world, accountId);
      const found = account.purchases.get(purchaseId);
      return done(found ? purchaseRecord(world, account, found) : null);
    },
    books: ({ ledger }, { accountId, purchaseId }) => ledger.purchase(accountId, purchaseId),
  }),
};

const ofSettings = {
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

/** Every operation, as the rules say it and as the ledger does it. */
export const OPERATIONS = {
  ...ofCredits,
  ...ofGenerations,
  ...ofSubscriptions,
  ...ofPurchases,
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
