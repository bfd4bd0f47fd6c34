import { isDeepStrictEqual } from 'node:util';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import '../../support/process/temporal';
import { effectsToday, recordedEffects } from '../effects/comparison';
import { recordedHistories } from '../histories';
import { SCENARIOS, type Scenario } from '../scenarios/scenarios';
import { bundleChanged, type ChangedBundle } from './changed-bundle';
import { replayReporting } from './commands';
import type { Mutant } from './mutant';
import { ALL_MUTANTS, MUTANTS } from './mutants';
import { ADDED_PATCH } from './mutants-of-runs';
import { newest, newestOf, recordedCommands } from './recorded-commands';

const NEWEST = newest(recordedHistories());

const IGNORED = { fn: () => undefined, callDuringReplay: false };

let bundle: ChangedBundle;

beforeAll(async () => {
  bundle = await bundleChanged(ALL_MUTANTS);
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
