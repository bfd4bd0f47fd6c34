import { z } from 'zod';
import { auditReport } from './audit';
import { checkpointStatement } from './checkpoint';
import { answered } from './fields';

/** The output of operators' commands. Published JSON. */

const comparedCheckpoint = checkpointStatement.pick({
  ...{ at: true, accounts: true, entries: true, publicKey: true },
});

export const auditFindings = z.object({
  balanced: z.boolean(),
  ...auditReport.shape,
  entriesRead: z.int().meta({
    description: 'Entries that this audit has read itself; those below the marks it has not.',
  }),
  full: z
    .boolean()
    .meta({ description: 'Whether it has read all entries, those below the marks too.' }),
  against: comparedCheckpoint.optional().meta({
    description: 'The checkpoint that the ledger was compared with; the newest of several.',
  }),
  earlier: z.array(comparedCheckpoint).optional().meta({
    description: 'The other checkpoints that it was compared with, oldest first.',
  }),
});

export const checkpointTaken = z.object({
  file: z.string(),
  ...checkpointStatement.omit({ format: true }).shape,
});

/** One thing that a check has found. */
const finding = z.object({
  where: z.string().meta({ description: 'A workflow’s id.' }),
  since: answered.instant.nullable().meta({ description: 'Null where it is not known.' }),
  what: z.string(),
  command: z.string().meta({ description: 'What shows it, or ends it.' }),
});

export const health = z.object({
  healthy: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      fix: z.string().optional().meta({ description: 'What to do about it.' }),
      found: z
        .array(finding)
        .optional()
        .meta({ description: 'Each thing that is wrong; the first 20.' }),
    }),
  ),
});

export const namespaceSetUp = z.object({
  searchAttributes: z.string(),
  reconciliation: z.object({
    everySeconds: z.int(),
    idleSeconds: z.int().meta({ description: 'The longest interval, while nothing is due.' }),
  }),
});

/** What is installed: the package, its workflows' code, and the newest migration that it knows. */
export const installed = z.object({
  version: z.string(),
  /** The build that its workers have by default (`HOLDFAST_BUILD_ID`); null for sources. */
  build: z.string().nullable(),
  schema: z.string(),
});

export type Installed = z.output<typeof installed>;

export const migrated = z.object({
  migrated: z.boolean(),
  applied: z.int(),
  steps: z
    .array(z.string())
    .optional()
    .meta({ description: 'With `--dry-run`: what a migration would do.' }),
});

export const catalogApplied = z.object({ applied: z.array(z.int()) });

/** One item that a catalog file would change, as it is in the file or in the ledger. */
const change = z.object({
  id: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  before: z.unknown(),
  after: z.unknown(),
});

const holders = z.object({
  count: z.int(),
  truncated: z.boolean().meta({ description: 'Whether `subscriptions` leaves some out.' }),
  subscriptions: z.array(
    z.object({
      accountId: answered.id,
      subscriptionId: z.string(),
      scheduled: z.boolean(),
      from: answered.instant.nullable(),
      credits: answered.credits.nullable(),
    }),
  ),
});

/** What a catalog states for all that it sells. */
const stated = z.object({ field: z.string(), before: z.string(), after: z.string() });

export const catalogDifferences = z.object({
  now: answered.instant,
  versions: z.array(
    z.object({
      version: z.int(),
      effectiveFrom: answered.instant,
      effectiveUntil: answered.instant.nullable(),
      comparedWith: z.int().nullable(),
      replaces: z.boolean(),
      kinds: z.array(change),
      plans: z.array(change.extend({ holders })),
      packs: z.array(change),
      waits: z.array(stated),
      rules: z.array(stated),
    }),
  ),
  error: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'Why applying it would be refused.' }),
});

export type Finding = z.output<typeof finding>;
export type HealthCheck = z.output<typeof health>['checks'][number];
