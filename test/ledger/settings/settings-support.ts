import type { Notice } from '../../../contract/notice';
import { granted, newId, type TestLedger } from '../ledger-support';

/** Reads the account's pending notices, oldest first, and records each as delivered. */
export async function newsOf(
  { ledger }: TestLedger,
  account: string,
): Promise<Pick<Notice, 'type' | 'data'>[]> {
  const { notices } = ledger;
  const read: Pick<Notice, 'type' | 'data'>[] = [];
  for (let next = await notices.next(account); next; next = await notices.next(account)) {
    read.push({ type: next.type, data: next.data });
    await notices.settle(account, next.noticeId, null);
  }
  return read;
}

/** Reserves and commits that many credits of the account. */
export async function spendOf(books: TestLedger, account: string, credits: number): Promise<void> {
  const request = newId('spend');
  await granted(books.reserve(account, request, credits));
  await granted(books.ledger.commit(account, request, credits, 'file:///o'));
}
