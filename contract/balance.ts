import { z } from 'zod';
import { answered, askedInstant, coded, instant } from './fields';
import { grantOrigin } from './grant';
import { parseField } from './parse';

const { credits, id } = answered;

const { source, ...origin } = grantOrigin.shape;

/** A grant with credits left. */
export const grantBalance = z.object({
  grantId: z.string(),
  source,
  credits,
  remaining: credits,
  expiresAt: answered.instant.nullable(),
  ...origin,
});

/**
 * An account's credits; granted = available + pendingExpiry + reserved + spent + expired +
 * deducted + refunded + frozen.
 */
export const balance = z
  .object({
    accountId: id,
    at: answered.instant
      .nullable()
      .meta({ description: 'The time for which it holds; null for an account without any entry.' }),
    available: credits,
    pendingExpiry: credits.meta({ description: 'Ended, and not booked yet.' }),
    reserved: credits.meta({ description: 'Held by generations that run.' }),
    spent: credits,
    expired: credits,
    deducted: credits,
    refunded: credits.default(0).meta({
      description:
        'What refunds have taken: unused credits of their packs, and of later grants what paid a debt.',
    }),
    frozen: credits.default(0).meta({
      description:
        'Unused credits of packs about which a dispute is open: they count again once it is won.',
    }),
    owed: credits.default(0).meta({
      description: 'Used credits of refunded packs, which the next grant pays first.',
    }),
    granted: credits.meta({ description: 'The sum of all the others but `owed`.' }),
    validUntil: answered.instant
      .nullable()
      .meta({ description: 'When the term’s credits end; null without a subscription.' }),
    grants: z
      .array(grantBalance)
      .meta({ description: 'Those with something left, in the order in which they are used.' }),
  })
  .meta({
    id: 'Balance',
    examples: [
      {
        accountId: 'acme',
        at: '2026-01-31T09:30:00.000Z',
        ...{
          available: 146,
          pendingExpiry: 0,
          reserved: 4,
          spent: 0,
          expired: 0,
          deducted: 0,
          refunded: 0,
          frozen: 0,
          owed: 0,
          granted: 150,
        },
        validUntil: '2026-02-28T09:00:00.000Z',
        grants: [
          {
            ...{
              grantId: '1',
              source: 'plan',
              credits: 150,
              remaining: 146,
              expiresAt: '2026-02-28T09:00:00.000Z',
            },
            ...{ planId: 'lite-monthly', cycle: 1 },
            ...{ cycleStart: '2026-01-31T09:00:00.000Z', cycleEnd: '2026-02-28T09:00:00.000Z' },
          },
        ],
      },
    ],
  });

const said = coded('INVALID_TIME', instant);
const asked = coded('INVALID_TIME', askedInstant);

export const balanceQuery = z.strictObject({
  asOf: asked.optional().meta({ description: 'How it stood then; now, if it is left out.' }),
});

/** An ISO 8601 instant with an offset. @throws HoldfastError INVALID_TIME */
export const checkInstant = (value: unknown): string => parseField(said, value, 'The time');

/** An instant in a query, cut to milliseconds and in UTC. @throws HoldfastError INVALID_TIME */
export const checkAskedInstant = (value: unknown): string => parseField(asked, value, 'The time');

export type Balance = z.output<typeof balance>;
export type GrantBalance = z.output<typeof grantBalance>;
export type BalanceQuery = z.output<typeof balanceQuery>;
