import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { bundleChanged } from './commands/changed-bundle';
import { replayReporting } from './commands/commands';
import { newest, recordCommands, recordedCommands } from './commands/recorded-commands';
import { effectsOf, HISTORIES_FOLDER, recordedHistories, withoutOrigin } from './histories';
import { runScenario } from './run-scenario';
import { SCENARIOS, type Scenario } from './scenarios/scenarios';

/**
 * `npm run record` writes the missing recordings. A recorded history is never written again: after
 * a versioned change of a workflow, its scenarios get a higher version, and the old recordings are
 * still replayed. The commands are those of the history's replay.
 */
function pathOf({ name, version = 'v1' }: Scenario, what: 'history' | 'effects'): string {
  return join(HISTORIES_FOLDER, `${name}.${version}.${what}.json`);
}

describe('the recorder', () => {
  const missing = SCENARIOS.filter((scenario) => !existsSync(pathOf(scenario, 'history')));

  for (const scenario of missing) {
    test(`writes ${scenario.name}`, async () => {
      const history = await runScenario(scenario);
      writeFileSync(pathOf(scenario, 'history'), `${withoutOrigin(historyToJSON(history))}\n`, {
        flag: 'wx',
      });
      writeFileSync(
        pathOf(scenario, 'effects'),
        `${JSON.stringify(effectsOf(history), null, 2)}\n`,
        {
          flag: 'wx',
        },
      );
    });
  }

  test('writes the commands that have no record', async () => {
    const unrecorded = newest(recordedHistories()).filter(({ name }) => !recordedCommands(name));
    if (unrecorded.length === 0) return;
    const { codeOf } = await bundleChanged([]);
    for (const { name, commands, error } of await replayReporting(codeOf(), unrecorded)) {
      if (error) throw error;
      recordCommands(name, commands);
    }
  });

  test('leaves no scenario without a history', () => {
    expect(SCENARIOS.filter((scenario) => !existsSync(pathOf(scenario, 'history')))).toEqual([]);
  });
});
