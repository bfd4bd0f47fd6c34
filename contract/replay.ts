import { z } from 'zod';
import { whole } from './fields';

/** The runs that are replayed unless a query says which. */
export const RUNNING = 'ExecutionStatus = "Running"';

/** How many runs are replayed unless a limit says so. */
export const REPLAYED_MAX = 1_000;

/** How many runs may be replayed. */
export const replayLimit = whole(1);

export const brokenRun = z.object({
  workflowId: z.string(),
  runId: z.string(),
  workflowType: z.string(),
  reason: z.enum(['nondeterminism', 'task-failed', 'not-in-build', 'unreadable']).meta({
    description:
      '`nondeterminism`: the build does other steps than the history has. `task-failed`: it throws. ' +
      '`not-in-build`: it lacks the workflow. `unreadable`: a payload is encrypted by a key that isn’t there.',
  }),
  why: z.string(),
});

/** Which runs of a namespace a build can continue. Published JSON. */
export const replayReport = z.object({
  status: z.enum(['done', 'interrupted']),
  query: z.string(),
  matching: z.int().nullable().meta({
    description: 'The runs that match, by Temporal’s count; null where it is not known.',
  }),
  looked: z.int().meta({ description: 'The runs that were looked at: the first of them.' }),
  replayed: z.int().meta({ description: 'Those that the build can continue.' }),
  broken: z.array(brokenRun).meta({ description: 'Those that it can’t.' }),
  gone: z.int().meta({ description: 'Those that were deleted before they could be read.' }),
  foreign: z
    .array(z.object({ workflowType: z.string(), runs: z.int() }))
    .meta({ description: 'Runs of other workflows on other task queues, which are left out.' }),
});

export type BrokenRun = z.infer<typeof brokenRun>;
export type ReplayReport = z.infer<typeof replayReport>;
