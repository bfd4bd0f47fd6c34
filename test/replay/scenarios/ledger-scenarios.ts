import { LEDGER_WORKFLOW_ID, watermarkSignal } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import type { Recorded, Scenario } from './scenario';

export const LEDGER_SCENARIOS: Scenario[] = [
  { name: 'ledger.open', ownNamespace: true, run: recordOnStart },
  { name: 'ledger.continued', ownNamespace: true, run: continueAfterMarks },
];

/** The worker that starts first records its ledger, and does the record's only task. */
async function recordOnStart(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const record = holdfast.temporal.client.workflow.getHandle(LEDGER_WORKFLOW_ID);
  await eventually(async () => {
    const { events } = await record.fetchHistory();
    return events?.some((event) => event.workflowTaskCompletedEventAttributes) ?? false;
  });
  return LEDGER_WORKFLOW_ID;
}

/** The record is told of so many marks that it continues as a new run, which knows the last one. */
async function continueAfterMarks(holdfast: Holdfast): Promise<Recorded> {
  await recordOnStart(holdfast);
  const record = holdfast.temporal.client.workflow.getHandle(LEDGER_WORKFLOW_ID);
  const { runId } = await record.describe();
  const tell = (mark: number) =>
    record.signal(watermarkSignal, { mark, at: '2030-01-01T00:00:00.000Z', database: '1/1' });
  for (let mark = 1; mark <= 200; mark += 1) await tell(mark);
  await eventually(async () => (await record.describe()).runId !== runId);
  return { workflowId: LEDGER_WORKFLOW_ID, runId };
}
