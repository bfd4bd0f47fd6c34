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
   * Where the run hands on to the next one depends on how fast its activities are, so its effects are
   * not compared. Another scenario has them.
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
