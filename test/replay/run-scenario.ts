import type { temporal } from '@temporalio/proto';
import { Client as PgClient } from 'pg';
import { openHoldfast } from '../workflows/harness';
import type { Scenario } from './scenarios';

/** Runs one scenario on a ledger of its own and returns what it left behind. */
export async function runScenario(scenario: Scenario): Promise<temporal.api.history.v1.IHistory> {
  const holdfast = await openHoldfast();
  try {
    await shortenTimeLimit(holdfast.database.ownerUrl);
    await holdfast.fund('replay', 1_000);
    const workflowId = await scenario.run(holdfast);
    const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
    const history = await handle.fetchHistory();
    await handle.terminate().catch(() => undefined);
    return history;
  } finally {
    await holdfast.close();
  }
}

/** Speech may take a second here, so that a job that hangs is seen to the end. */
async function shortenTimeLimit(ownerUrl: string): Promise<void> {
  const owner = new PgClient({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(document, '{kinds,text-to-speech,timeLimitSeconds}', '1')`,
  );
  await owner.end();
}
