import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';

export interface LedgerTimeActivities {
  ledgerTime(): Promise<number>;
}

/** One moment by the workflow's clock, and by the ledger's right after it. */
export interface Moment {
  workflow: number;
  ledger: number;
}

const { ledgerTime } = proxyActivities<LedgerTimeActivities>({ startToCloseTimeout: '10s' });

async function now(): Promise<Moment> {
  return { workflow: Date.now(), ledger: await ledgerTime() };
}

/** Returns when it began, and when each sleep was over. */
export async function sleepingWorkflow(): Promise<Moment[]> {
  const moments = [await now()];
  for (const duration of ['30 days', '365 days'] as const) {
    await sleep(duration);
    moments.push(await now());
  }
  return moments;
}

export const askUpdate = defineUpdate<Moment>('ask');

/** Answers while it sleeps; returns when it began, and when it woke up. */
export async function answeringWorkflow(): Promise<Moment[]> {
  setHandler(askUpdate, now);
  const begun = await now();
  await sleep('30 days');
  await condition(allHandlersFinished);
  return [begun, await now()];
}
