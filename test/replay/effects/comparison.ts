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

/**
 * Activities that run at the same time end in any order. Replay compares the order of commands.
 * Clients that name the judge of lateness start every workflow with it, and older ones none.
 */
function inAnyOrder(effects: unknown[]): string[] {
  const withoutJudge = (effect: string) => effect.replace(',{"judgedBy":"ledger"}]', ']');
  return effects.map((effect) => withoutJudge(JSON.stringify(effect))).sort();
}

/** Replaces the lengths of billing cycles by the recorded ones. */
function atRecordedSpeed(slowness: number) {
  const recorded = (_: string, seconds: string) =>
    `"cycleLength":"PT${Number(seconds) / slowness}S"`;
  return (effect: string) => effect.replace(/"cycleLength":"PT(\d+)S"/g, recorded);
}

/** What a scenario's newest recording asks of its activities, and what they answer. */
export function recordedEffects({ name, version = 'v1' }: Scenario): string[] {
  const path = join(HISTORIES_FOLDER, `${name}.${version}.effects.json`);
  return inAnyOrder(JSON.parse(readFileSync(path, 'utf8')));
}

/** The same of a run of today. */
export async function effectsToday(scenario: Scenario, slowness = 1): Promise<string[]> {
  const effects = inAnyOrder(effectsOf(await runScenario(scenario, slowness)));
  return effects.map(atRecordedSpeed(slowness));
}

/**
 * Runs every scenario again, and compares what it asks of its activities, and what they answer,
 * with its newest recording. A replay has no activities: it shows no change of their results.
 */
export function compareEffects(scenarios: Scenario[]): void {
  describe('today’s workflows', () => {
    for (const scenario of scenarios.filter(({ isTimed }) => !isTimed)) {
      test(`ask of their activities what was recorded in ${scenario.name}`, async () => {
        const expected = recordedEffects(scenario);
        let effects: string[] = [];
        for (const slowness of SLOWNESS_OF_ATTEMPTS) {
          effects = await effectsToday(scenario, slowness);
          if (isDeepStrictEqual(effects, expected)) break;
        }
        expect(effects).toEqual(expected);
      });
    }
  });
}
