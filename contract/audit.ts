import { z } from 'zod';

const violation = z.object({
  invariant: z.string().meta({ description: 'The invariant’s name, e.g. `journal-replays`.' }),
  accountId: z.string().meta({ description: '`*` for the ledger as a whole.' }),
  detail: z.unknown(),
});

/**
 * The findings of `audit`: the numbers of what is verified now, and each broken invariant of
 * docs/rules.md.
 */
export const auditReport = z.object({
  accounts: z.int(),
  entries: z.int(),
  violations: z.array(violation),
});

/** How far an account has been audited, and what its journal gives up to there. */
export const auditMark = z.object({
  accountId: z.string(),
  version: z.int(),
  state: z.unknown(),
});

/** One page of an audit. */
export const auditPage = z.object({
  accounts: z.int().meta({ description: 'That end on this page.' }),
  entries: z.int().meta({ description: 'That this page has read.' }),
  journal: z.int().meta({ description: 'All entries of the accounts that end on this page.' }),
  violations: z.array(violation),
  marks: z.array(auditMark),
  next: z
    .object({
      from: z.string(),
      version: z.int().nullable(),
      state: z.unknown(),
    })
    .nullable()
    .meta({ description: 'Where the page after this one begins; null after the last.' }),
});

export type AuditReport = z.output<typeof auditReport>;
export type AuditPage = z.output<typeof auditPage>;
export type AuditMark = z.output<typeof auditMark>;
export type Violation = AuditReport['violations'][number];
