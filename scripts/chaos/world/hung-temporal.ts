import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { Tally } from '../tally';
import type { World } from './world';

const LOOK_MS = 5_000;
const ANSWERS_WITHIN_MS = 10_000;
/** So many looks without an answer, a minute and more of them, are no slowness. */
const LOOKS_MAX = 6;
const FAULT = 'restart Temporal, which hangs by itself';

/**
 * Restarts Temporal where it hangs after the last fault. Its development server has one file and no
 * second process: once in 30,000 generations it did not come back from a kill, and every call of
 * its store was interrupted. Each restart is counted among the faults.
 */
export async function restartHungTemporal(
  { temporal }: World,
  tally: Tally,
  until: AbortSignal,
): Promise<void> {
  let unanswered = 0;
  while (!until.aborted) {
    unanswered = (await answers(temporal.port())) ? 0 : unanswered + 1;
    if (unanswered === LOOKS_MAX) {
      unanswered = 0;
      tally.begun(FAULT);
      await temporal.kill();
      await temporal.restart();
      tally.recovering(FAULT);
    }
    await pause(LOOK_MS, undefined, { signal: until }).catch(() => {});
  }
}

/** Asked directly: the ways between are the run's own. */
async function answers(port: number): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({
      address: `127.0.0.1:${port}`,
      connectTimeout: ANSWERS_WITHIN_MS,
    });
    const { workflowService } = connection;
    await connection.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () =>
      workflowService.describeNamespace({ namespace: 'default' }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
