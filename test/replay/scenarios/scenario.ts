import type { Holdfast } from '../../workflows/harness';

/**
 * One recorded run each: every way through every workflow. Adding a way through means adding a scenario; a recorded
 * history is never written again (see record.ts).
 */
export interface Scenario {
  name: string;
  /** The version in which it was recorded last, v1 by default: raised with a versioned change of its workflow. */
  version?: string;
  /** Leaves one workflow behind, closed or still open. Billing cycles and windows are as many times as long as `slowness` says. */
  run(holdfast: Holdfast, slowness: number): Promise<Recorded>;
}

/** The workflow's id; or one of its runs, and which other workflows are still open. */
export type Recorded = string | { workflowId: string; runId?: string; leftOpen?: string[] };

export const ACCOUNT = 'replay';
