import type { Command } from 'commander';
import type { HoldfastClient, WorkflowStanding } from '../../../client/client';
import { stuckIntervalMs } from '../../../config/missed-after';
import { HoldfastError } from '../../../contract/errors';
import { type StuckLine, stuckList } from '../../../contract/stuck';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { EXIT } from '../../errors';
import { notOk } from '../../terminal/red';
import type { Screen } from '../../terminal/screen';
import { checkIdentity } from './audit';
import { commandsFor, stuckInWords, whyOf, workflowIdOf } from './stuck-words';

const LISTED_MAX = 200;
/** Temporal is asked about this many of them, in batches. */
const ASKED_MAX = 100;
const BATCH_SIZE = 10;

export function addStuck(program: Command, run: Run): void {
  addCommand(
    program,
    'stuck',
    'All that waits for an operator, each with why and the command that ends it',
    ['holdfast stuck', 'holdfast stuck --json | jq -r ".stuck[].command"'],
  ).action(
    run(stuckList, async ({ connections, screen }) => {
      const intervalMs = stuckIntervalMs(connections.config);
      const { stuck: found, more } = await connections
        .ledger()
        .interventions.stuck(LISTED_MAX, intervalMs);
      const workflows = await workflowsOf(found.slice(0, ASKED_MAX), connections, screen);
      const stuck = found.map((line, index) => {
        return {
          ...line,
          why: whyOf(line),
          workflow: workflows[index] ?? null,
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

/**
 * Their workflows, in their order; none if Temporal can't be asked, since the ledger's list holds
 * without it.
 */
async function workflowsOf(
  lines: StuckLine[],
  connections: Connections,
  screen: Screen,
): Promise<WorkflowStanding[]> {
  if (lines.length === 0) return [];
  try {
    const client = await connections.client();
    await checkIdentity(client, connections.ledger());
    return await statesInBatches(lines, client);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    screen.note(notOk(`Temporal could not be asked about their workflows: ${error.message}`));
    return [];
  }
}

async function statesInBatches(
  lines: StuckLine[],
  { operations }: HoldfastClient,
): Promise<WorkflowStanding[]> {
  const workflows: WorkflowStanding[] = [];
  for (let first = 0; first < lines.length; first += BATCH_SIZE) {
    const batch = lines.slice(first, first + BATCH_SIZE);
    workflows.push(
      ...(await Promise.all(batch.map((line) => operations.standingOf(workflowIdOf(line))))),
    );
  }
  return workflows;
}
