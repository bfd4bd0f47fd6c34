import { WorkflowFailedError } from '@temporalio/client';
import type { JsonValue } from '../../../contract/json';
import { PermanentNotifierError } from '../../../providers/provider-errors';
import { noticesWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { accountWithNotices, Inbox, noticesOf, untilSettled, writeNotice } from './notice-support';

describe('an account’s notices', () => {
  let holdfast: Holdfast;
  let inbox: Inbox;
  beforeEach(async () => {
    holdfast = await openHoldfast();
    inbox = new Inbox();
    await holdfast.startWorker({}, { notifier: { deliver: (notice) => inbox.deliver(notice) } });
  });
  afterEach(() => holdfast.closeSettled());

  test('are delivered in their order, and then their workflow ends', async () => {
    const account = await accountWithNotices(holdfast, 3);
    expect(await holdfast.ledger.outbox.attend(account)).toEqual({ found: 1 });
    expect(await noticesOf(holdfast, account).result()).toEqual({
      delivered: 3,
      failed: 0,
      lastFailure: null,
    });
    expect(inbox.numbersOf(account)).toEqual([1, 2, 3]);
    expect(inbox.delivered[0]).toMatchObject({ accountId: account, noticeId: 1, type: 'ran-dry' });
    expect(await untilSettled(holdfast, account, 3)).toEqual(
      [1, 2, 3].map((n) => [n, 'delivered', null]),
    );
    expect(await holdfast.ledger.outbox.attend(account)).toEqual({ found: 0 });
  });

  test('wait for the one before, which is tried again, while those of other accounts are delivered', async () => {
    const [slow, other] = [
      await accountWithNotices(holdfast, 3),
      await accountWithNotices(holdfast, 2),
    ];
    inbox.receive = ({ accountId, noticeId }, attempt) => {
      if (accountId === slow && noticeId === 1 && attempt < 3) throw new Error('Not now.');
    };
    await holdfast.ledger.outbox.attend(slow);
    await eventually(async () => inbox.attempts.includes(`${slow}/1`));
    await holdfast.ledger.outbox.attend(other);
    await noticesOf(holdfast, other).result();
    expect(inbox.numbersOf(slow)).toEqual([]);
    await noticesOf(holdfast, slow).result();
    expect(inbox.numbersOf(slow)).toEqual([1, 2, 3]);
    expect(inbox.attempts.filter((name) => name.startsWith(slow))).toEqual(
      [1, 1, 1, 2, 3].map((n) => `${slow}/${n}`),
    );
  });

  test('are given up at once if the receiver refuses them for good, with its reason', async () => {
    const account = await accountWithNotices(holdfast, 3);
    inbox.receive = ({ noticeId }) => {
      if (noticeId === 2) throw new PermanentNotifierError(`Gone${'\0'}. ${'x'.repeat(1_000)}`);
    };
    await holdfast.ledger.outbox.attend(account);
    const [, second] = await untilSettled(holdfast, account, 3);
    expect(second).toEqual([2, 'failed', `Gone. ${'x'.repeat(494)}`]);
    expect(inbox.attempts).toHaveLength(3);
    expect(inbox.numbersOf(account)).toEqual([1, 3]);
    expect(await noticesOf(holdfast, account).result()).toMatchObject({ delivered: 2, failed: 1 });
  });

  test.each([
    ['half a character where it is cut', `${'x'.repeat(499)}😀`],
    ['half a character', 'broken \uD83D in the middle'],
  ])('are tried again after an error whose message has %s', async (_, words) => {
    const account = await accountWithNotices(holdfast, 1);
    inbox.receive = (_notice, attempt) => {
      if (attempt === 1) throw new Error(words);
    };
    await holdfast.ledger.outbox.attend(account);
    expect(await untilSettled(holdfast, account, 1)).toEqual([[1, 'delivered', null]]);
    expect(inbox.attempts).toHaveLength(2);
  });

  test('are not lost if they are written during a delivery or while the workflow ends', async () => {
    const account = await accountWithNotices(holdfast, 0);
    const count = 60;
    for (let n = 1; n <= count; n += 1) {
      await writeNotice(holdfast, account);
      await holdfast.ledger.outbox.attend(account);
    }
    await untilSettled(holdfast, account, count);
    const all = Array.from({ length: count }, (_, index) => index + 1);
    expect(inbox.numbersOf(account)).toEqual(all);
    expect(inbox.attempts).toHaveLength(count);
    await noticesOf(holdfast, account).result();
  });

  test('stay pending when their workflow is cancelled, and are delivered after the next one is written', async () => {
    const account = await accountWithNotices(holdfast, 2);
    inbox.receive = () => {
      throw new Error('Not now.');
    };
    await holdfast.ledger.outbox.attend(account);
    await eventually(async () => inbox.attempts.length > 0);
    await noticesOf(holdfast, account).cancel();
    await expect(noticesOf(holdfast, account).result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await holdfast.ledger.accountNotices(account)).map(({ status }) => status)).toEqual([
      'pending',
      'pending',
    ]);
    inbox.receive = () => {};
    await writeNotice(holdfast, account);
    await holdfast.ledger.outbox.attend(account);
    await untilSettled(holdfast, account, 3);
    expect(inbox.numbersOf(account)).toEqual([1, 2, 3]);
  });

  test('are delivered after a reconciliation pass if their workflow was lost', async () => {
    const account = await accountWithNotices(holdfast, 1);
    inbox.receive = () => {
      throw new Error('Not now.');
    };
    await holdfast.ledger.outbox.attend(account);
    await eventually(async () => inbox.attempts.length > 0);
    await noticesOf(holdfast, account).terminate();
    inbox.receive = () => {};
    const attended = async () =>
      (await holdfast.client.reconciliation.run()).upkeep?.accountsAttended;
    // Reconciliation waits an hour, in which the notice may be on its way.
    expect(await attended()).toBe(0);
    await holdfast.sql('UPDATE holdfast.notices SET look_from = clock_timestamp()');
    expect(await attended()).toBe(1);
    expect(await untilSettled(holdfast, account, 1)).toEqual([[1, 'delivered', null]]);
    expect(await attended()).toBe(0);
  });

  test('are delivered after a reconciliation pass if their outbox message was lost an interval ago', async () => {
    const account = await accountWithNotices(holdfast, 1);
    const attended = async () =>
      (await holdfast.client.reconciliation.run()).upkeep?.accountsAttended;
    expect(await attended()).toBe(0);
    await holdfast.sql("UPDATE holdfast.outbox SET written_at = written_at - interval '1 minute'");
    expect(await attended()).toBe(1);
    expect(await untilSettled(holdfast, account, 1)).toEqual([[1, 'delivered', null]]);
    expect(await holdfast.sql('SELECT * FROM holdfast.outbox')).toEqual([]);
  });

  test.each<[string, string, JsonValue[]]>([
    ['one', 'WORKFLOW_ID_MISMATCH', [{ accountId: 'another' }]],
    ['one', 'WORKFLOW_ID_MISMATCH', []],
    ['null', 'WORKFLOW_ID_MISMATCH', [null]],
    ['one/two', 'INVALID_ACCOUNT_ID', [{ accountId: 'one/two' }]],
  ])(
    'have a workflow that fails under the id %s with %s if its input is %j',
    async (account, code, args) => {
      const { client, taskQueue } = holdfast.temporal;
      const start = { workflowId: noticesWorkflowId(account), taskQueue, args };
      const failure = await client.workflow
        .execute('noticesWorkflow', start)
        .catch((error) => error);
      expect(failure).toMatchObject({ cause: { type: code, nonRetryable: true } });
    },
  );

  test('of an unknown account are none', async () => {
    const account = uniqueId('unknown');
    const { client, taskQueue } = holdfast.temporal;
    const start = {
      workflowId: noticesWorkflowId(account),
      taskQueue,
      args: [{ accountId: account }],
    };
    expect(await client.workflow.execute('noticesWorkflow', start)).toEqual({
      delivered: 0,
      failed: 0,
      lastFailure: null,
    });
  });
});
