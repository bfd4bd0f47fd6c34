import { createHoldfastClient, type HoldfastClient } from '../../client/client';
import { LEDGER_WORKFLOW_ID } from '../../workflows/messages';
import { newNamespace } from '../support/temporal';
import { type Holdfast, openHoldfast } from './harness';

/**
 * Two products, each with a ledger, that share a namespace and a task queue by mistake. No process
 * of either has started.
 */
export interface TwoProducts {
  first: Holdfast;
  second: Holdfast;
  /** A client of either, as if from a process that has just started. */
  clientOf(product: Holdfast, taskQueue?: string): HoldfastClient;
  /** As an operator does, to give the namespace to another ledger. */
  endRecord(): Promise<void>;
  close(): Promise<void>;
}

export async function openTwoProducts(): Promise<TwoProducts> {
  const namespace = await newNamespace('shared');
  const first = await openHoldfast({ namespace });
  const opened = await openHoldfast({ namespace });
  await giveOtherId(opened);
  const { taskQueue, generationTaskQueue } = first.config;
  const { client: temporal } = first.temporal;
  const second = {
    ...opened,
    temporal: { ...opened.temporal, taskQueue },
    config: { ...opened.config, taskQueue, generationTaskQueue },
  };
  return {
    first,
    second,
    clientOf: ({ ledger }, queue = taskQueue) =>
      createHoldfastClient({ temporal, ledger, taskQueue: queue }),
    async endRecord() {
      await temporal.workflow.getHandle(LEDGER_WORKFLOW_ID).terminate();
    },
    async close() {
      await Promise.all([first.close(), opened.close()]);
    },
  };
}

/** Databases of tests are copies of one, so that all of them have one id. */
export async function giveOtherId({ sql }: Pick<Holdfast, 'sql'>): Promise<string> {
  const [row] = await sql<{ ledger_id: string }>(
    'UPDATE holdfast.ledger_identity SET ledger_id = gen_random_uuid() RETURNING ledger_id',
  );
  return row?.ledger_id ?? '';
}
