import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { parseStop, stop } from '../../../contract/settings';
import { addCommand, type Run } from '../../command';
import { addStopScope, type ScopeOptions, stopScopeOf } from './settings-options';
import { stopInWords } from './settings-words';

interface StopOptions extends ScopeOptions {
  reason: string;
  by: string;
}

export function addStop(program: Command, run: Run): void {
  const command = addCommand(program, 'stop', 'Admit no more generations; what runs goes on', [
    'holdfast stop acme --reason "Payment dispute, ticket 4711" --by sam',
    'holdfast stop --kind ai-avatar --reason "The service is down" --by sam',
    'holdfast stop --all --reason "Maintenance until 14:00 UTC" --by sam --json',
  ])
    .requiredOption('--reason <text>', 'why; callers see it')
    .requiredOption('--by <name>', 'who stops them');
  addStopScope(command).action(
    run(
      stop,
      async (
        { connections },
        account: string | undefined,
        { reason, by, ...scope }: StopOptions,
      ) => {
        const { key: _, ...request } = parseStop({
          ...stopScopeOf(account, scope),
          key: randomUUID(),
          reason,
          by,
        });
        const stopped = await connections.ledger().settings.stop(request);
        if (!stopped.ok) throw HoldfastError.of(stopped.refusal);
        return { json: stopped.value, text: [stopInWords(stopped.value)] };
      },
    ),
  );
}
