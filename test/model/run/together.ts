import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from '../../../ledger/ledger';
import { ACCOUNTS } from '../draws/world';
import { byBooks, byRules, type Operation, type OperationName } from '../operations/operations';
import { historyOf, noticesOf } from '../rules/reading';
import type { Account, Answer, World } from '../rules/state';
import { comparable, type RunBooks } from './books';
import { Difference, journalOf } from './ends';

/** What has no account's lock, or reads more than once. */
const ALONE = new Set<OperationName>([
  'clock',
  'applyCatalog',
  'balance',
  'waitingQueue',
  'subscription',
  'purchase',
  'settings',
]);

export const mayBeTogether = ({ name }: Operation): boolean => !ALONE.has(name);

/** Calls at once seldom write more. */
const ENTRIES_LIKELY = 20;

interface Order {
  world: World;
  answers: Answer[];
}

/**
 * Makes the calls at once, and finds an order in which the rules give all the same answers, messages,
 * journals and notices. The world is then the one after that order.
 */
export async function callTogether(
  world: World,
  books: RunBooks,
  operations: Operation[],
): Promise<Answer[]> {
  const { ledger } = books;
  books.delivered = [];
  world.delivered = [];
  const said = await Promise.all(operations.map((one) => byBooks(books, one)));
  const answers = said.map(comparable);
  // What was written before has been compared before.
  const known = new Map(ACCOUNTS.map((id) => [id, lastVersion(world.accounts.get(id))]));
  const written = new Map(
    await Promise.all(
      ACCOUNTS.map(async (id) => [id, await read(ledger, id, known.get(id))] as const),
    ),
  );
  const delivered = asSet(books.delivered);
  const found = orderOf({ world, answers: [] }, operations, answers, (after) => {
    if (!isDeepStrictEqual(asSet(after.delivered), delivered)) return false;
    return [...after.accounts.values()].every((account) =>
      isDeepStrictEqual(
        plain(written.get(account.id)),
        plain([historyOf(account, known.get(account.id)), noticesOf(account)]),
      ),
    );
  });
  if (!found)
    throw new Difference(
      'calls at once, in no order',
      answers,
      operations.map(({ name }) => name),
    );
  Object.assign(world, found.world, { delivered: [] });
  return found.answers;
}

const lastVersion = (account?: Account): number => account?.entries.at(-1)?.version ?? 0;

const read = (ledger: Ledger, id: string, after = 0) =>
  Promise.all([journalOf(ledger, id, { after, limit: ENTRIES_LIKELY }), ledger.accountNotices(id)]);

/** Tries the calls one after the other, the given ones first, and goes back from a wrong answer. */
function orderOf(
  before: Order,
  operations: Operation[],
  said: unknown[],
  isIt: (world: World) => boolean,
  called = new Set<number>(),
): Order | null {
  if (called.size === operations.length) return isIt(before.world) ? before : null;
  for (const [index, operation] of operations.entries()) {
    if (called.has(index)) continue;
    const world = copyFor(before.world, operation);
    const answer = byRules(world, operation);
    if (!isDeepStrictEqual(comparable(answer), said[index])) continue;
    const answers = [...before.answers];
    answers[index] = answer;
    const next = { world, answers };
    const found = orderOf(next, operations, said, isIt, new Set([...called, index]));
    if (found) return found;
  }
  return null;
}

/**
 * A world that the operation may change. An operation of one account shares the others, and every
 * account keeps the entries that it has: a copy of all of that took a third of a run's time.
 */
function copyFor(world: World, { given }: Operation): World {
  const { accounts, ...others } = world;
  const touched = accounts.get(String((given as { accountId?: unknown }).accountId));
  const copied = [...accounts.values()].map((account) => {
    if (touched && account !== touched) return account;
    const { entries, ...rest } = account;
    return { ...structuredClone(rest), entries: [...entries] };
  });
  const byId = new Map(copied.map((account) => [account.id, account]));
  return { ...structuredClone(others), accounts: byId };
}

/**
 * Of calls at once two may deliver the same message. Whether a ticket was woken or only looked for
 * decides what its next call delivers.
 */
const asSet = (messages: World['delivered']): Set<string> =>
  new Set(
    messages.map(
      ({ accountId, kind, requestId = '', isCheck = false }) =>
        `${accountId} ${kind} ${requestId} ${isCheck}`,
    ),
  );

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
