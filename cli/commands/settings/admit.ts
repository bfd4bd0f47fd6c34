import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import { admitted, parseAdmit, type Stop, type StopScope, stop } from '../../../contract/settings';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { addStopScope, type ScopeOptions, stopScopeOf } from './settings-options';
import { scopeInWords, stopInWords } from './settings-words';

const printed = z.object({
  ...stop.pick({ accountId: true, kind: true }).shape,
  ...admitted.shape,
  stops: z.array(stop),
});

export function addAdmit(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'admit',
    'End a stop: what `holdfast stop` was told, admit again',
    ['holdfast admit acme', 'holdfast admit --kind ai-avatar', 'holdfast admit --all --json'],
  );
  addStopScope(command).action(
    run(printed, async ({ connections }, account: string | undefined, options: ScopeOptions) => {
      const { key: _, ...scope } = parseAdmit({
        ...stopScopeOf(account, options),
        key: randomUUID(),
      });
      const ended = await connections.ledger().settings.admit(scope);
      if (!ended.ok) throw HoldfastError.of(ended.refusal);
      const { admitted } = ended.value;
      const stops = await otherStops(connections, scope);
      const first = admitted
        ? `Admitted again: ${scopeInWords(scope)}.`
        : `There was no stop of ${scopeInWords(scope)}.`;
      return {
        json: { ...scope, admitted, stops },
        text: [first, ...stops.map(stopInWords)],
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
