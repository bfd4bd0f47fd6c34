import type { Notice } from '../../../contract/notice';
import type { Notifier } from '../../../providers/notifier';
import { noticesWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { type Holdfast, uniqueId } from '../harness';

/** A notifier that records what it delivers. `receive` is called first, and may fail. */
export class Inbox implements Notifier {
  /** `account/notice` of every attempt, in order. */
  readonly attempts: string[] = [];
  readonly delivered: Notice[] = [];

  constructor(
    public receive: (notice: Notice, attempt: number) => void | Promise<void> = () => {},
  ) {}

  async deliver(notice: Notice): Promise<void> {
    const name = `${notice.accountId}/${notice.noticeId}`;
    this.attempts.push(name);
    await this.receive(notice, this.attempts.filter((other) => other === name).length);
    this.delivered.push(notice);
  }

  numbersOf(accountId: string): number[] {
    return this.delivered
      .filter((notice) => notice.accountId === accountId)
      .map(({ noticeId }) => noticeId);
  }
}

/** A funded account with that many undelivered notices, for which no workflow was called. */
export async function accountWithNotices(holdfast: Holdfast, count: number): Promise<string> {
  const accountId = uniqueId('account');
  await holdfast.fund(accountId, 100);
  for (let n = 1; n <= count; n += 1) await writeNotice(holdfast, accountId);
  return accountId;
}

/** Writes a notice as an operation of the ledger does, without the outbox delivery. */
export async function writeNotice({ sql }: Holdfast, accountId: string): Promise<void> {
  const data = { left: 0, available: 0 };
  await sql("SELECT holdfast.write_notice($1, 'ran-dry', $2, NULL, holdfast.clock())", [
    accountId,
    data,
  ]);
  await sql('UPDATE holdfast.accounts SET ran_dry = true WHERE account_id = $1', [accountId]);
}

export function noticesOf({ temporal }: Holdfast, accountId: string) {
  return temporal.client.workflow.getHandle(noticesWorkflowId(accountId));
}

/**
 * Waits until that many notices are delivered or given up, and returns their number, status and
 * reason, oldest first.
 */
export async function untilSettled({ ledger }: Holdfast, accountId: string, count: number) {
  const settled = async () =>
    (await ledger.accountNotices(accountId)).filter(({ status }) => status !== 'pending');
  await eventually(async () => (await settled()).length === count);
  return (await settled())
    .reverse()
    .map(({ noticeId, status, reason }) => [noticeId, status, reason]);
}
