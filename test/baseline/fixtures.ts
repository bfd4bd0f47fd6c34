import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import type { KeyedCall } from './keyed-calls';
import type { Readings } from './readings';

export type History = temporal.api.history.v1.IHistory;
export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** An open workflow that a version left behind. */
export interface OpenWorkflow {
  /** `<type>-<state>`, e.g. `purchase-pending`. */
  name: string;
  workflowId: string;
  workflowType: string;
  history: History;
}

/** Every version with a folder here, e.g. `v0.1.0`. */
export function baselines(): string[] {
  return readdirSync(__dirname)
    .filter((name) => /^v\d+\.\d+\.\d+$/.test(name))
    .sort();
}

export function folderOf(version: string): string {
  return join(__dirname, version);
}

export function dumpOf(version: string): string {
  return readFileSync(join(folderOf(version), 'dump.sql'), 'utf8');
}

/** The version's calls of its ledger that have keys, with their first answers. */
export function commandsOf(version: string): KeyedCall[] {
  return jsonOf(version, 'commands.json');
}

/** What the version's ledger said of every account at the moment of the dump. */
export function readingsOf(version: string): Readings {
  return jsonOf(version, 'readings.json');
}

export function openWorkflowsOf(version: string): OpenWorkflow[] {
  const folder = join(folderOf(version), 'histories');
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const history = historyFromJSON(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
      return {
        name: file.replace('.json', ''),
        workflowId: started?.workflowId ?? '',
        workflowType: started?.workflowType?.name ?? '',
        history,
      };
    });
}

export function isRecorded(version: string): boolean {
  return existsSync(folderOf(version));
}

function jsonOf<T>(version: string, file: string): T {
  return JSON.parse(readFileSync(join(folderOf(version), file), 'utf8'));
}
