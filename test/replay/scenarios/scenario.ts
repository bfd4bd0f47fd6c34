import type { Holdfast } from '../../workflows/harness';

/**
 * One way through a workflow, of which a run is recorded. A new way needs a new scenario. A
 * recorded history is never written again (see record.ts).
 */
export interface Scenario {
  name: string;
  /**
   * The version of the newest recording, v1 by default. A versioned change of the workflow raises
   * it.
   */
  version?: string;
  /**
   * Its effects are not compared, because they depend on time: on how fast its activities are, or on
   * what was left of a limit; or because it takes half a minute. Its commands are.
   */
  isTimed?: true;
  /** Runs in a namespace of its own, for a workflow of which a namespace has one. */
  ownNamespace?: true;
  /**
   * Leaves one workflow behind, open or closed. Billing cycles and windows last `slowness` times as
   * long.
   */
  run(holdfast: Holdfast, slowness: number): Promise<Recorded>;
}

/** The workflow's id, or one of its runs and the ids of other workflows that are still open. */
export type Recorded = string | { workflowId: string; runId?: string; leftOpen?: string[] };

export const ACCOUNT = 'replay';

/**
 * Scenarios with the version of the newest recording, where one doesn't have another. The last rise
 * of all but the ledger's came with the summaries of activities.
 */
export function recordedAs(version: string, scenarios: Scenario[]): Scenario[] {
  return scenarios.map((scenario) => ({ version, ...scenario }));
}
