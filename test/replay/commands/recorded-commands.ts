import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HISTORIES_FOLDER, type RecordedHistory } from '../histories';
import { SCENARIOS, type Scenario } from '../scenarios/scenarios';

/** `generation.committed.v2`: a scenario's newest recording. */
export function newestOf({ name, version = 'v1' }: Scenario): string {
  return `${name}.${version}`;
}

/**
 * The newest recording of each scenario. What today's workflows do in an older one may differ from
 * what was done then, in what replay permits.
 */
export function newest(histories: RecordedHistory[]): RecordedHistory[] {
  const names = new Set(SCENARIOS.map(newestOf));
  return histories.filter(({ name }) => names.has(name));
}

/** The commands that were recorded with a history; undefined if there are none yet. */
export function recordedCommands(name: string): unknown[] | undefined {
  const path = pathOf(name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Writes them once, a command on each line. */
export function recordCommands(name: string, commands: unknown[]): void {
  const lines = commands.map((command) => JSON.stringify(command)).join(',\n');
  writeFileSync(pathOf(name), `[\n${lines}\n]\n`, { flag: 'wx' });
}

function pathOf(name: string): string {
  return join(HISTORIES_FOLDER, `${name}.commands.json`);
}
