import { granted, newId } from '../ledger-support';
import { TopUpBooks } from './top-up-support';

let topUps: TopUpBooks;

beforeAll(async () => {
  topUps = await TopUpBooks.open();
});
afterAll(() => topUps.close());

const ALL = { accountId: null, kind: null, reason: 'r', by: 'sam' };

/** Changes what holds for all accounts, and takes it back. */
const changes = {
  stop: {
    set: () => books().ledger.settings.stop(ALL),
    unset: () => books().ledger.settings.admit(ALL),
  },
  limit: {
    set: () => topUps.limit(null, { topUpMonthlyCapCents: 0 }),
    unset: () => topUps.limit(null, null),
  },
};

function books() {
  return topUps.shop.books;
}

/**
 * What the call answers while nothing may be written to the table, so that it stands still between
 * two looks, and the change of all accounts is made meanwhile.
 */
async function answeredBeside<T>(
  table: string,
  change: keyof typeof changes,
  call: () => Promise<T>,
): Promise<T> {
  const holder = await books().owner.connect();
  let isChanged = false;
  try {
    await holder.query('BEGIN');
    await holder.query(`LOCK TABLE holdfast.${table} IN SHARE MODE`);
    const answering = call();
    await books().untilLocked(1);
    const changing = Promise.resolve(changes[change].set()).then(() => {
      isChanged = true;
    });
    await Promise.race([changing, books().untilLocked(2)]);
    expect(isChanged).toBe(false);
    await holder.query('COMMIT');
    const answer = await answering;
    await changing;
    return answer;
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
    await changes[change].unset();
  }
}

describe('a stop of all accounts beside an operation that looks twice', () => {
  test('a purchase that opens may be charged', async () => {
    const account = await topUps.shop.subs.subscribed();
    const opened = await answeredBeside('purchases', 'stop', () => topUps.shop.buy(account));
    expect(opened).toMatchObject({ ok: true, value: { status: 'open', mayCharge: true } });
    await granted(topUps.shop.purchases.close(account, 'p', 'voided', 'test'));
  });

  test('a request that waits is told by what it was admitted by', async () => {
    const account = await topUps.shop.subs.subscribed();
    await topUps.spend(account, 140);
    await books().park(account, 'first', 20);
    const parked = await answeredBeside('reservations', 'stop', () =>
      books().park(account, newId('r'), 5),
    );
    expect(parked).toMatchObject({ status: 'waiting' });
  });

  test('a ticket that is served wakes the next one', async () => {
    const account = await topUps.shop.subs.subscribed();
    await topUps.spend(account, 150);
    for (const request of ['first', 'second']) await books().park(account, request, 5);
    await books().grantPromotion(account, 10);
    expect(books().woken(account)).toEqual(['first']);
    const served = await answeredBeside('entries', 'stop', () =>
      granted(books().resume(account, 'first', 5)),
    );
    expect(served).toMatchObject({ status: 'open' });
    expect(books().woken(account)).toEqual(['second']);
  });
});

describe('a limit of all accounts beside an operation that looks twice', () => {
  test('settings are told as they hold when a top-up is called for', async () => {
    const account = await topUps.dry();
    books().messageKinds(account);
    const set = await answeredBeside('idempotency_keys', 'limit', () =>
      granted(
        books().ledger.settings.setLowBalance({
          ...{ accountId: account, key: newId('key'), lowBalance: [{ credits: 1 }] },
        }),
      ),
    );
    expect(set.limits).not.toHaveProperty('operator');
    expect(books().messageKinds(account)).toContain('top-up');
    expect(await topUps.told(account)).toEqual([]);
  });
});
