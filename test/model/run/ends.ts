import type { Ledger } from '../../../ledger/ledger';
import { brokenIn } from '../../ledger/ledger-support';
import { byBooks, byRules, type Operation } from '../operations/operations';
import { historyOf, noticesOf } from '../rules/reading';
import { recordOf } from '../rules/request-record';
import { type Answer, done, type World } from '../rules/state';
import { comparable, isSameAnswer, type RunBooks } from './books';

export class Difference extends Error {
  constructor(
    readonly what: string,
    readonly ledgers: unknown,
    readonly rules: unknown,
  ) {
    super(
      `${what}\n  ledger: ${JSON.stringify(ledgers)}\n  rules:  ${JSON.stringify(rules)}${where(ledgers, rules)}`,
    );
  }
}

/** The members that differ, because answers are long. */
function where(one: unknown, other: unknown, path = ''): string {
  if (JSON.stringify(one) === JSON.stringify(other)) return '';
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null;
  if (!isObject(one) || !isObject(other))
    return `\n  ${path || 'it'}: ${JSON.stringify(one)} against ${JSON.stringify(other)}`;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .map((key) => where(one[key], other[key], path ? `${path}.${key}` : key))
    .join('');
}

export function expectSame(what: string, ledgers: unknown, rules: Answer): void {
  if (!isSameAnswer(ledgers, rules))
    throw new Difference(what, comparable(ledgers), comparable(rules));
}

const HISTORY_PAGE = 1_000;

/** The account's journal, oldest entry first: those after the version `after`. */
export async function journalOf(
  ledger: Ledger,
  accountId: string,
  { after = 0, limit = HISTORY_PAGE } = {},
) {
  const entries = [];
  let before: number | null | undefined;
  do {
    const page: Awaited<ReturnType<Ledger['history']>> = await ledger.history(accountId, {
      limit,
      ...(before && { before }),
    });
    const later = page.entries.filter(({ version }) => version > after);
    entries.unshift(...later.reverse());
    before = later.length < page.entries.length ? null : page.next;
  } while (before);
  return entries;
}

/** Expects that everything that the ledger shows is what the model has, and that the audit agrees. */
export async function expectSameEnd(books: RunBooks, world: World): Promise<void> {
  const { ledger } = books;
  const read = async (operation: Operation) =>
    expectSame(
      `${operation.name} at the end`,
      await byBooks(books, operation),
      byRules(world, operation),
    );
  for (const account of world.accounts.values()) {
    const accountId = account.id;
    expectSame(
      `the journal of ${accountId}`,
      await journalOf(ledger, accountId),
      done(historyOf(account)),
    );
    expectSame(
      `the notices of ${accountId}`,
      await ledger.accountNotices(accountId),
      done(noticesOf(account)),
    );
    await read({ name: 'balance', given: { accountId } });
    await read({ name: 'settings', given: { accountId } });
    await read({ name: 'waitingQueue', given: { accountId } });
    for (const subscriptionId of account.subscriptions.keys())
      await read({ name: 'subscription', given: { accountId, subscriptionId } });
    for (const purchaseId of account.purchases.keys())
      await read({ name: 'purchase', given: { accountId, purchaseId } });
    for (const request of account.requests.values())
      expectSame(
        `request ${request.id} of ${accountId}`,
        await ledger.request(accountId, request.id),
        done(recordOf(account, request)),
      );
  }
  await expectCleanAudit(books, world);
}

/** A cycle that has begun and isn't granted is a finding of its own; reconciliation grants it. */
async function expectCleanAudit({ ledger }: RunBooks, world: World): Promise<void> {
  for (const { id, subscriptions } of world.accounts.values())
    for (const subscriptionId of subscriptions.keys())
      await ledger.subscriptions.grantCycles(id, subscriptionId);
  const violations = await brokenIn(ledger);
  if (violations.length > 0) throw new Difference('the audit', violations, []);
}
