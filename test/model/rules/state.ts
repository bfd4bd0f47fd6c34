/** What the rules know: plain data, so that it can be copied and compared. */

export type EntryType =
  | ('grant' | 'reserve' | 'commit' | 'release' | 'expire' | 'deduct')
  | ('refund' | 'owe' | 'repay' | 'freeze' | 'unfreeze');
export type Json = Record<string, unknown>;

export interface Plan {
  credits: number;
  cycle: string;
}

export interface Pack {
  credits: number;
  priceCents: number;
  currency: string;
}

export interface Catalog {
  version: number;
  effectiveFrom: number;
  kinds: Record<string, { cancelled?: string }>;
  plans: Record<string, Plan>;
  packs: Record<string, Pack>;
  renewalGrace?: string;
  settlementWindow?: string;
  refund?: string;
  inDebt?: string;
}

/** What one entry changes of one grant: its remainder, and what is set aside from it. */
export interface Leg {
  grantId: number;
  remainder: number;
  reserved: number;
}

export interface Figures {
  available: number;
  reserved: number;
  spent: number;
  expired: number;
  deducted: number;
  refunded: number;
  frozen: number;
  granted: number;
  owed: number;
}

export interface Entry {
  version: number;
  at: number;
  type: EntryType;
  legs: Leg[];
  requestId?: string;
  grantId?: number;
  reason?: string;
  by?: string;
  /** What it changes of the debt. */
  owed?: number;
  after: Figures;
}

export interface Grant {
  id: number;
  source: 'plan' | 'pack' | 'promotion' | 'adjustment';
  credits: number;
  remaining: number;
  costCents: number;
  grantedAt: number;
  /** An end of its own; null for a grant of a term. */
  endsAt: number | null;
  term: number | null;
  subscriptionId?: string;
  cycle?: number;
  planId?: string;
  purchaseId?: string;
  packId?: string;
  /** The ends that it had up to an entry, earliest first. */
  movedEnds: { upto: number; term: number | null; endsAt: number | null }[];
}

export interface Ticket {
  waitsFor: number;
  admitted: number;
  since: number;
  until: number;
  bytes: number;
  wokenAt: number | null;
  /** When its workflow was looked for last. */
  lookedForAt: number | null;
}

export interface Request {
  id: string;
  /** Null of a tombstone. */
  body: Json | null;
  state: 'waiting' | 'open' | 'committed' | 'released';
  credits: number;
  charged: number;
  catalogVersion: number | null;
  allocations: { grantId: number; credits: number }[];
  reservedAt: number | null;
  resolvedAt: number | null;
  expiresAt: number | null;
  reason: string | null;
  outputUrl: string | null;
  ticket: Ticket | null;
  freeCancelAt: number | null;
}

export interface Cycle {
  number: number;
  planId: string;
  length: string;
  startsAt: number;
  endsAt: number;
  term: number;
  grantId: number | null;
}

export interface Subscription {
  id: string;
  term: number;
  planId: string;
  scheduledPlanId: string | null;
  timeZone: string;
  anchor: number;
  anchorCycle: number;
  length: string;
  grace: string;
  window: string;
  closedWhy: 'superseded' | 'lapsed' | 'ended-now' | null;
  closedAt: number | null;
  isClosed: boolean;
  cancelAtPeriodEnd: boolean;
  cycles: Cycle[];
}

export interface Payment {
  subscriptionId: string;
  cycle: number;
  pays: 'cycle' | 'upgrade';
  paidAt: number;
}

export interface Purchase {
  id: string;
  /** Null of a tombstone. */
  body: Json | null;
  packId: string | null;
  credits: number | null;
  priceCents: number | null;
  currency: string | null;
  catalogVersion: number | null;
  status: 'open' | 'granted' | 'declined' | 'voided' | 'returning' | 'returned';
  openedAt: number;
  resolvedAt: number | null;
  paymentId: string | null;
  reason: string | null;
  grantId: number | null;
  isAutomatic: boolean;
  strays: { paymentId: string; status: 'returning' | 'returned'; seenAt: number }[];
  refunds: Refund[];
  disputes: Dispute[];
  /** Of its credits. */
  frozen: number;
  /** Since when a dispute about it has been open without a break. */
  frozenSince: number | null;
}

export interface Refund {
  id: string;
  amountCents: number;
  credits: number;
  taken: number;
  owed: number;
  at: number;
}

export interface Dispute {
  id: string;
  amountCents: number;
  state: 'open' | 'won' | 'lost';
  openedAt: number;
  closedAt: number | null;
}

export interface TopUp {
  packId: string;
  belowCredits: number;
  monthlyCapCents: number;
  priceCents: number;
  currency: string;
}

