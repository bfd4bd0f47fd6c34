import { Webhook } from 'standardwebhooks';
import { eventually } from '../../support/eventually';
import {
  openWebhookReceiver,
  status,
  WEBHOOK_SECRET,
  type WebhookReceiver,
} from '../../support/webhook-receiver';
import { type Holdfast, openHoldfast } from '../harness';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import { accountWithNotices, untilSettled } from './notice-support';

describe('a webhook', () => {
  let holdfast: Holdfast;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    holdfast = await openHoldfast();
    receiver = await openWebhookReceiver();
  });
  afterEach(async () => {
    await receiver.close();
    await holdfast.closeSettled();
  });

  const startWorker = () =>
    holdfast.startWorker({ webhook: { url: receiver.url, secret: WEBHOOK_SECRET } });
  const ids = () => receiver.received.map(({ headers }) => headers['webhook-id']);

  function expectSigned(): void {
    const verifier = new Webhook(WEBHOOK_SECRET);
    for (const { headers, body, notice } of receiver.received) {
      expect(verifier.verify(body, headers as Record<string, string>)).toEqual(notice);
    }
  }

  test('whose receiver fails gets the first notice again until it takes it, and only then the next', async () => {
    receiver.answerWith((response, delivery) =>
      response.writeHead(delivery <= 3 ? 500 : 204).end(),
    );
    const account = await accountWithNotices(holdfast, 2);
    await startWorker();
    await holdfast.ledger.outbox.attend(account);
    expect(await untilSettled(holdfast, account, 2)).toEqual(
      [1, 2].map((n) => [n, 'delivered', null]),
    );
    expect(ids()).toEqual([1, 1, 1, 1, 2].map((n) => `${account}/${n}`));
    expectSigned();
    const times = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']));
    // The pauses are 1, 2 and 4 s, and each attempt has its own time.
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(6);
  });

  test('whose receiver answers 410 gets the next notice', async () => {
    receiver.answerWith((response, delivery) =>
      response.writeHead(delivery === 1 ? 410 : 204).end(),
    );
    const account = await accountWithNotices(holdfast, 2);
    await startWorker();
    await holdfast.ledger.outbox.attend(account);
    expect(await untilSettled(holdfast, account, 2)).toEqual([
      [1, 'failed', 'The receiver answered with status 410.'],
      [2, 'delivered', null],
    ]);
    expect(ids()).toEqual([`${account}/1`, `${account}/2`]);
  });

  test('whose receiver answers too late gets the notice twice, under the same id', async () => {
    receiver.answerWith((response, delivery) => {
      if (delivery > 1) response.writeHead(204).end();
    });
    const account = await accountWithNotices(holdfast, 1);
    await startWorker();
    await holdfast.ledger.outbox.attend(account);
    expect(await untilSettled(holdfast, account, 1)).toEqual([[1, 'delivered', null]]);
    expect(ids()).toEqual([`${account}/1`, `${account}/1`]);
    expectSigned();
  });

  test('whose receiver stops in a delivery gets that notice again when it is back', async () => {
    const account = await accountWithNotices(holdfast, 3);
    const { port, received } = receiver;
    receiver.answerWith((response, delivery) => {
      if (delivery === 1) response.writeHead(204).end();
      else void receiver.close();
    });
    await startWorker();
    await holdfast.ledger.outbox.attend(account);
    await eventually(async () => received.length === 2);
    expect((await holdfast.ledger.accountNotices(account)).map((notice) => notice.status)).toEqual([
      'pending',
      'pending',
      'delivered',
    ]);
    receiver = await openWebhookReceiver(status(204), port);
    await untilSettled(holdfast, account, 3);
    expect(received.map(({ notice }) => notice.noticeId)).toEqual([1, 2]);
    expect(receiver.received.map(({ notice }) => notice.noticeId)).toEqual([2, 3]);
  });
});

/** With worker processes that really end. */
describe('a notice whose worker is killed during its delivery', () => {
  test('is delivered again by another, under the same id, and those after it once', async () => {
    const holdfast = await openHoldfast();
    const receiver = await openWebhookReceiver((response, delivery) => {
      if (delivery > 1) response.writeHead(204).end();
    });
    const settings = {
      HOLDFAST_WEBHOOK_URL: receiver.url,
      HOLDFAST_WEBHOOK_SECRET: WEBHOOK_SECRET,
    };
    let worker: WorkerProcess | undefined;
    try {
      worker = await startWorkerProcess(holdfast, settings);
      const account = await accountWithNotices(holdfast, 2);
      await holdfast.ledger.outbox.attend(account);
      await eventually(async () => receiver.received.length === 1);
      await worker.kill();
      worker = await startWorkerProcess(holdfast, settings);
      expect(await untilSettled(holdfast, account, 2)).toEqual(
        [1, 2].map((n) => [n, 'delivered', null]),
      );
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(ids).toEqual([1, 1, 2].map((n) => `${account}/${n}`));
    } finally {
      await worker?.kill();
      await receiver.close();
      await holdfast.closeSettled();
    }
  });
});
