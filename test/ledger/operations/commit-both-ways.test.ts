import { granted } from '../ledger-support';
import { BothWays, inDays } from './both-ways-support';

let ways: BothWays;

beforeEach(async () => {
  ways = await BothWays.open();
});
afterEach(() => ways.close());

describe('a commit is the same both ways', () => {
  test('of all, of a part, and of nothing', async () => {
    await ways.fund(100);
    await ways.hold('r', 10);
    expect(await ways.commit('at once', 'r', 10)).toMatchObject({
      answer: { result: { status: 'committed', charged: 10 }, replayed: false },
      rows: { reservations: [{ state: 'committed' }] },
    });
    await ways.commit('at once', 'r', 3);
    await ways.commit('at once', 'r', 0);
    await ways.commit('in steps', 'r', 11);
    await ways.commit('in steps', 'r', -1);
    await ways.commit('in steps', 'r', null);
  });

  test('on a later day than the reserve', async () => {
    await ways.fund(100);
    await ways.hold('r', 10);
    await ways.books.setClock(inDays(1));
    await ways.commit('at once', 'r', 3);
    await ways.hold('another', 5);
    await ways.commit('at once', 'r', 3);
  });

  test('of what came from several grants', async () => {
    await ways.fund(5, 10);
    await ways.fund(50, 20);
    await ways.hold('r', 10);
    await ways.commit('in steps', 'r', 10);
    await ways.commit('in steps', 'r', 7);
    await ways.commit('in steps', 'r', 2);
  });

  test('of an account with a message that is not delivered, until it is', async () => {
    await ways.fund(10);
    await ways.hold('all', 10);
    ways.books.isCut = true;
    await granted(ways.books.ledger.commit(ways.account, 'all', 10, 'file:///o'));
    await ways.fund(10);
    await ways.hold('r', 4);
    await ways.commit('in steps', 'r', 4);
    ways.books.isCut = false;
    await ways.books.ledger.outbox.attend(ways.account);
    await ways.commit('at once', 'r', 4);
  });

  test('of the account’s last credits, which it is told of', async () => {
    await ways.fund(10);
    await ways.hold('r', 10);
    await ways.commit('in steps', 'r', 10);
    await ways.commit('in steps', 'r', 4);
    await ways.fund(1);
    await ways.commit('at once', 'r', 10);
  });

  test('where its grant has ended meanwhile, or another', async () => {
    await ways.fund(10, 1);
    await ways.fund(50, 2);
    await ways.fund(50, 30);
    await ways.hold('r', 10);
    await ways.books.setClock(inDays(1));
    await ways.commit('at once', 'r', 10);
    await ways.commit('in steps', 'r', 4);
    await ways.books.setClock(inDays(2));
    await ways.commit('in steps', 'r', 10);
    await granted(ways.books.ledger.expire(ways.account));
    await ways.commit('at once', 'r', 10);
    await ways.commit('in steps', 'r', 4);
  });

  test('out of a term’s grant, until its window is closed', async () => {
    const { subscriptions } = ways.books.ledger;
    const paid = { planId: 'lite-monthly', paymentReference: 'p1' };
    await granted(subscriptions.subscribe(ways.account, 's', paid));
    await ways.hold('r', 10);
    await ways.commit('at once', 'r', 4);
    await ways.books.setClock(inDays(31.5));
    await ways.commit('at once', 'r', 4);
    await ways.books.setClock(inDays(60));
    await granted(subscriptions.expireTerm(ways.account, 's', 1));
    await ways.fund(5, 90);
    await ways.commit('at once', 'r', 10);
    await ways.commit('in steps', 'r', 4);
  });

  test('of what has ended, waits, or was never there', async () => {
    await ways.fund(100);
    for (const id of ['done', 'gone']) await ways.hold(id, 4);
    await granted(ways.books.ledger.commit(ways.account, 'done', 4, 'file:///o'));
    await granted(ways.books.ledger.release(ways.account, 'gone', 'failed'));
    for (const id of ['done', 'gone', 'never']) {
      await ways.commit('in steps', id, 4);
      await ways.commit('in steps', id, 3);
    }
    await ways.books.park(ways.account, 'parked', 500);
    await ways.commit('in steps', 'parked', 4);
  });

  test('of an account that is watched, and of a request that had waited', async () => {
    await ways.fund(10);
    await ways.books.park(ways.account, 'parked', 20);
    await ways.fund(90);
    await granted(ways.books.resume(ways.account, 'parked', 20));
    await ways.commit('in steps', 'parked', 20);
    await ways.hold('r', 4);
    await ways.commit('at once', 'r', 4);
    const limits = { accountId: ways.account, key: 'k', dailyCreditsMax: 5_000 };
    await granted(ways.books.ledger.settings.setLimits(limits));
    await ways.commit('in steps', 'r', 4);
  });
});
