import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createNoticeActivities } from '../../activities/notice-activities';
import type { Notice } from '../../contract/notice';
import type { Ledger } from '../../ledger/ledger';
import { PermanentNotifierError } from '../../providers/provider-errors';

const NOTICE: Notice = {
  ...{ accountId: 'acme', noticeId: 1, at: '2026-01-01T00:00:00.000Z' },
  ...{ type: 'ran-dry', data: { left: 0, available: 0 } },
};

function run(thrown?: unknown) {
  const settled: (string | null)[] = [];
  const settle = async (_accountId: string, _noticeId: number, reason: string | null) =>
    void settled.push(reason);
  const notifier = {
    deliver: async () => {
      if (thrown !== undefined) throw thrown;
      return 'delivered, I think' as never;
    },
  };
  const activities = createNoticeActivities({
    ledger: { notices: { settle } } as unknown as Ledger,
    notifier,
  });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  return {
    settled,
    deliver: () => environment.run(activities.deliverNotice, NOTICE),
    settle: (reason: string | null) =>
      environment.run(activities.settleNotice, { accountId: 'acme', noticeId: 1, reason }),
  };
}

const trap = Object.defineProperty(new PermanentNotifierError('x'), 'message', {
  get() {
    throw new Error('not for you');
  },
});

test.each([
  ['a NUL', new Error('a\0'), 'a', false],
  ['half a character', new PermanentNotifierError('cut \ud83d'), 'cut \uFFFD', true],
  ['lines', new Error('one\n two'), 'one two', false],
  ['ten megabytes', new Error('x'.repeat(10_000_000)), 'x'.repeat(500), false],
  ['no words', new Error(''), 'unknown-reason', false],
  ['a text', 'gone', 'gone', false],
  ['null', null, 'null', false],
  ['what has no prototype', Object.create(null), 'object without a message', false],
  ['what must not be read', trap, 'object without a message', true],
])(
  'a notifier’s failure is told as a reason that fits: %s',
  async (_what, thrown, message, nonRetryable) => {
    await expect(run(thrown).deliver()).rejects.toMatchObject({ message, nonRetryable });
  },
);

test('a notifier’s answer doesn’t matter', async () => {
  expect(await run().deliver()).toBeUndefined();
});

test('a reason is cut to what the ledger takes, also one of an earlier version', async () => {
  const { settle, settled } = run();
  for (const reason of ['a\0', 'cut \ud83d', '', null]) await settle(reason);
  expect(settled).toEqual(['a\uFFFD', 'cut \uFFFD', 'unknown-reason', null]);
});
