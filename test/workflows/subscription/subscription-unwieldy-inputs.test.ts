import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { RunningWorker } from '../../../worker/worker';
import { nestedJson, rawJson } from '../raw-json';
import { acceptedUpdatesOf } from '../workflow-support';
import { Subscribers } from './subscribers';

const UPDATES = ['subscribe', 'renew', 'changePlan', 'cancelAtPeriodEnd', 'resume', 'endNow'];

/**
 * A bare client may send anything that Temporal takes. A task that fails on it would fail for ever.
 */
describe('a live subscription', () => {
  let subs: Subscribers;
  let worker: RunningWorker;
  let account: string;
  beforeAll(async () => {
    subs = await Subscribers.open();
    worker = await subs.holdfast.startWorker();
    account = await subs.subscribed();
  });
  afterAll(() => subs.close());

  async function codeOf(update: string, args: unknown[]): Promise<unknown> {
    const told = subs.workflow(account).executeUpdate(update, { args: args as [] });
    const error = await told.catch((thrown: unknown) => thrown);
    if (error instanceof WorkflowUpdateFailedError) return (error.cause as ApplicationFailure).type;
    return (error as { refusal?: { code: string } }).refusal?.code ?? error;
  }

  async function failedTasks(): Promise<number> {
    const { events } = await subs.workflow(account).fetchHistory();
    return events?.filter((event) => event.workflowTaskFailedEventAttributes).length ?? 0;
  }

  const acceptedUpdates = () => acceptedUpdatesOf(subs.workflow(account));

  test.each<[string, unknown[]]>([
    ['20,000 levels', [rawJson(nestedJson(20_000))]],
    [
      '20,000 levels in a member',
      [rawJson(`{"key":"k","paymentReference":"p","x":${nestedJson(20_000)}}`)],
    ],
    [
      '100 levels in a second argument',
      [{ key: 'k', paymentReference: 'p' }, rawJson(nestedJson(100))],
    ],
    ['300 KB in one text', [{ key: 'k', paymentReference: 'x'.repeat(300_000) }]],
    ['17 KB in one name', [{ [`k${'x'.repeat(17_000)}`]: 1 }]],
    ['100,000 numbers', [Array.from({ length: 100_000 }, (_, index) => index)]],
    ['3,000 halves of surrogate pairs', [{ key: '\ud83d'.repeat(3_000) }]],
    ['300 KB that is no text at all', [new Uint8Array(300_000)]],
  ])('turns an update with %s away before it is accepted', async (_, args) => {
    const before = await acceptedUpdates();
    for (const update of UPDATES) {
      expect({ update, code: await codeOf(update, args) }).toEqual({
        update,
        code: 'INVALID_ARGUMENT',
      });
    }
    expect({ accepted: await acceptedUpdates(), failed: await failedTasks() }).toEqual({
      accepted: before,
      failed: 0,
    });
  });

  test('refuses half a surrogate pair with the code of its field', async () => {
    const said = { paymentReference: 'pay-\ud83d' };
    const outcome = await subs.workflow(account).executeUpdate('renew', { args: [said] });
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INVALID_PAYMENT_REFERENCE' } });
  });

  test.each<[string, Uint8Array | string, RegExp]>([
    // The half is decoded as U+FFFD, which no id may hold.
    [
      'half of a pair in UTF-8',
      Buffer.from('7b226b6579223a22eda0bd227d', 'hex'),
      /^(INVALID|UNKNOWN)_|NOT_CANCELLED$/,
    ],
    ['text that is no JSON', '{"key":', /^PAYLOAD_UNREADABLE$/],
  ])('turns an update with unreadable bytes away or refuses it: %s', async (_, bytes, code) => {
    for (const update of UPDATES) expect(await codeOf(update, [rawJson(bytes)])).toMatch(code);
    expect(await failedTasks()).toBe(0);
  });

  test('takes the next good renewal, also after a restart of its worker', async () => {
    expect(await subs.renew(account)).toMatchObject({
      replayed: false,
      subscription: { paidCycle: 2 },
    });
    await worker.stop();
    worker = await subs.holdfast.startWorker();
    expect(await subs.renew(account)).toMatchObject({
      replayed: false,
      subscription: { paidCycle: 3 },
    });
    expect(await failedTasks()).toBe(0);
  });

  test('loses one task to an update of 2 MB, which Temporal does not take, and goes on', async () => {
    await expect(
      codeOf('renew', [{ paymentReference: 'x'.repeat(2_200_000) }]),
    ).resolves.toBeInstanceOf(Error);
    // It may be a repetition: the first attempt may have been answered in a task that was lost.
    expect(await subs.renew(account)).toMatchObject({ subscription: { paidCycle: 4 } });
  });
});
