import { openHoldfast, uniqueId } from '../harness';

test.each([
  { slots: 'fixed', target: undefined },
  { slots: 'a tuner’s', target: { memoryPercent: 95, cpuPercent: 95 } },
])(
  'more requests at once than a worker caches workflows are all answered: $slots slots',
  async ({ target }) => {
    const holdfast = await openHoldfast();
    const { config, client } = holdfast;
    await holdfast.startWorker({ tuning: { ...config.tuning, cachedWorkflows: 10, target } });
    const accountId = uniqueId('cache');
    await holdfast.fund(accountId, 1_000);
    const requests = Array.from({ length: 48 }, (_, index) => ({
      ...{ accountId, requestId: `r${index}`, kind: 'text-to-image', admitWithinSeconds: 3_600 },
    }));
    await Promise.all(requests.map((request) => client.generations.start(request)));
    const results = await Promise.all(
      requests.map(({ requestId }) => client.generations.result(accountId, requestId)),
    );
    expect(results.map(({ status }) => status)).toEqual(requests.map(() => 'committed'));
    await holdfast.closeSettled();
  },
);
