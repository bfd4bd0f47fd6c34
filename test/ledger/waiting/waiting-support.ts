import { granted, later, newId, START, type TestLedger } from '../ledger-support';

/** A new account that has had a subscription, and has that many credits. */
export async function funded(books: TestLedger, credits: number): Promise<string> {
  const account = newId();
  await books.setTerm(account, 1, later(START, -1));
  if (credits > 0) await books.grantPromotion(account, credits);
  return account;
}

/** An account whose 100 credits are all reserved by request `running`, and whose request `parked` waits for 30. */
export async function oneWaits(books: TestLedger): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 100);
  await granted(books.reserve(account, 'running', 100));
  await books.park(account, 'parked', 30);
  books.messageKinds(account);
  return account;
}
