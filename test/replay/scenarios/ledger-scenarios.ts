import { LEDGER_WORKFLOW_ID } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import type { Scenario } from './scenario';

export const LEDGER_SCENARIOS: Scenario[] = [
  { name: 'ledger.open', ownNamespace: true, run: recordOnStart },
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
