import { isDeepStrictEqual } from 'node:util';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import '../../support/process/temporal';
import { effectsToday, recordedEffects } from '../effects/comparison';
import { recordedHistories } from '../histories';
import { SCENARIOS, type Scenario } from '../scenarios/scenarios';
import { type Instrumented, untakenBranches, untakenLines } from './branches';
import { bundleChanged, type ChangedBundle } from './changed-bundle';
import { type Replayed, replayReporting } from './commands';
import type { Mutant } from './mutant';
import { OF_ACTIVITIES } from './mutants-of-activities';
import { ADDED_PATCH, OF_RUNS } from './mutants-of-runs';
import { NEVER_CONTINUED, NEVER_TAKEN } from './never-taken';
import { newest, newestOf, recordedCommands } from './recorded-commands';

/** The faults that a change may bring in, by what they change. */
const MUTANTS = { ...OF_ACTIVITIES, ...OF_RUNS };

const HISTORIES = recordedHistories();
const NEWEST = newest(HISTORIES);

const IGNORED = { fn: () => undefined, callDuringReplay: false };

const CONTINUES = /\bcontinue(AsNew|InNewRun)\b.*\(/;

let bundle: ChangedBundle;
let today: Replayed[];
const taken = new Set<string>();

beforeAll(async () => {
  bundle = await bundleChanged([...Object.values(MUTANTS).flat(), ADDED_PATCH]);
  today = await replayReporting(bundle.codeOf(), HISTORIES, (branches) => {
    for (const branch of branches) taken.add(branch);
  });
});

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.name === name);
  if (!scenario) throw new Error(`No scenario is called ${name}.`);
  return scenario;
}

/** Whether a replay of the scenario's recording fails, or gives other commands than recorded. */
async function isSeen(mutant: Mutant): Promise<boolean> {
  const newestName = newestOf(scenarioOf(mutant.shownBy));
  const recording = NEWEST.filter(({ name }) => name === newestName);
  const [replayed] = await replayReporting(bundle.codeOf(mutant), recording);
  if (!replayed) throw new Error(`${newestName} is not recorded.`);
  if (replayed.error) return true;
  return !isDeepStrictEqual(replayed.commands, recordedCommands(newestName));
}

describe('a replay of today’s workflows', () => {
  test.each(NEWEST)('gives the commands that were recorded in $name', ({ name }) => {
    const { commands, error } = today.find((one) => one.name === name) ?? {};
    expect(error).toBeUndefined();
    expect(commands).toEqual(recordedCommands(name));
  });
});

/** The untaken places of the files whose path ends so, by what follows `workflows/`. */
function untakenIn(
  file: RegExp,
  find: (path: string, file: Instrumented) => string[],
): Record<string, Set<string>> {
  const found = Object.entries(bundle.files).flatMap(([path, instrumented]) => {
    const [, name = ''] = path.split('/workflows/');
    const untaken = file.test(name) ? find(path, instrumented) : [];
    return untaken.length > 0 ? [[name, new Set(untaken)]] : [];
  });
  return Object.fromEntries(found);
}

/** The lines by file, of a table that says why. */
function linesOf(table: Record<string, Record<string, string>>): Record<string, Set<string>> {
  const lines = Object.entries(table).map(([file, whys]) => [file, new Set(Object.keys(whys))]);
  return Object.fromEntries(lines);
}

describe('the recorded histories', () => {
  test('continue as a new run wherever a workflow can', () => {
    const untaken = untakenIn(/./, (path, file) => untakenLines(path, file, taken, CONTINUES));
    expect(untaken).toEqual(linesOf(NEVER_CONTINUED));
  });

  test('take every branch of purchases and of waiting', () => {
    const untaken = untakenIn(/^purchase|^generation\/waiting|^proxies\/purchase/, (path, file) =>
      untakenBranches(path, file, taken),
    );
    expect(untaken).toEqual(linesOf(NEVER_TAKEN));
  });
});

describe.each(Object.entries(MUTANTS))('of %s', (_, mutants) => {
  test.each(mutants)('a change is seen in $shownBy: $name', async (mutant) => {
    expect(await isSeen(mutant)).toBe(true);
  });
});

/** The recorded and the present effects of a scenario, by workers with other options. */
async function effectsBy(change: (options: WorkerOptions) => Partial<WorkerOptions>) {
  const { create } = Worker;
  const scenario = scenarioOf('grant.granted');
  Worker.create = (options) => create.call(Worker, { ...options, ...change(options) });
  try {
    return { recorded: recordedEffects(scenario), today: await effectsToday(scenario) };
  } finally {
    Worker.create = create;
  }
}

describe('of what a replay does not do, a change is seen in a new run', () => {
  test('a result of an activity', async () => {
    const { recorded, today: changed } = await effectsBy(({ activities }) => {
      const { grant, ...others } = activities as Record<string, (...asked: unknown[]) => object>;
      const more = async (...asked: unknown[]) => ({ ...(await grant?.(...asked)), more: 1 });
      return { activities: { ...others, ...(grant && { grant: more }) } };
    });
    expect(changed.filter((effect) => !recorded.includes(effect))).toEqual([
      expect.stringMatching(/^{"completed":.*"more":1/),
      expect.stringMatching(/^{"result":.*"more":1/),
    ]);
  });

  test('a patch that is added', async () => {
    const sinks = { report: { commands: IGNORED, branches: IGNORED } };
    const { recorded, today: changed } = await effectsBy(({ workflowBundle }) => ({
      ...(workflowBundle && { workflowBundle: { code: bundle.codeOf(ADDED_PATCH) }, sinks }),
    }));
    expect(changed).toEqual([...recorded, '{"result":[]}'].sort());
  });
});
