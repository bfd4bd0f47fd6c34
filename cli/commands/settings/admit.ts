import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import type { Stop, StopScope } from '../../../contract/settings';
import { parseAdmit } from '../../../contract/settings';
import type { Run } from '../../action';
import type { Connections } from '../../connections';
import { addCommand } from '../../help';
import { type ScopeOptions, scopeOf, takesScope } from './scope';
import { publishedStop, scopeInWords, stopInWords } from './words';

export function addAdmit(program: Command, run: Run): void {
  const command = addCommand(program, 'admit', 'End a stop: what `holdfast stop` was told, admit again', [
    'holdfast admit acme',
    'holdfast admit --kind ai-avatar',
    'holdfast admit --all --json',
  ]);
  takesScope(command).action(
    run(async ({ connections }, account: string | undefined, options: ScopeOptions) => {
      const { key: _, ...scope } = parseAdmit({ ...scopeOf(account, options), key: randomUUID() });
      const ended = await connections.ledger().settings.admit(scope);
      if (!ended.ok) throw HoldfastError.of(ended.refusal);
      const { admitted } = ended.value;
      const stops = await otherStops(connections, scope);
      const first = admitted
        ? `Admitted again: ${scopeInWords(scope)}.`
        : `There was no stop of ${scopeInWords(scope)}.`;
      return {
        json: { ...scope, admitted, stops: stops.map(publishedStop) },
        text: [first, ...stops.map(stopInWords)].join('\n'),
      };
    }),
  );
}

/** What still stops them: a wider stop, or a narrower one. Of all accounts nobody asks account by account. */
async function otherStops(connections: Connections, { accountId, kind }: StopScope): Promise<Stop[]> {
  if (accountId === null) return [];
  const { stops } = await connections.reader().settings.get(accountId);
  return stops.filter((stop) => kind === null || stop.kind === null || stop.kind === kind);
}
