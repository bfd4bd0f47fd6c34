import { Client as PgClient } from 'pg';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';

/**
 * Holds the rows of all accounts locked during `until`, so that local activities give up and
 * regular ones take over.
 */
export async function whileAccountsAreHeld(
  holdfast: Holdfast,
  until: () => Promise<void>,
): Promise<void> {
  const owner = new PgClient({ connectionString: holdfast.database.ownerUrl });
  await owner.connect();
  try {
    await owner.query('BEGIN');
    await owner.query('SELECT FROM holdfast.accounts FOR UPDATE');
    await until();
    await owner.query('COMMIT');
  } finally {
    await owner.end();
  }
}

export async function untilPending(
  { temporal }: Holdfast,
  workflowId: string,
  activity: string,
): Promise<void> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  await eventually(async () => {
    const { raw } = await handle.describe();
    return (
      raw.pendingActivities?.some(({ activityType }) => activityType?.name === activity) ?? false
    );
  });
}

/** Waits until the workflow has a timer and no open workflow task. */
export async function untilIdle({ temporal }: Holdfast, workflowId: string): Promise<void> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  await eventually(async () => {
    try {
      const { raw } = await handle.describe();
      const { events } = await handle.fetchHistory();
      const isWaiting = events?.some((event) => event.timerStartedEventAttributes) ?? false;
      return isWaiting && !raw.pendingWorkflowTask;
    } catch (error) {
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false;
      throw error;
    }
  });
}
