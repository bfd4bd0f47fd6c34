import { instantInWords } from '../../../domain/legible';
import { eventually } from '../../support/eventually';
import { currentDetailsOf } from '../workflow-support';
import { PROFESSIONAL, Subscribers } from './subscribers';

describe('the runs of a subscription’s workflow', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({
      plans: {
        'three-seconds': { name: 'Three seconds', credits: 10, cycle: 'PT3S' },
        // Long enough on a busy machine for all that happens before the cycle's end.
        'fifteen-seconds': { name: 'Fifteen seconds', credits: 10, cycle: 'PT15S' },
      },
      settlementWindow: 'PT2S',
    });
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  const detailsOf = (account: string) => currentDetailsOf(subs.workflow(account));

  async function runsOf(account: string) {
    const runs = [];
    const query = `WorkflowId = "subscription/${account}/s"`;
    for await (const run of subs.holdfast.temporal.client.workflow.list({ query })) runs.push(run);
    return runs;
  }

  test('stay short however many updates come in one cycle, and keep the keys that were used', async () => {
    const account = await subs.subscribed();
    for (let n = 0; n < 30; n++) {
      await subs.cancel(account, `c-${n}`);
      await subs.resume(account, `r-${n}`);
    }
    await eventually(async () => (await runsOf(account)).length >= 3);
    for (const { historyLength, runId } of await runsOf(account)) {
      expect({ runId, isShort: historyLength < 200 }).toEqual({ runId, isShort: true });
    }
    expect(await subs.resume(account, 'r-0')).toMatchObject({ replayed: true });
    await expect(subs.resume(account, 'r-30')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_CANCELLED',
    });
    expect(await subs.subscription(account)).toMatchObject({ cycle: 1, cancelAtPeriodEnd: false });
  });

  test('have details that name the plan, the cycle, the next boundary and what happens then', async () => {
    const account = await subs.subscribed('fifteen-seconds');
    const { cycleEnd } = await subs.subscription(account);
    const { staticSummary, searchAttributes } = await describedAs(account);
    expect(staticSummary).toBe(`fifteen-seconds for ${account}`);
    expect(searchAttributes).toMatchObject({
      HoldfastAccount: [account],
      HoldfastPlan: ['fifteen-seconds'],
    });
    expect(await detailsOf(account)).toContain('**fifteen-seconds, cycle 1.**');
    expect(await detailsOf(account)).toContain(
      `at ${instantInWords(cycleEnd)} it lapses, unless it is paid before`,
    );
    await subs.cancel(account, 'c');
    await eventually(async () =>
      (await detailsOf(account)).includes(`Cancelled: at ${instantInWords(cycleEnd)} it lapses`),
    );
    await subs.resume(account, 'r');
    await subs.renew(account, 'pay-2');
    await eventually(async () =>
      (await detailsOf(account)).includes(
        `At ${instantInWords(cycleEnd)} cycle 2, which is paid, is granted`,
      ),
    );

    await eventually(async () => (await detailsOf(account)).includes('cycle 2.**'));
    expect(await subs.workflow(account).query('status')).toMatchObject({
      cycle: 2,
      status: 'active',
    });
    // The SDK gives a continued run no summary, so its details and attributes are compared.
    expect((await describedAs(account)).searchAttributes).toEqual(searchAttributes);
    await eventually(async () =>
      (await detailsOf(account)).includes('A payment made before the lapse counts until'),
    );
    await subs.workflow(account).result();
    expect(await detailsOf(account)).toContain('It lapsed, and what was left has expired.');
    const expiry = subs.holdfast.temporal.client.workflow.getHandle(`expiry/${account}/s/1`);
    expect((await expiry.describe()).searchAttributes).toMatchObject({
      HoldfastAccount: [account],
    });
    expect(await currentDetailsOf(expiry)).toBe(
      `**Booked.** 20 credits of account ${account} expired, in 2 entries.`,
    );
  });

  async function describedAs(account: string) {
    const description = await subs.workflow(account).describe();
    return {
      staticSummary: await description.staticSummary(),
      searchAttributes: description.searchAttributes,
    };
  }

  test('are found by the plan that is held, also after an upgrade', async () => {
    const account = await subs.subscribed();
    await subs.changePlan(account, PROFESSIONAL, 'upgrade');
    const query = `HoldfastAccount = "${account}" AND HoldfastPlan = "${PROFESSIONAL}"`;
    await eventually(
      async () => (await subs.holdfast.temporal.client.workflow.count(query)).count === 1,
    );
    expect(await subs.workflow(account).query('status')).toMatchObject({ planId: PROFESSIONAL });
  });

  test('have a summary that fits, with the longest ids', async () => {
    const accountId = `${subs.newAccount()}${'x'.repeat(128)}`.slice(0, 128);
    const subscriptionId = 's'.repeat(128);
    await subs.subscribed('three-seconds', subscriptionId, accountId);
    await subs.workflow(accountId, subscriptionId).terminate();
    await subs.renew(accountId, 'p'.repeat(128), undefined, subscriptionId);
    await subs.workflow(accountId, subscriptionId).result();
  });
});
