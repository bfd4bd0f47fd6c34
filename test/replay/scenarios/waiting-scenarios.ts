import { generationWorkflowId } from '../../../workflows/messages';
import type { Holdfast } from '../../workflows/harness';
import { changeCatalog, give, park } from '../../workflows/waiting/waiting-support';
import { ACCOUNT, type Scenario } from './scenario';
import { untilIdle } from './scenario-support';

/** More credits than a scenario's account has. */
const CREDITS = 1_500;

export const WAITING_SCENARIOS: Scenario[] = [
  waiting('resumed', async (holdfast) => give(holdfast, ACCOUNT, 500, 'rest'), undefined, 'v4'),
  waiting('cancelled', ({ client }, requestId) => client.generations.cancel(ACCOUNT, requestId)),
  waiting('timed-out', async () => undefined, 'PT3S'),
  waiting('price-changed', async (holdfast) => {
    await changeCatalog(holdfast, '{kinds,ai-avatar,price,credits}', '2');
    await give(holdfast, ACCOUNT, 500, 'rest');
  }),
  {
    name: 'generation.waiting-open',
    version: 'v3',
    run: (holdfast) => parkOne(holdfast, 'waiting-open'),
  },
  {
    name: 'generation.waiting-handed-over',
    version: 'v3',
    async run(holdfast) {
      const workflowId = await parkOne(holdfast, 'waiting-handed-over');
      const { events } = await holdfast.temporal.client.workflow
        .getHandle(workflowId)
        .fetchHistory();
      const started = events?.[0]?.workflowExecutionStartedEventAttributes;
      return { workflowId, runId: started?.continuedExecutionRunId ?? undefined };
    },
  },
];

function waiting(
  how: string,
  endWait: (holdfast: Holdfast, requestId: string) => Promise<unknown>,
  waitTimeout?: string,
  version = 'v3',
): Scenario {
  const name = `waiting-${how}`;
  return {
    name: `generation.${name}`,
    version,
    async run(holdfast) {
      const workflowId = await parkOne(holdfast, name, waitTimeout);
      await endWait(holdfast, name);
      await holdfast.client.generations.result(ACCOUNT, name);
      return workflowId;
    },
  };
}

async function parkOne(
  holdfast: Holdfast,
  requestId: string,
  waitTimeout?: string,
): Promise<string> {
  await holdfast.startWorker();
  await park(holdfast, ACCOUNT, requestId, CREDITS, { ...(waitTimeout && { waitTimeout }) });
  const workflowId = generationWorkflowId(ACCOUNT, requestId);
  await untilIdle(holdfast, workflowId);
  return workflowId;
}
