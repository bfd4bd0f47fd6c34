import { granted, later, START } from '../ledger-support';
import { BothWays, inDays } from './both-ways-support';

let ways: BothWays;

beforeEach(async () => {
  ways = await BothWays.open();
});
afterEach(() => ways.close());

const word = { reason: 'broken', by: 'sam' };

describe('a reserve is the same both ways', () => {
  test('out of the only grant, up to all of it', async () => {
    await ways.fund(10);
    expect(await ways.reserve('at once', 'r')).toMatchObject({
      answer: { result: { status: 'open', reserved: 4 }, replayed: false },
      rows: { reservations: [{ request_id: 'r' }], accounts: [{ available: 6, reserved: 4 }] },
    });
    await ways.reserve('at once', 'r', { credits: 10 });
    await ways.reserve('in steps', 'r', { credits: 11 });
  });

  test('out of the first of several grants in burn order, or of more than it', async () => {
    await ways.fund(10, 30);
    await ways.fund(5, 20);
    await ways.fund(7, 9);
    await ways.reserve('at once', 'r', { credits: 7 });
    await ways.reserve('in steps', 'r', { credits: 8 });
    await ways.reserve('in steps', 'r', { credits: 22 });
    await ways.hold('seven', 7);
    await ways.reserve('at once', 'r', { credits: 5 });
  });

  test('after earlier ones, on the same day and on another', async () => {
    await ways.fund(100);
    await ways.hold('a', 3);
    await ways.reserve('at once', 'r');
    await ways.books.setClock(inDays(1));
    await ways.reserve('at once', 'r');
    await ways.books.setClock(START);
    await ways.reserve('at once', 'r');
  });

  test('out of a term’s grant, until the term is over', async () => {
    await granted(
      ways.books.ledger.subscriptions.subscribe(ways.account, 's', {
        planId: 'lite-monthly',
        paymentReference: 'p1',
      }),
    );
    await ways.reserve('at once', 'r');
    await ways.fund(5, 60);
    await ways.reserve('at once', 'r');
    await ways.books.setClock(inDays(31.5));
    await ways.reserve('in steps', 'r');
  });

  test('where a grant has ended, and is booked', async () => {
    await ways.fund(10, 1);
    await ways.fund(10, 30);
    await ways.books.setClock(later(inDays(1), -1));
    await ways.reserve('at once', 'r');
    await ways.books.setClock(inDays(1));
    await ways.reserve('in steps', 'r');
  });

  test('of a known key, whatever became of it', async () => {
    await ways.fund(100);
    for (const id of ['open', 'done', 'gone']) await ways.hold(id, 4);
    await granted(ways.books.ledger.commit(ways.account, 'done', 4, 'file:///o'));
    await granted(ways.books.ledger.release(ways.account, 'gone', 'failed'));
    await granted(ways.books.ledger.release(ways.account, 'tombstone', 'late'));
    for (const id of ['open', 'done', 'gone', 'tombstone']) {
      await ways.reserve('in steps', id, { body: { kind: 'text-to-image' } });
      await ways.reserve('in steps', id, { body: { kind: 'another' } });
      await ways.reserve('in steps', id, { credits: null });
    }
  });

  test.each([
    ['too little', { credits: 11 }],
    ['no credits', { credits: 0 }],
    ['less than none', { credits: -1 }],
    ['no quote', { credits: null }],
    ['another version', { version: 2 }],
    ['a price above its limit', { body: { kind: 'x', maxCredits: 3 } }],
    ['a wait', { wait: { timeout: 'P1D' } }],
    ['a wait for more', { credits: 11, wait: { timeout: 'P1D' } }],
  ])('with %s', async (_, asked) => {
    await ways.fund(10);
    await ways.reserve('in steps', 'r', asked);
  });

  test.each([
    ['a limit that is kept', { body: { kind: 'x', maxCredits: 4 } }],
    ['no limit', { body: { kind: 'x', maxCredits: null } }],
    ['time', { notAfter: '9999-01-01T00:00:00Z' }],
    [
      'metadata and dimensions',
      { body: { kind: 'x', seconds: 2.5, audio: true, metadata: { a: 1 } } },
    ],
  ])('with %s', async (_, asked) => {
    await ways.fund(10);
    await ways.reserve('at once', 'r', asked);
  });

  test('after its time', async () => {
    await ways.fund(10);
    const { answer } = (await ways.reserve('in steps', 'r', {
      notAfter: '2020-01-01T00:00:00Z',
    })) as {
      answer: unknown;
    };
    expect(answer).toMatchObject({ refusal: { code: 'ADMISSION_TIMED_OUT' } });
  });

  test('with an id that a rule refuses', async () => {
    await ways.fund(10);
    expect(await ways.reserve('at once', 'a/b')).toEqual({
      code: '23514',
      constraint: 'reservations_request_id_valid',
    });
  });

  test('of an account that nobody knows, or that has nothing', async () => {
    await ways.reserve('in steps', 'r');
    await ways.fund(4);
    await ways.hold('all', 4);
    await ways.reserve('in steps', 'r');
  });

  test('under stops and limits', async () => {
    const { settings } = ways.books.ledger;
    await ways.fund(100);
    await granted(settings.stop({ accountId: null, kind: 'ai-avatar', ...word }));
    await ways.reserve('in steps', 'r');
    await ways.reserve('in steps', 'r', { body: { kind: 'ai-avatar' } });
    await granted(settings.admit({ accountId: null, kind: 'ai-avatar', ...word }));
    await ways.reserve('at once', 'r');
    const limits = { dailyCreditsMax: 3 };
    await granted(settings.setOperatorLimits({ accountId: null, limits, ...word }));
    await ways.reserve('in steps', 'r');
    await granted(settings.setOperatorLimits({ accountId: null, limits: null, ...word }));
    await granted(settings.setLimits({ accountId: ways.account, key: 'k', dailyCreditsMax: 5 }));
    await ways.reserve('in steps', 'r');
    await ways.reserve('in steps', 'r', { credits: 6 });
    const own = { accountId: ways.account, limits: { dailyCreditsMax: 4 } };
    await granted(settings.setOperatorLimits({ ...own, ...word }));
    await ways.reserve('in steps', 'r');
  });

  test('of an account that has run dry before, and has nothing set', async () => {
    await ways.fund(10);
    await ways.hold('all', 10);
    await granted(ways.books.ledger.commit(ways.account, 'all', 10, 'file:///o'));
    await ways.fund(10);
    await ways.reserve('at once', 'r');
    const lowBalance = [{ credits: 8 }];
    const set = { accountId: ways.account, key: 'k', lowBalance };
    await granted(ways.books.ledger.settings.setLowBalance(set));
    await ways.reserve('in steps', 'r');
  });

  test('beside a queue', async () => {
    await ways.fund(10);
    await ways.books.park(ways.account, 'parked', 500);
    await ways.reserve('in steps', 'r');
  });
});
