import type { Command } from 'commander';
import { namespaceSetUp } from '../../../contract/operation';
import { addCommand, type Run } from '../../command';

export function addSetup(program: Command, run: Run): void {
  addCommand(
    program,
    'setup',
    'Prepare a Temporal namespace: search attributes and the reconciliation Schedule',
    ['holdfast setup', 'HOLDFAST_RECONCILE_INTERVAL_SECONDS=30 holdfast setup'],
  ).action(
    run(namespaceSetUp, async ({ connections }) => {
      const { reconcileIntervalSeconds: everySeconds, reconcileIdleSeconds } = connections.config;
      const idleSeconds = Math.max(everySeconds, reconcileIdleSeconds);
      const client = await connections.client();
      await client.operations.checkLedger();
      await client.operations.registerSearchAttributes();
      await client.reconciliation.schedule({ everySeconds, idleSeconds });
      return {
        json: { searchAttributes: 'registered', reconciliation: { everySeconds, idleSeconds } },
        text: [
          `The search attributes are registered, and reconciliation is scheduled every ${everySeconds} s, and up to every ${idleSeconds} s while nothing is due.`,
        ],
      };
    }),
  );
}
