import type { Asked, AskedRequest } from './asked';
import { nameOf } from './asked';
import type { LedgerBooks } from './ledger-books';
import type { ProviderBooks } from './provider-books';

/** What differs between what was asked and told, what the ledger has, and what providers did. */
export interface Comparison {
  differences: string[];
  /** Outputs that were made and not charged, with the reason that the ledger has. */
  deliveredUnpaid: string[];
}

interface Books {
  asked: Asked;
  ledger: LedgerBooks;
  providers: ProviderBooks;
}

export function compare(books: Books): Comparison {
  return {
    differences: [
      ...requestDifferences(books),
      ...inventedRequests(books),
      ...purchaseDifferences(books),
      ...paymentDifferences(books),
      ...correctionDifferences(books),
      ...sumDifferences(books),
      ...settingDifferences(books),
      ...noticeDifferences(books),
      ...undelivered(books),
      ...orphanedAlive(books),
    ],
    deliveredUnpaid: deliveredUnpaid(books),
  };
}

/** The entries that a request with this end has in the journal. */
function entriesOf({ end }: AskedRequest, wasReserved: boolean): string {
  if (!wasReserved) return '';
  const isCharged = end?.status === 'committed' || (end?.charged ?? 0) > 0;
  return isCharged ? 'commit,reserve' : 'release,reserve';
}

function requestDifferences({ asked, ledger }: Books): string[] {
  const rows = new Map(ledger.requests.map((row) => [nameOf(row.account_id, row.request_id), row]));
  const entries = new Map<string, string[]>();
  for (const { account_id, request_id, type, times } of ledger.entries) {
    const name = nameOf(account_id, request_id);
    entries.set(name, [...(entries.get(name) ?? []), ...Array<string>(times).fill(type)]);
  }
  const differences: string[] = [];
  for (const [name, kept] of asked.requests) {
    const row = rows.get(name);
    const got = (entries.get(name) ?? []).sort().join();
    if (kept.end === undefined) differences.push(`request ${name} has no end`);
    else if (entriesOf(kept, row?.was_reserved ?? false) !== got)
      differences.push(`request ${name} is ${kept.end.status}, and its entries are “${got}”`);
    else if ((row?.charged ?? 0) !== kept.end.charged)
      differences.push(`request ${name}: told ${kept.end.charged}, charged ${row?.charged}`);
  }
  return differences;
}

function inventedRequests({ asked, ledger }: Books): string[] {
  return ledger.requests
    .map((row) => nameOf(row.account_id, row.request_id))
    .filter((name) => !asked.requests.has(name))
    .map((name) => `request ${name} was never asked for`);
}

/**
 * What may become of a purchase after its buyer was told: one that could not be begun in time is
 * closed, so that it never is; money that a provider reports after its fault goes back.
 */
const BECOMES: Partial<Record<string, string[]>> = { refused: ['voided'], voided: ['returned'] };

function purchaseDifferences({ asked, ledger, providers }: Books): string[] {
  const differences: string[] = [];
  const known = new Set<string>();
  for (const row of ledger.purchases) {
    const name = nameOf(row.account_id, row.purchase_id);
    known.add(name);
    const paid = providers.payments.get(name);
    const kept = paid ? paid.timesTaken - Number(paid.refunded) : 0;
    const isGranted = row.status === 'granted';
    if (kept !== Number(isGranted))
      differences.push(`purchase ${name} is ${row.status}, and was paid ${kept} times`);
    if (paid && paid.amountCents !== row.price_cents)
      differences.push(`purchase ${name}: paid ${paid.amountCents}, sold for ${row.price_cents}`);
    if (row.grants !== Number(isGranted))
      differences.push(`purchase ${name} is ${row.status}, with ${row.grants} grants`);
    const told = asked.purchases.get(name)?.status;
    if (told !== undefined && told !== row.status && !BECOMES[told]?.includes(row.status))
      differences.push(`purchase ${name}: told ${told}, the ledger has ${row.status}`);
  }
  for (const [name, { timesTaken, refunded }] of providers.payments)
    if (!known.has(name) && timesTaken > Number(refunded))
      differences.push(`payment ${name} was taken, and the ledger has no purchase`);
  for (const [name, { status }] of asked.purchases) {
    if (status === undefined) differences.push(`purchase ${name} has no end`);
    else if (!known.has(name) && status !== 'refused')
      differences.push(`purchase ${name} was told to be ${status}, and the ledger has none`);
  }
  return differences;
}

