import type { RememberedKey } from '../../../contract/restore';
import { DAY_MS, granted, newId, refusal, TestLedger } from '../ledger-support';

const WORD = { reason: 'Ticket 4711', by: 'sam' };
/** By the server's clock, which orders commands. */
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const said = (what: RememberedKey['what'], accountId: string, id: string, said: object) => ({
  ...{ what, accountId, id },
  said: { ...said, askedAt: ago(DAY_MS) },
});
const standingOf = async (operation: RememberedKey) =>
  (await books.ledger.restores.standings([operation]))[0];

test('a lost setting is set again under its key, once', async () => {
  const { restores } = books.ledger;
  const account = newId();
  const limits = said('limits', account, 'k', { set: { dailyCreditsMax: 7 } });
  expect(await standingOf(limits)).toBe('lost');
  for (const _ of ['first', 'repeated']) await granted(restores.redo(limits, WORD));
  expect(await standingOf(limits)).toBe('ended');
  const { settings } = books.ledger;
  const key = { accountId: account, key: 'k' };
  expect(await settings.setLimits({ ...key, dailyCreditsMax: 7 })).toMatchObject({
    replayed: true,
  });
  expect(await books.ledger.accountSettings(account)).toMatchObject({
    limits: { dailyCreditsMax: 7 },
  });
});

test('what was set since is not set back', async () => {
  const { restores, settings } = books.ledger;
  const account = newId();
  const lowBalance = [{ credits: 3 }];
  await granted(settings.setLowBalance({ accountId: account, key: 'later', lowBalance }));
  const lost = said('low-balance', account, 'k', { set: [{ credits: 9 }] });
  expect(await refusal(restores.redo(lost, WORD))).toMatchObject({ code: 'SUPERSEDED' });
  expect((await books.ledger.accountSettings(account)).lowBalance).toEqual(lowBalance);
  await granted(restores.waive({ ...lost, ...WORD }));
  expect(await standingOf(lost)).toBe('ended');
});

test('a stop of all is known once it, or a later change of it, is there', async () => {
  const { restores, settings } = books.ledger;
  const stop = said('stop', '*', 'k', { kind: 'ai-avatar', ...WORD });
  expect(await standingOf(stop)).toBe('lost');
  await granted(restores.redo(stop, WORD));
  expect(await standingOf(stop)).toBe('ended');
  expect(await standingOf({ ...stop, id: 'the same, by another key' })).toBe('known');
  const scope = { accountId: null, kind: 'ai-avatar' };
  expect((await books.ledger.accountSettings(newId())).stops).toMatchObject([
    { ...scope, ...WORD },
  ]);
  await granted(settings.admit(scope));
  const again = { ...stop, id: 'again', said: { ...stop.said, askedAt: ago(DAY_MS / 2) } };
  expect(await standingOf(again)).toBe('known');
  expect((await books.ledger.accountSettings(newId())).stops).toEqual([]);
});
