import type { Command } from 'commander';
import { type Act, acts, actsPage, checkActsPage } from '../../../contract/act';
import { checkAccountId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import { addPage, type PageOptions } from '../../options';
import type { Line } from '../../terminal/table';
import { table, timeInWords } from '../../words';

export function addActs(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'acts',
    'What operators have done, newest first: what, why and who',
    ['holdfast acts', 'holdfast acts acme', 'holdfast acts acme --limit 10 --before 120 --json'],
  ).argument('[account]', 'only acts on this account', checkAccountId);
  addPage(command, actsPage.shape, { items: 'acts', place: 'act' }).action(
    run(
      acts,
      async ({ connections }, accountId: string | undefined, { limit, before }: PageOptions) => {
        const page = checkActsPage({ accountId, limit, before });
        const read = await connections.ledger().acts.read(page);
        return { json: read, text: actsInWords(read.acts) };
      },
    ),
  );
}

function actsInWords(acts: Act[]): Line[] {
  if (acts.length === 0) return ['There are no acts there.'];
  const rows = acts.map((act) => [
    act.actId,
    timeInWords(act.at),
    act.what,
    act.accountId ?? 'all',
    about(act),
    act.by ?? '–',
    authenticated(act),
    act.reason ?? '–',
  ]);
  return table(['act', 'at', 'what', 'account', 'about', 'by', 'login', 'reason'], rows);
}

function about({ entry, detail }: Act): string {
  const members = Object.entries(detail).map(([name, value]) => `${name} ${inWords(value)}`);
  return [entry === null ? '' : `entry ${entry}`, ...members].filter(Boolean).join(', ');
}

const inWords = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The login is the database's word, all else its own. */
function authenticated({ login, claimedIdentity, service }: Act): string {
  const claimed = [service && `service ${service}`, claimedIdentity].filter(Boolean).join(', ');
  return `${login ?? 'not kept'}${claimed && `, claimed ${claimed}`}`;
}
