import { msToTs } from '@temporalio/common/lib/time';
import { TransientProviderError } from '../../../providers/provider-errors';
import { eventually } from '../../support/eventually';
import { Shop, simulated } from './shop';

/**
 * Ends the charge's attempts as an operator may in Temporal's UI. Its own fifteen minutes are too
 * long for a test.
 */
async function endAttempts(shop: Shop, accountId: string): Promise<void> {
  const { client, namespace } = shop.holdfast.temporal;
  const execution = { workflowId: `purchase/${accountId}/p` };
  const activityOptions = { scheduleToCloseTimeout: msToTs('2s') };
  await client.workflowService.updateActivityOptions({
    ...{ namespace, execution, type: 'charge', activityOptions },
    updateMask: { paths: ['schedule_to_close_timeout'] },
  });
}

describe('a charge that keeps failing until its time is over', () => {
  let shop: Shop;
  let isChargeLost = false;
  beforeAll(async () => {
    shop = await Shop.open();
    const { payments } = shop.holdfast;
    const paymentProvider = {
      ...payments,
      async charge(asked: Parameters<typeof payments.charge>[0]) {
        if (isChargeLost) await payments.charge(asked);
        throw new TransientProviderError('503');
      },
      async state(key: string) {
        if (isChargeLost) throw new TransientProviderError('503');
        return payments.state(key);
      },
    };
    await shop.holdfast.startWorker({}, { paymentProvider });
  });
  afterAll(() => shop.close());

  test('is voided, and a later charge with the same key takes nothing', async () => {
    const accountId = await shop.buyer();
    const bought = shop.buy(accountId);
    await shop.untilRetrying('charge', accountId);
    await endAttempts(shop, accountId);
    expect(await bought).toMatchObject({ status: 'voided', reason: 'void-requested' });
    const key = `purchase/${accountId}/p`;
    const late = {
      idempotencyKey: key,
      accountId,
      description: '125 credits',
      amountCents: 4900,
      currency: 'USD',
    };
    expect(await shop.holdfast.payments.charge({ ...late, paymentMethod: null })).toMatchObject({
      state: 'voided',
    });
    expect(await shop.payment(accountId)).toBeUndefined();
  });

  test('is granted all the same if an attempt has taken the money', async () => {
    const accountId = await shop.buyer();
    isChargeLost = true;
    const bought = shop.buy(accountId, simulated('none'));
    await shop.untilRetrying('charge', accountId);
    await endAttempts(shop, accountId);
    await eventually(async () => {
      const { raw } = await shop.workflow(accountId).describe();
      return raw.pendingActivities?.[0]?.activityType?.name === 'voidPayment';
    });
    isChargeLost = false;
    expect(await bought).toMatchObject({ status: 'granted' });
    expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1 });
  });
});
