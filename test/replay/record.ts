import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { effectsOf, HISTORIES_FOLDER, withoutOrigin } from './histories';
import { runScenario } from './run-scenario';
import { SCENARIOS } from './scenarios';

/**
 * `npm run record` writes what is not there yet. A recorded history is never written again: after a versioned change of
 * a workflow, raise the version here, and the old recordings stay and keep being replayed.
 */
const VERSION = 'v1';

describe('recording', () => {
  for (const scenario of SCENARIOS) {
    const base = join(HISTORIES_FOLDER, `${scenario.name}.${VERSION}`);
    const record = existsSync(`${base}.history.json`) ? test.skip : test;
    record(scenario.name, async () => {
      const history = await runScenario(scenario);
      writeFileSync(`${base}.history.json`, `${withoutOrigin(historyToJSON(history))}\n`, { flag: 'wx' });
      writeFileSync(`${base}.effects.json`, `${JSON.stringify(effectsOf(history), null, 2)}\n`, { flag: 'wx' });
      expect(history.events?.length).toBeGreaterThan(0);
    });
  }
});