function paymentDifferences({ asked, ledger }: Books): string[] {
  const used = new Set(ledger.payments.map((row) => nameOf(row.account_id, row.reference)));
  const wrong = [...asked.payments].filter(([name, payment]) => payment.used !== used.has(name));
  const invented = [...used].filter((name) => !asked.payments.has(name));
  return [
    ...wrong.map(
      ([name, { used: told }]) => `payment ${name}: told ${told}, used ${used.has(name)}`,
    ),
    ...invented.map((name) => `payment ${name} was never made`),
  ];
}

function correctionDifferences({ asked, ledger }: Books): string[] {
  const known = new Set(
    ledger.keys
      .filter(({ operation }) => operation === 'grant' || operation === 'deduct')
      .map((row) => nameOf(row.account_id, row.key)),
  );
  return [...asked.corrections]
    .filter(([name, { done }]) => done !== known.has(name))
    .map(([name, { what, done }]) => `${what} ${name}: told ${done}, booked ${known.has(name)}`);
}

/** The account's sums are those of what was told. */
function sumDifferences({ asked, ledger }: Books): string[] {
  const sums = new Map<string, Record<string, number>>();
  const add = (accountId: string, what: string, credits: number) => {
    const account = sums.get(accountId) ?? {};
    account[what] = (account[what] ?? 0) + credits;
    sums.set(accountId, account);
  };
  for (const { accountId, end } of asked.requests.values())
    add(accountId, 'spent', end?.charged ?? 0);
  for (const { accountId, what, credits, done } of asked.corrections.values())
    if (done) add(accountId, what === 'grant' ? 'promotion' : 'deducted', credits);
  for (const { account_id, status, credits } of ledger.purchases)
    if (status === 'granted') add(account_id, 'pack', credits);
  const booked = new Map<string, Record<string, number>>();
  for (const { account_id, spent, deducted } of ledger.accounts)
    booked.set(account_id, { spent, deducted });
  for (const { account_id, source, credits } of ledger.grants)
    booked.set(account_id, { ...booked.get(account_id), [source]: credits });
  const differences: string[] = [];
  for (const [accountId, account] of booked)
    for (const what of ['spent', 'deducted', 'promotion', 'pack']) {
      const [told, got] = [sums.get(accountId)?.[what] ?? 0, account[what] ?? 0];
      if (told !== got) differences.push(`${accountId}: told ${told} ${what}, booked ${got}`);
    }
  return differences;
}

/** What was set last is what holds, and every stop was ended. */
function settingDifferences({ asked, ledger }: Books): string[] {
  const set = new Map(ledger.thresholds.map(({ account_id, credits }) => [account_id, credits]));
  return [
    ...[...asked.lowBalances]
      .filter(([accountId, credits]) => set.get(accountId) !== credits)
      .map(
        ([accountId, told]) => `${accountId}: told ${told}, its threshold is ${set.get(accountId)}`,
      ),
    ...ledger.stops.map(({ account_id, kind }) => `${account_id} is still stopped for ${kind}`),
  ];
}

function noticeDifferences({ ledger, providers }: Books): string[] {
  return ledger.notices
    .filter(
      ({ account_id, notice_id, status }) =>
        status !== 'delivered' || !providers.notices.has(`${account_id}-${notice_id}`),
    )
    .map(({ account_id, notice_id, status }) => `notice ${account_id}/${notice_id} is ${status}`);
}

/** What was charged, and its job has not finished. */
function undelivered({ asked, providers }: Books): string[] {
  return [...asked.requests]
    .filter(
      ([name, { through, end }]) =>
        through !== 'ledger' &&
        end?.status === 'committed' &&
        providers.jobs.get(name) !== 'succeeded',
    )
    .map(([name]) => `request ${name} was charged, and its job is ${providers.jobs.get(name)}`);
}

/** What reconciliation has given up, though no fault had ended its workflow. */
function orphanedAlive({ asked, ledger }: Books): string[] {
  return ledger.requests
    .filter(({ reason }) => reason === 'orphaned')
    .map(({ account_id, request_id }) => nameOf(account_id, request_id))
    .filter((name) => !asked.terminated.has(`generation/${name}`))
    .map((name) => `request ${name} is orphaned, and its workflow was never terminated`);
}

function deliveredUnpaid({ asked, providers, ledger }: Books): string[] {
  const rows = new Map(ledger.requests.map((row) => [nameOf(row.account_id, row.request_id), row]));
  return [...providers.jobs]
    .filter(([name, state]) => state === 'succeeded' && rows.get(name)?.state !== 'committed')
    .map(([name]) => `${name}: ${rows.get(name)?.reason ?? asked.requests.get(name)?.end?.reason}`);
}
