import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { whole } from '../../../contract/fields';
import { namespaceSetUp } from '../../../contract/operation';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { wholeOf } from '../../options';

const AGAIN_MS = 1_000;

interface SetupOptions {
  wait?: number;
  createNamespace?: number;
}

export function addSetup(program: Command, run: Run): void {
  addCommand(
    program,
    'setup',
    'Prepare a Temporal namespace: search attributes and the reconciliation Schedule',
    [
      'holdfast setup',
      'HOLDFAST_RECONCILE_INTERVAL_SECONDS=30 holdfast setup',
      'holdfast setup --wait 120 --create-namespace 30',
    ],
  )
    .option(
      '--wait <seconds>',
      'try again for so long while Temporal doesn’t serve the namespace',
      wholeOf(whole(1, 3_600), '--wait'),
    )
    .option(
      '--create-namespace <days>',
      'create the namespace if it isn’t there, keeping what has ended for so many days',
      wholeOf(whole(1, 365), '--create-namespace'),
    )
    .action(
      run(namespaceSetUp, async ({ connections }, { wait = 0, createNamespace }: SetupOptions) => {
        const { reconcileIntervalSeconds: everySeconds, reconcileIdleSeconds } = connections.config;
        const idleSeconds = Math.max(everySeconds, reconcileIdleSeconds);
        await withinSeconds(wait, () =>
          prepare(connections, createNamespace, { everySeconds, idleSeconds }),
        );
        return {
          json: { searchAttributes: 'registered', reconciliation: { everySeconds, idleSeconds } },
          text: [
            `The search attributes are registered, and reconciliation is scheduled every ${everySeconds} s, and up to every ${idleSeconds} s while nothing is due.`,
          ],
        };
      }),
    );
}

async function prepare(
  connections: Connections,
  retentionDays: number | undefined,
  pace: { everySeconds: number; idleSeconds: number },
): Promise<void> {
  const { operations, reconciliation } = await connections.client();
  if (retentionDays !== undefined) await operations.createNamespace(retentionDays);
  await operations.checkLedger();
  await operations.registerSearchAttributes();
  await reconciliation.schedule(pace);
}

/** Repeats the call while Temporal can't be reached, or doesn't know the namespace yet. */
async function withinSeconds(seconds: number, call: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isAway = error instanceof HoldfastError && error.code === 'TEMPORAL_UNAVAILABLE';
      if (!isAway || Date.now() + AGAIN_MS > deadline) throw error;
      await pause(AGAIN_MS);
    }
  }
}
