import { granted, START, TestLedger } from '../ledger/ledger-support';
import { errorOf, holdfast, holdfastJson } from './command-line';

let books: TestLedger;
let ledger: Record<string, string>;
beforeAll(async () => {
  books = await TestLedger.open();
  await books.setClock(START);
  ledger = { DATABASE_URL: books.urls.operatorUrl };
  for (const account of ['acme', 'team-a', 'team-b', 'team.c'])
    await books.grantPromotion(account, 10);
  for (const account of ['acme', 'team-b']) await granted(books.reserve(account, 'order', 4));
  await granted(books.ledger.commit('acme', 'order', 3, 'file:///o'));
  await books.park('team-b', 'film', 50);
  await books.park('team.c', 'film', 60);
});
afterAll(() => books.close());

const json = async (...words: string[]) => (await holdfastJson(ledger, ...words)).json;
const ids = ({ accounts }: { accounts?: { accountId: string }[] }) =>
  accounts?.map(({ accountId }) => accountId);

describe('holdfast find', () => {
  test('tells of every account that has the request what became of it', async () => {
    expect(await json('find', 'order')).toMatchObject({
      requests: [
        { accountId: 'acme', requestId: 'order', status: 'committed', charged: 3 },
        { accountId: 'team-b', requestId: 'order', status: 'open', reserved: 4 },
      ],
    });
    expect(JSON.stringify(await json('find', 'order'))).not.toContain('body');
    const { stdout } = await holdfast(ledger, 'find', 'film');
    expect(stdout).toMatch(/team-b +text-to-image +waiting .*\nteam\.c +text-to-image +waiting /);
  });

  test('says so where no account has it, and refuses what is no id', async () => {
    expect(await holdfastJson(ledger, 'find', 'nobody')).toEqual({
      code: 3,
      json: errorOf('REQUEST_NOT_FOUND'),
    });
    expect(await holdfastJson(ledger, 'find', "o' OR 1=1")).toEqual({
      code: 2,
      json: errorOf('INVALID_REQUEST_ID'),
    });
  });
});

describe('holdfast accounts', () => {
  test('lists accounts with their figures, page by page', async () => {
    const first = await json('accounts', '--limit', '1');
    expect(first).toEqual({
      accounts: [
        {
          ...{ accountId: 'acme', available: 7, reserved: 0, spent: 3, waitedFor: 0 },
          ...{ validUntil: null, lastEntryAt: START },
        },
      ],
      next: 'acme',
    });
    const { stdout } = await holdfast(ledger, 'accounts', '--limit', '1', '--after', 'acme');
    expect(stdout).toContain('Further accounts: --after team-a');
  });

  test('lists those with a prefix, which is no pattern', async () => {
    expect(ids((await json('accounts', '--prefix', 'team-')) as object)).toEqual([
      'team-a',
      'team-b',
    ]);
    const paged = await json('accounts', '--prefix', 'team', '--limit', '2');
    expect({ ids: ids(paged as object), ...(paged as object) }).toMatchObject({
      ...{ ids: ['team-a', 'team-b'], next: 'team-b' },
    });
    expect(ids((await json('accounts', '--prefix', 'team.')) as object)).toEqual(['team.c']);
    expect((await holdfast(ledger, 'accounts', '--prefix', 'x')).stdout).toBe(
      'There are no such accounts.\n',
    );
    expect(await holdfastJson(ledger, 'accounts', '--prefix', '%')).toEqual({
      code: 2,
      json: errorOf('INVALID_ACCOUNT_ID'),
    });
  });
});

test('holdfast usage tells what was charged per day and kind', async () => {
  const { code, json } = await holdfastJson(ledger, 'usage', 'acme', '--days', '2');
  expect({ code, json }).toMatchObject({
    ...{ code: 0, json: { accountId: 'acme', timeZone: 'UTC', days: [{}, {}] } },
  });
  expect((await holdfast(ledger, 'usage', 'team-a')).stdout).toBe(
    'No generation of account team-a was charged on these 30 days.\n',
  );
  expect(await holdfastJson(ledger, 'usage', 'acme', '--time-zone', 'Mars/Olympus')).toEqual({
    code: 2,
    json: errorOf('INVALID_TIME_ZONE', { field: 'timeZone' }),
  });
});

test('holdfast waiting without an account shows all queues, page by page', async () => {
  const first = { requestId: 'film', kind: 'text-to-image', required: 50, since: START };
  expect(await json('waiting', '--limit', '1')).toMatchObject({
    queues: [{ accountId: 'team-b', available: 6, waitedFor: 50, ticketCount: 1, first }],
    next: 'team-b',
  });
  const { stdout } = await holdfast(ledger, 'waiting', '--after', 'team-b');
  expect(stdout).toMatch(/team\.c +1 +60 +10 +film +60 /);
  expect((await holdfast(ledger, 'waiting', '--after', 'z')).stdout).toBe(
    'No request waits for credits.\n',
  );
  expect(await holdfastJson(ledger, 'waiting', 'team-b', '--after', 'team-b')).toEqual({
    code: 2,
    json: errorOf('INVALID_ARGUMENT', { field: 'after' }),
  });
});