export interface Threshold {
  said: Json;
  isBelow: boolean;
}

export interface Settings {
  limits: Record<LimitName, number | null>;
  topUp: TopUp | null;
  /** Of the top-up that was set last; declines belong to it. */
  paymentMethod: string | null;
  failures: number;
  retryAt: number | null;
  stoppedWhy: string | null;
  topUps: number;
  /** What a generation needed that was refused for lack of credits. */
  wanted: { credits: number; at: number } | null;
}

export type LimitName = 'dailyCreditsMax' | 'generationCreditsMax' | 'concurrentGenerationsMax';

export interface Notice {
  id: number;
  type: string;
  at: number;
  data: Json;
  subject: string | null;
}

export interface Message {
  kind: string;
  requestId?: string;
  /** Of a wake-up: only whether its workflow lives is to be asked. */
  isCheck?: true;
}

/** A refund that an operator has ordered. */
export interface RefundOrder {
  id: string;
  purchaseId: string;
  amountCents: number;
  credits: number;
  held: number;
  status: 'open' | 'made' | 'refused' | 'closed';
  refundId: string | null;
  reason: string | null;
  orderedAt: number;
  resolvedAt: number | null;
}

export interface Account {
  id: string;
  isOpen: boolean;
  /** Its operations look at queue, thresholds and top-up. */
  isWatched: boolean;
  entries: Entry[];
  grants: Grant[];
  requests: Map<string, Request>;
  /** The requests that wait, in the order in which they came. */
  queue: string[];
  keys: Map<string, { body: string; result: unknown }>;
  term: number;
  validUntil: number | null;
  bookedTerm: number;
  terms: { at: number; term: number; validUntil: number }[];
  subscriptions: Map<string, Subscription>;
  payments: Map<string, Payment>;
  purchases: Map<string, Purchase>;
  orders: Map<string, RefundOrder>;
  settings: Settings | null;
  thresholds: Threshold[];
  notices: Notice[];
  /** What has been told since the last grant: the last credit, or a generation's shortage. */
  isDry: boolean;
  isShort: boolean;
  refusedMethods: Map<string, string>;
  declinesForgottenAt: number | null;
  outbox: Map<string, Message>;
}

export interface Stop {
  accountId: string;
  kind: string;
  reason: string;
  by: string;
  since: number;
}

export interface OperatorLimits {
  limits: Record<string, number>;
  reason: string;
  by: string;
  since: number;
}

export interface World {
  clock: number;
  catalogs: Catalog[];
  accounts: Map<string, Account>;
  stops: Map<string, Stop>;
  /** By account; a star stands for all accounts without limits of their own. */
  operatorLimits: Map<string, OperatorLimits>;
  /** What workflows have granted, by the start of the UTC day. */
  workflowGrants: Map<number, number>;
  /** The messages that the operation under way delivers. */
  delivered: (Message & { accountId: string })[];
}

export type Answer =
  | { ok: true; value: unknown; replayed: boolean }
  | { ok: false; code: string; details: Json };

export const CREDITS_MAX = Number.MAX_SAFE_INTEGER;

/** A sum of credits as callers read it. */
export const sumAsTold = (credits: number): number => Math.min(credits, CREDITS_MAX);

export function newWorld(clock: number, catalog: Catalog): World {
  return {
    clock,
    catalogs: [catalog],
    accounts: new Map(),
    stops: new Map(),
    operatorLimits: new Map(),
    workflowGrants: new Map(),
    delivered: [],
  };
}

export function accountOf(world: World, id: string): Account {
  const known = world.accounts.get(id);
  if (known) return known;
  const account: Account = {
    ...{ id, isOpen: false, isWatched: false, entries: [], grants: [], requests: new Map() },
    ...{ queue: [], keys: new Map(), term: 0, validUntil: null, bookedTerm: 0, terms: [] },
    ...{ subscriptions: new Map(), payments: new Map(), purchases: new Map(), settings: null },
    ...{ thresholds: [], notices: [], isDry: false, isShort: false, refusedMethods: new Map() },
    ...{ declinesForgottenAt: null, outbox: new Map(), orders: new Map() },
  };
  world.accounts.set(id, account);
  return account;
}

/** The later of the ledger's clock and the account's last entry. */
export function timeOf(world: World, account: Account): number {
  return Math.max(world.clock, account.entries.at(-1)?.at ?? Number.NEGATIVE_INFINITY);
}

export const done = (value: unknown, replayed = false): Answer => ({ ok: true, value, replayed });
export const refused = (code: string, details: Json = {}): Answer => ({ ok: false, code, details });
