import { atOnce, granted, newId, TestLedger } from '../ledger/ledger-support';
import { asked, say } from './asked';

/** `npm run fuzz:hot -- --clients C --seconds S`: one balance, which is checked after each window. */

const { clients, seconds } = asked({ clients: 50, seconds: 60 });
const WINDOW_MS = 5_000;
const CREDITS = 1_000_000_000;

test('one balance is what its clients were told, after each window', async () => {
  const books = await TestLedger.open(20);
  await books.clearClock();
  const { ledger } = books;
  const account = newId();
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await books.grantPromotion(account, CREDITS, { expiresAt });
  let [calls, spent, windows] = [0, 0, 0];
  const quote = { credits: 7, catalogVersion: '1' };

  const useFor = async (client: number, until: number): Promise<void> => {
    for (let turn = 0; Date.now() < until; turn += 1) {
      const id = `w${windows}-c${client}-${turn}`;
      await granted(ledger.reserve(account, id, { kind: 'text-to-image' }, quote, 60_000));
      const charged = turn % 8;
      if (turn % 3 === 0) await granted(ledger.release(account, id, 'failed'));
      else {
        await granted(ledger.commit(account, id, charged, 'file:///o'));
        spent += charged;
      }
      calls += 2;
    }
  };

  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    const until = Math.min(end, Date.now() + WINDOW_MS);
    await atOnce(clients, (client) => useFor(client, until));
    windows += 1;
    const balance = await ledger.balance(account);
    say(`window ${windows}: ${calls} calls, ${spent} credits spent, ${balance.available} left`);
    expect(balance).toMatchObject({ available: CREDITS - spent, reserved: 0, spent });
    await books.expectBalanced();
  }
  say(
    `${calls} calls by ${clients} clients on one balance in ${seconds} s, ${windows} windows, no mismatch`,
  );
  await books.close();
});
