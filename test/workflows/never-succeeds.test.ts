import {
  expiryWorkflowId,
  settingsWorkflowId,
  subscriptionWorkflowId,
} from '../../workflows/messages';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from './harness';
import { give, park } from './waiting/waiting-support';

/** Keys and ids whose commands the ledger refuses for good, because of the triggers below. */
const BROKEN = 'broken';
const UNSTORABLE = 'unstorable';

/** A command that can never succeed ends with a code, and does not block the commands behind it. */
describe('a command that can never succeed', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    // The ledger has no such fault, so the test makes it.
    await holdfast.sql(`
      CREATE FUNCTION holdfast.refuse_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        v_subject text := coalesce(to_jsonb(NEW)->>'key', to_jsonb(NEW)->>'request_id');
      BEGIN
        IF v_subject LIKE '${BROKEN}%' THEN RAISE EXCEPTION 'made by the test' USING ERRCODE = '23514'; END IF;
        IF v_subject LIKE '${UNSTORABLE}%' THEN RAISE EXCEPTION 'made by the test' USING ERRCODE = '22003'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refused BEFORE INSERT ON holdfast.idempotency_keys
        FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_for_good();
      CREATE TRIGGER never_served BEFORE UPDATE ON holdfast.reservations
        FOR EACH ROW WHEN (NEW.state = 'open' AND OLD.state = 'waiting') EXECUTE FUNCTION holdfast.refuse_for_good()`);
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  const workflow = (id: string) => holdfast.temporal.client.workflow.getHandle(id);

  describe('to a subscription, by a client of Temporal alone,', () => {
    const subscribe = { planId: 'lite-monthly', paymentReference: 'first' };
    let accountId: string;
    let id: string;

    beforeEach(async () => {
      accountId = uniqueId('account');
      id = subscriptionWorkflowId(accountId, 's');
      const { client, taskQueue } = holdfast.temporal;
      const args = [{ accountId, subscriptionId: 's', subscribe }];
      await client.workflow.start('billingCycleWorkflow', { workflowId: id, taskQueue, args });
    });
    afterEach(async () => {
      await workflow(id).terminate();
      await workflow(expiryWorkflowId(accountId, 's', 1))
        .terminate()
        .catch(() => undefined);
    });

    test.each([
      [`${BROKEN}-1`, 'LEDGER_RULE_BROKEN'],
      [`${UNSTORABLE}-1`, 'VALUE_NOT_STORABLE'],
    ])(
      'is answered with its code, and the good renewal behind it is done: %s',
      async (reference, code) => {
        const renew = (paymentReference: string) =>
          workflow(id).executeUpdate<{ ok: boolean }, [object]>('renew', {
            args: [{ paymentReference }],
          });
        const [bad, good] = await Promise.all([renew(reference), renew('good')]);
        expect(bad).toMatchObject({ ok: false, refusal: { code } });
        expect(good).toMatchObject({
          ok: true,
          value: { newTerm: false, subscription: { paidCycle: 2 } },
        });
        expect(await renew('better')).toMatchObject({
          ok: true,
          value: { subscription: { paidCycle: 3 } },
        });
        expect(await workflow(id).describe()).toMatchObject({ status: { name: 'RUNNING' } });
      },
    );

    test('is answered with its code in every update', async () => {
      for (const [update, said] of [
        [
          'changePlan',
          { key: `${BROKEN}-2`, planId: 'professional-monthly', paymentReference: 'p2' },
        ],
        ['cancelAtPeriodEnd', { key: `${BROKEN}-3` }],
        ['endNow', { key: `${BROKEN}-4` }],
      ] as const) {
        const answer = await workflow(id).executeUpdate(update, { args: [said] });
        expect(answer).toMatchObject({ ok: false, refusal: { code: 'LEDGER_RULE_BROKEN' } });
      }
      const cancelled = await workflow(id).executeUpdate('cancelAtPeriodEnd', {
        args: [{ key: 'c' }],
      });
      expect(cancelled).toMatchObject({ ok: true });
    });
  });

  test('at a subscription’s beginning ends it, and the account may subscribe under another id', async () => {
    const accountId = uniqueId('account');
    const request = { accountId, planId: 'lite-monthly', paymentReference: 'first' };
    const { subscriptions } = holdfast.client;
    await expect(
      subscriptions.subscribe({ ...request, subscriptionId: BROKEN }),
    ).rejects.toMatchObject({
      code: 'LEDGER_RULE_BROKEN',
    });
    await expect(
      workflow(subscriptionWorkflowId(accountId, BROKEN)).result(),
    ).resolves.toMatchObject({
      status: 'refused',
    });
    expect(await subscriptions.subscribe({ ...request, subscriptionId: 's' })).toMatchObject({
      replayed: false,
    });
    await workflow(subscriptionWorkflowId(accountId, 's')).terminate();
  });

  test('to change a setting fails with its code, and the next change is made', async () => {
    const accountId = uniqueId('account');
    const set = (key: string) =>
      holdfast.client.settings.setLimits({ accountId, key, dailyCreditsMax: 5 });
    await expect(set(BROKEN)).rejects.toMatchObject({ code: 'LEDGER_RULE_BROKEN' });
    expect(await workflow(settingsWorkflowId(accountId, BROKEN)).describe()).toMatchObject({
      status: { name: 'FAILED' },
    });
    await expect(set(UNSTORABLE)).rejects.toMatchObject({ code: 'VALUE_NOT_STORABLE' });
    expect(await set('good')).toMatchObject({ limits: { dailyCreditsMax: 5 } });
  });

  test('because the worker’s login may not do it fails with its code, and is not tried again', async () => {
    const accountId = uniqueId('account');
    const [role] = await holdfast.sql<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles
       WHERE rolname ~ '^holdfast_worker_[0-9]+$' AND has_schema_privilege(rolname, 'holdfast', 'USAGE')`,
    );
    const set = (key: string) =>
      holdfast.client.settings.setLowBalance({ accountId, key, lowBalance: [{ credits: 5 }] });
    const denied = 'FUNCTION holdfast.set_low_balance(text, text, jsonb, jsonb)';
    await holdfast.sql(`REVOKE EXECUTE ON ${denied} FROM ${role?.name}`);
    try {
      await expect(set('denied')).rejects.toMatchObject({ code: 'LEDGER_ACCESS_DENIED' });
      expect(await workflow(settingsWorkflowId(accountId, 'denied')).describe()).toMatchObject({
        status: { name: 'FAILED' },
      });
    } finally {
      await holdfast.sql(`GRANT EXECUTE ON ${denied} TO ${role?.name}`);
    }
    expect(await set('good')).toMatchObject({ lowBalance: [{ credits: 5 }] });
  });

  test('to grant credits fails with its code, and the next grant is made', async () => {
    const accountId = uniqueId('account');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const body = {
      source: 'promotion' as const,
      credits: 5,
      reason: 'test',
      by: 'test',
      expiresAt,
    };
    const grant = (key: string) => holdfast.client.grants.create({ accountId, key, ...body });
    await expect(grant(BROKEN)).rejects.toMatchObject({ code: 'LEDGER_RULE_BROKEN' });
    await expect(grant(UNSTORABLE)).rejects.toMatchObject({ code: 'VALUE_NOT_STORABLE' });
    expect(await grant('good')).toMatchObject({ credits: 5 });
  });

  test.each([
    [BROKEN, 'LEDGER_RULE_BROKEN'],
    [UNSTORABLE, 'VALUE_NOT_STORABLE'],
  ])(
    'at the head of a queue leaves it, and the request behind it is served: %s',
    async (head, code) => {
      const accountId = uniqueId('account');
      await holdfast.openAccount(accountId);
      await park(holdfast, accountId, head, 5);
      await park(holdfast, accountId, 'next', 5);
      await give(holdfast, accountId, 10, 'key');
      const { client, ledger } = holdfast;
      expect(await client.generations.result(accountId, 'next')).toMatchObject({
        status: 'committed',
        charged: 5,
      });
      expect(await client.generations.result(accountId, head)).toMatchObject({
        status: 'rejected',
        reason: code,
        charged: 0,
      });
      expect(await ledger.request(accountId, head)).toMatchObject({
        status: 'released',
        reason: code,
      });
      expect(await ledger.balance(accountId)).toMatchObject({ available: 5, reserved: 0 });
    },
  );

  test('to commit an output that the ledger can’t store releases the generation uncharged', async () => {
    const accountId = uniqueId('account');
    await holdfast.fund(accountId, 10);
    await holdfast.sql(`
      CREATE FUNCTION holdfast.refuse_output() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'made by the test' USING ERRCODE = '22021';
      END $$;
      CREATE TRIGGER never_kept BEFORE UPDATE ON holdfast.reservations
        FOR EACH ROW WHEN (NEW.output_url IS NOT NULL) EXECUTE FUNCTION holdfast.refuse_output()`);
    await holdfast.client.generations.start({ accountId, requestId: 'r', kind: 'text-to-image' });
    expect(await holdfast.client.generations.result(accountId, 'r')).toMatchObject({
      ...{ status: 'released', reason: 'PROVIDER_FAULT', charged: 0 },
    });
    expect(await holdfast.ledger.balance(accountId)).toMatchObject({ available: 10, reserved: 0 });
    await holdfast.sql('DROP TRIGGER never_kept ON holdfast.reservations');
    await eventually(async () => (await holdfast.ledger.openRequests(accountId)).length === 0);
  });
});
