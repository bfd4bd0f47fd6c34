import { atOnce, granted, newId } from '../ledger-support';
import { TopUpBooks } from '../settings/top-up-support';

/** What others claim of their ledgers; docs/explanation/reliability.md says whose claim each is. */

let books: TopUpBooks;
beforeAll(async () => {
  books = await TopUpBooks.open();
});
afterAll(() => books.close());

test('20 holds of 75 at once on 500 credits admit exactly 6, and leave 50', async () => {
  const { books: ledger } = books.shop;
  const account = newId();
  await ledger.grantPromotion(account, 500);
  const outcomes = await atOnce(20, (index) => ledger.reserve(account, `r${index}`, 75));
  const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.code]));
  expect(refused).toEqual(Array(14).fill('INSUFFICIENT_CREDITS'));
  expect(await ledger.ledger.balance(account)).toMatchObject({ available: 50, reserved: 450 });
});

test('50 generations at once that cross a top-up’s threshold buy one pack', async () => {
  const { books: ledger } = books.shop;
  const account = await books.shop.subs.subscribed();
  await granted(books.set(account, {}));
  const steps = await atOnce(50, async (index) => {
    await granted(ledger.reserve(account, `r${index}`, 3));
    await granted(ledger.ledger.commit(account, `r${index}`, 3, 'file:///o'));
    return books.begin(account);
  });
  const bought = steps.flatMap((step) => (step.step === 'buy' ? [step.purchase.purchaseId] : []));
  expect(new Set(bought)).toEqual(new Set(['top-up-1']));
  await granted(books.shop.settle(account, 'top-up-1'));
  expect(await atOnce(50, () => books.begin(account))).toEqual(
    Array(50).fill({ step: 'none', reason: 'enough' }),
  );
  expect(await ledger.ledger.balance(account)).toMatchObject({ available: 125, spent: 150 });
});
