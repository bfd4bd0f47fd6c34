import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import { admitted, parseAdmit, type Stop, type StopScope, stop } from '../../../contract/settings';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { addStopScope, type ScopeOptions, stopScopeOf } from './settings-options';
import { scopeInWords, stopsInWords } from './settings-words';

const printed = z.object({
  ...stop.pick({ accountId: true, kind: true }).shape,
  ...admitted.shape,
  stops: z.array(stop),
});

interface AdmitOptions extends ScopeOptions {
  reason: string;
  by: string;
}

export function addAdmit(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'admit',
    'End a stop: what `holdfast stop` was told, admit again',
    [
      'holdfast admit acme --reason "The dispute is settled, ticket 4711" --by sam',
      'holdfast admit --kind ai-avatar --reason "The service is back" --by sam',
      'holdfast admit --all --reason "The maintenance is over" --by sam --json',
    ],
  )
    .requiredOption('--reason <text>', 'why; it is kept')
    .requiredOption('--by <name>', 'who admits them again; it is kept');
  addStopScope(command).action(
    run(printed, async ({ connections }, account: string | undefined, options: AdmitOptions) => {
      const { reason, by, ...scopeOptions } = options;
      const scope = stopScopeOf(account, scopeOptions);
      const { key: _, ...request } = parseAdmit({ ...scope, reason, by, key: randomUUID() });
      const ended = await connections.ledger().settings.admit(request);
      if (!ended.ok) throw HoldfastError.of(ended.refusal);
      const { admitted } = ended.value;
      const stops = await otherStops(connections, scope);
      const first = admitted
        ? `Admitted again: ${scopeInWords(scope)}.`
        : `There was no stop of ${scopeInWords(scope)}.`;
      return {
        json: { ...scope, admitted, stops },
        text: [first, ...stopsInWords(stops)],
      };
    }),
  );
}

/**
 * The stops that still apply, wider or narrower ones; none for a scope of all accounts, which would
 * be too many.
 */
async function otherStops(
  connections: Connections,
  { accountId, kind }: StopScope,
): Promise<Stop[]> {
  if (accountId === null) return [];
  const { stops } = await connections.reader().settings.get(accountId);
  return stops.filter((stop) => kind === null || stop.kind === null || stop.kind === kind);
}
