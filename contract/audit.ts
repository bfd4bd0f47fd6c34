import { z } from 'zod';

/**
 * The findings of `audit`: the numbers of what it checked, and each broken invariant of
 * docs/rules.md.
 */
export const auditReport = z.object({
  accounts: z.int(),
  entries: z.int(),
  violations: z.array(
    z.object({
      invariant: z.string().meta({ description: 'The invariant’s name, e.g. `journal-replays`.' }),
      accountId: z.string(),
      detail: z.unknown(),
    }),
  ),
});

export type AuditReport = z.output<typeof auditReport>;
export type Violation = AuditReport['violations'][number];
