import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { effectsOf, HISTORIES_FOLDER, recordedHistories } from './histories';
import { runScenario } from './run-scenario';
import { SCENARIOS } from './scenarios';

/** Activities that run at the same time end in any order; the order of commands is what replay compares. */
function inAnyOrder(effects: unknown[]): unknown[] {
  return effects.map((effect) => JSON.stringify(effect)).sort();
}

/**
 * Replay catches an activity that was added, removed or retyped, but neither a changed input, result nor time-out: so
 * every scenario is run again, and what it asks of its activities is compared with the newest recording.
 */
describe("today's workflows ask of their activities what was recorded", () => {
  const newest = new Map(recordedHistories().map(({ name }) => [name.replace(/\.v\d+$/, ''), name]));
  for (const scenario of SCENARIOS) {
    test(scenario.name, async () => {
      const recorded = readFileSync(join(HISTORIES_FOLDER, `${newest.get(scenario.name)}.effects.json`), 'utf8');
      expect(inAnyOrder(effectsOf(await runScenario(scenario)))).toEqual(inAnyOrder(JSON.parse(recorded)));
    });
  }
});
