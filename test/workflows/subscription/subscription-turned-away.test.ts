import { eventually } from '../../support/eventually';
import { acceptedUpdatesOf } from '../workflow-support';
import { Subscribers } from './subscribers';

const NOT_CANCELLED = { name: 'HoldfastError', code: 'SUBSCRIPTION_NOT_CANCELLED' };

/**
 * The update's validator turns away what makes no sense now, without an event. It lets repetitions
 * through.
 */
describe('a subscription’s workflow', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({
      plans: {
        // Three cycles are long enough on a busy machine for all that happens before the lapse.
        'eight-seconds': { name: 'Eight seconds', credits: 10, cycle: 'PT8S' },
        minute: { name: 'A minute', credits: 10, cycle: 'PT1M' },
      },
      settlementWindow: 'PT1S',
    });
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  async function events(account: string): Promise<number> {
    return (await subs.workflow(account).fetchHistory()).events?.length ?? 0;
  }

  /** Waits for the run of the next cycle. */
  async function untilNextRun(account: string, runId: string): Promise<void> {
    await eventually(async () => (await subs.workflow(account).describe()).runId !== runId);
  }

  test('turns a resume away while nothing is cancelled, and its history does not grow', async () => {
    const account = await subs.subscribed('minute');
    await subs.cancel(account, 'c');
    await subs.resume(account, 'r');
    const before = await events(account);
    await expect(subs.resume(account, 'another')).rejects.toMatchObject(NOT_CANCELLED);
    await expect(subs.resume(account, 'another')).rejects.toMatchObject(NOT_CANCELLED);
    expect(await events(account)).toBe(before);
    expect(await acceptedUpdatesOf(subs.workflow(account))).toBe(3);
    // The same key works as soon as there is a cancellation to take back.
    await subs.cancel(account, 'c-2');
    expect(await subs.resume(account, 'another')).toMatchObject({ replayed: false });
  });

  test('repeats the first answer to a resume in the same run, in a later run and after a loss', async () => {
    const account = await subs.subscribed('eight-seconds');
    await subs.renew(account, 'pay-2');
    await subs.renew(account, 'pay-3');
    await subs.cancel(account, 'c');
    const first = await subs.resume(account, 'r');
    expect(await subs.resume(account, 'r')).toEqual({ ...first, replayed: true });
    await untilNextRun(account, (await subs.workflow(account).describe()).runId);
    expect(await subs.resume(account, 'r')).toEqual({ ...first, replayed: true });
    await expect(subs.resume(account, 'another')).rejects.toMatchObject(NOT_CANCELLED);
    await subs.workflow(account).terminate();
    expect(await subs.resume(account, 'r')).toEqual({ ...first, replayed: true });
    // A run that replaced a lost one does not know all keys, so it asks the ledger.
    await expect(subs.resume(account, 'another')).rejects.toMatchObject(NOT_CANCELLED);
    await subs.endNow(account);
  });

  test('turns a new renewal away after an end at once, and repeats the answer to an old one', async () => {
    const account = await subs.subscribed('minute');
    const first = await subs.renew(account, 'pay-2');
    const ended = await subs.endNow(account, 'end');
    expect(ended).toMatchObject({
      expired: 10,
      entries: 1,
      subscription: { closedWhy: 'ended-now' },
    });
    await expect(subs.renew(account, 'pay-3')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_ENDED',
    });
    expect(await subs.renew(account, 'pay-2')).toEqual({ ...first, replayed: true });
    expect(await subs.endNow(account, 'end')).toEqual({ ...ended, replayed: true });
    await expect(subs.endNow(account, 'end-2')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_ENDED',
    });
    await expect(subs.cancel(account)).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
    await expect(subs.resume(account)).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
  });

  test('leaves a resume that comes together with a cancellation to the ledger', async () => {
    for (let round = 0; round < 5; round++) {
      const account = await subs.subscribed('minute');
      await subs.cancel(account, 'c');
      const [resumed] = await Promise.allSettled([
        subs.resume(account, 'r'),
        subs.cancel(account, 'c-2'),
      ]);
      expect(resumed.status).toBe('fulfilled');
      await subs.endNow(account);
    }
  });
});
