import { z } from 'zod';
import { answered } from './fields';
import { recordEndFields, recordFields } from './generation';
import { refusalFigures } from './generation-result';
import { refusalForOwner } from './outcome';
import { waiting } from './waiting';

/** A generation as the HTTP API and the page show it: the ledger's record, or its rejection. */
export const generation = z
  .object({
    accountId: answered.id,
    requestId: z.string(),
    status: z
      .enum(['starting', 'waiting', 'running', 'committed', 'released', 'cancelled', 'rejected'])
      .meta({
        description:
          'The last four are its end. committed: it ran and was charged. cancelled: its caller cancelled it in time; what had been used by then is charged if its quote said so. rejected: it never ran.',
      }),
    ...recordFields,
    returned: answered.credits.meta({ description: 'What came back at its end.' }),
    progress: z.number().nullable().meta({ description: '0 to 1 while it runs.' }),
    progressAt: answered.instant.nullable().meta({
      description: 'When `progress` was told: a job of minutes tells it every 30 s.',
    }),
    message: z.string().optional(),
    ...recordEndFields,
    waiting: waiting
      .extend({ heldUp: refusalForOwner.optional() })
      .optional()
      .meta({ description: 'Its place in the queue, and what would help.' }),
    refusal: refusalFigures.loose().optional().meta({ description: 'The figures of a rejection.' }),
  })
  .meta({ id: 'Generation' });

export const openGenerations = z.object({ open: z.array(generation) }).meta({
  id: 'OpenGenerations',
  description: 'What runs, oldest first, then what waits for credits; 200 at most.',
});

export type Generation = z.output<typeof generation>;
