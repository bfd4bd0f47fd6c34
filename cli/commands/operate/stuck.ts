import type { Command } from 'commander';
import type { HoldfastClient, WorkflowStanding } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { type StuckLine, stuckList } from '../../../contract/stuck';
import type { Run } from '../../command';
import { addCommand } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import type { Screen } from '../../terminal/screen';
import { checkIdentity } from './audit';
import { commandsFor, stuckInWords, whyOf, workflowIdOf } from './stuck-words';

const LISTED_MAX = 200;
/** Of so many Temporal is asked, a few at a time. */
const ASKED_MAX = 100;
const AT_ONCE = 10;

export function addStuck(program: Command, run: Run): void {
  addCommand(
    program,
    'stuck',
    'All that waits for an operator, each with why and the command that ends it',
    ['holdfast stuck', 'holdfast stuck --json | jq -r ".stuck[].command"'],
  ).action(
    run(stuckList, async ({ connections, screen }) => {
      const intervalMs = connections.config.reconcileIntervalSeconds * 1000;
      const { stuck: found, more } = await connections
        .ledger()
        .interventions.stuck(LISTED_MAX, intervalMs);
      const standings = await standingsOf(found.slice(0, ASKED_MAX), connections, screen);
      const stuck = found.map((line, index) => {
        return {
          ...line,
          why: whyOf(line),
          workflow: standings[index] ?? null,
          ...commandsFor(line),
        };
      });
      return {
        json: { stuck, more },
        text: stuckInWords({ stuck, more }),
        exitCode: stuck.length === 0 ? EXIT.done : EXIT.unwanted,
      };
    }),
  );
}

/** What Temporal knows of them, in their order. Without Temporal the ledger's list is as true. */
async function standingsOf(
  lines: StuckLine[],
  connections: Connections,
  screen: Screen,
): Promise<WorkflowStanding[]> {
  if (lines.length === 0) return [];
  try {
    const client = await connections.client();
    await checkIdentity(client, connections.ledger());
    return await askedInTurns(lines, client);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    screen.note(`Temporal could not be asked about their workflows: ${error.message}`);
    return [];
  }
}

async function askedInTurns(
  lines: StuckLine[],
  { operations }: HoldfastClient,
): Promise<WorkflowStanding[]> {
  const standings: WorkflowStanding[] = [];
  for (let first = 0; first < lines.length; first += AT_ONCE) {
    const next = lines.slice(first, first + AT_ONCE);
    standings.push(
      ...(await Promise.all(next.map((line) => operations.standingOf(workflowIdOf(line))))),
    );
  }
  return standings;
}
