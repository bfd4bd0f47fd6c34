import type { ResourceBasedTuner } from '@temporalio/worker';
import fc from 'fast-check';
import { tuningOf } from '../../worker/tuning';
import { loadWorkerConfig } from '../../worker/worker-config';

const config = loadWorkerConfig({ DATABASE_URL: 'postgres://127.0.0.1/none' });

// A workflow that leaves a full cache while its task calls the ledger loses that task for ten seconds.
test.each([
  { slots: 'fixed', target: undefined },
  { slots: 'a tuner’s', target: { memoryPercent: 80, cpuPercent: 80 } },
])('workflow tasks have slots for half the cache at most: $slots slots', ({ target }) => {
  const count = fc.integer({ min: 2, max: 100_000 });
  fc.assert(
    fc.property(count, count, (workflowTaskSlots, cachedWorkflows) => {
      const { ledger } = tuningOf({
        ...config,
        tuning: { ...config.tuning, workflowTaskSlots, cachedWorkflows, target },
      });
      const slots = target
        ? (ledger.tuner as ResourceBasedTuner).workflowTaskSlotOptions?.maximumSlots
        : ledger.maxConcurrentWorkflowTaskExecutions;
      expect(slots).toBeGreaterThanOrEqual(2);
      expect(slots).toBeLessThanOrEqual((ledger.maxCachedWorkflows ?? 0) / 2);
      expect(ledger.maxCachedWorkflows).toBe(Math.max(4, cachedWorkflows));
    }),
  );
});
