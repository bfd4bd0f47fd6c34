import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { scrape, sumOf } from '../telemetry/scrape';
import { type Holdfast, openHoldfast, uniqueId } from './harness';

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
});
afterAll(() => holdfast.closeSettled());

interface Health {
  healthy: boolean;
  workers: { taskQueue: string; numInFlightNonLocalActivities: number }[];
  abandonedCalls: object[];
  toDo?: string;
}

async function healthOn(port: number): Promise<Health> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).json() as Promise<Health>;
}

describe('a generation provider that hangs for one kind', () => {
  test('keeps no slot for ever: the other kinds run, its own jobs end when they are cancelled, and the worker stops', async () => {
    const { client, ledger, provider } = holdfast;
    const generationProvider = {
      ...provider,
      submit: (job: Parameters<typeof provider.submit>[0]) => {
        const isHung = job.kind === 'text-to-speech';
        return isHung ? new Promise<void>(() => {}) : provider.submit(job);
      },
    };
    const [healthPort, metricsPort] = [await freePort(), await freePort()];
    const metrics = { host: '127.0.0.1', port: metricsPort };
    const worker = await holdfast.startWorker(
      { maxConcurrentGenerations: 3, healthPort, metrics },
      { generationProvider },
    );
    const accountId = uniqueId('hanging');
    await holdfast.fund(accountId, 100);
    const start = (requestId: string, kind: string) =>
      client.generations.start({ accountId, requestId, kind });
    const hanging = ['hang-1', 'hang-2', 'hang-3', 'hang-4', 'hang-5', 'hang-6'];
    for (const requestId of hanging) await start(requestId, 'text-to-speech');
    const held = { provider: 'generation', method: 'submit', kind: 'text-to-speech' };
    await eventually(async () =>
      ((await healthOn(healthPort)).toDo ?? '').startsWith('A provider has left calls without'),
    );
    expect(await healthOn(healthPort)).toMatchObject({
      healthy: true,
      abandonedCalls: [{ ...held, abandoned: expect.any(Number), refuses: true, lost: false }],
    });
    const { series } = await scrape(metricsPort);
    expect(sumOf(series, 'holdfast_provider_refusing', held)).toBe(1);
    expect(sumOf(series, 'holdfast_provider_abandoned_calls', held)).toBeGreaterThan(0);
    const unanswered = { ...held, outcome: 'unanswered' };
    expect(sumOf(series, 'holdfast_provider_call_seconds_count', unanswered)).toBeGreaterThan(0);

    for (const requestId of ['r1', 'r2', 'r3']) await start(requestId, 'text-to-image');
    for (const requestId of ['r1', 'r2', 'r3'])
      expect(await client.generations.result(accountId, requestId)).toMatchObject({
        status: 'committed',
      });

    for (const requestId of hanging) await client.generations.cancel(accountId, requestId);
    for (const requestId of hanging) {
      expect(await client.generations.result(accountId, requestId)).toMatchObject({
        ...{ status: 'cancelled', charged: 0 },
      });
    }
    expect(await ledger.balance(accountId)).toMatchObject({ reserved: 0, spent: 6 });
    await worker.stop();
  });
});

test('a payment provider that hangs takes no slot of the ledger’s activities', async () => {
  const { client, payments, temporal, ledger } = holdfast;
  let declineAll = () => {};
  const declined = new Promise<void>((resolve) => {
    declineAll = resolve;
  });
  const paymentProvider = {
    ...payments,
    charge: async () => {
      await declined;
      return { state: 'declined', paymentId: null, reason: 'closed' } as const;
    },
  };
  const healthPort = await freePort();
  const tuning = { ...holdfast.config.tuning, activitySlots: 5 };
  const worker = await holdfast.startWorker({ healthPort, tuning }, { paymentProvider });
  const buyers = Array.from({ length: 6 }, () => uniqueId('buyer'));
  for (const accountId of buyers)
    await ledger.subscriptions.subscribe(accountId, 's', {
      planId: 'lite-monthly',
      paymentReference: accountId,
    });
  const bought = buyers.map((accountId) =>
    client.purchases.buy({ accountId, purchaseId: 'p', packId: 'pack-125', shownPriceCents: 4900 }),
  );
  const inFlight = async (taskQueue: string) =>
    (await healthOn(healthPort)).workers.find((one) => one.taskQueue === taskQueue)
      ?.numInFlightNonLocalActivities;
  await eventually(async () => (await inFlight(`${temporal.taskQueue}-payments`)) === 5);
  expect(await inFlight(temporal.taskQueue)).toBe(0);
  declineAll();
  for (const purchase of await Promise.all(bought))
    expect(purchase).toMatchObject({ status: 'declined' });
  await worker.stop();
});
