import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { effectsOf, HISTORIES_FOLDER } from '../histories';
import { runScenario } from '../run-scenario';
import type { Scenario } from '../scenarios/scenarios';

/**
 * The factors by which billing cycles are longer in each attempt: a busy machine may miss a cycle
 * of one second. A real change of the workflows shows in every attempt.
 */
const SLOWNESS_OF_ATTEMPTS = [1, 4, 12];

/** Activities that run at the same time end in any order. Replay compares the order of commands. */
function inAnyOrder(effects: unknown[]): string[] {
  return effects.map((effect) => JSON.stringify(effect)).sort();
}

/** Replaces the lengths of billing cycles by the recorded ones. */
function atRecordedSpeed(slowness: number) {
  const recorded = (_: string, seconds: string) =>
    `"cycleLength":"PT${Number(seconds) / slowness}S"`;
  return (effect: string) => effect.replace(/"cycleLength":"PT(\d+)S"/g, recorded);
}

/**
 * Runs every scenario again, and compares what it asks of its activities with its newest recording.
 * Replay catches an activity that was added, removed or retyped, but no changed input, result or
 * time-out.
 */
export function compareEffects(scenarios: Scenario[]): void {
  describe('today’s workflows', () => {
    for (const scenario of scenarios.filter(({ isTimed }) => !isTimed)) {
      test(`ask of their activities what was recorded in ${scenario.name}`, async () => {
        const { name, version = 'v1' } = scenario;
        const recorded = readFileSync(
          join(HISTORIES_FOLDER, `${name}.${version}.effects.json`),
          'utf8',
        );
        const expected = inAnyOrder(JSON.parse(recorded));
        let effects: string[] = [];
        for (const slowness of SLOWNESS_OF_ATTEMPTS) {
          effects = inAnyOrder(effectsOf(await runScenario(scenario, slowness))).map(
            atRecordedSpeed(slowness),
          );
          if (isDeepStrictEqual(effects, expected)) break;
        }
        expect(effects).toEqual(expected);
      });
    }
  });
}
