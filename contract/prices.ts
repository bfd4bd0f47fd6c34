import { z } from 'zod';
import { pack as packInCatalog, plan as planInCatalog } from './catalog';
import { answered, coded, name } from './fields';
import { parser } from './parse';
import { askedDimensions, dimensions, price, pricedKind } from './price';

const { credits, instant } = answered;

/** A pack on sale. */
export const packOnSale = z.object({ packId: z.string(), ...packInCatalog.shape, credits }).meta({
  id: 'Pack',
  examples: [{ packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD' }],
});

/** A way to cover a shortfall: `count` times one pack. */
export const packOffer = packOnSale
  .extend({ count: z.int() })
  .meta({ id: 'PackOffer', description: 'So many of the pack cover what is short.' });

/** A question for a price: a kind, and the dimensions of its price. */
export const priceable = z.strictObject({
  kind: coded('UNKNOWN_KIND', name),
  ...askedDimensions.shape,
});

/** The published quote; `validUntil` is the next catalog version's `effectiveFrom`, or null. */
export const quote = z.object({
  kind: z.string(),
  ...dimensions.shape,
  credits: credits.meta({ description: 'What it costs at most.' }),
  catalogVersion: z.string(),
  validUntil: instant
    .nullable()
    .meta({ description: 'Until when the price applies; null where no change is known.' }),
  cancelled: z.literal('used').optional().meta({
    description:
      'Present where its caller pays for a cancelled generation what the provider bills for it, up to `credits`. Absent: a cancelled one is free.',
  }),
});

/** A quote with an account in mind also says whether that account could pay for it now. */
export const accountQuote = quote
  .extend({
    available: credits,
    waitedFor: credits
      .optional()
      .meta({ description: 'What those who wait for credits need together.' }),
    affordable: z.boolean(),
    shortfall: credits,
  })
  .meta({
    id: 'Quote',
    examples: [
      {
        kind: 'ai-avatar',
        ...dimensions.parse({ seconds: 10 }),
        ...{ credits: 4, catalogVersion: '1', validUntil: null },
        ...{ available: 150, affordable: true, shortfall: 0 },
      },
    ],
  });

/** A quote with everything that a later charge needs: no catalog has to be read again. */
export const pinnedQuote = quote.extend({
  price,
  durationMs: z.int().nullable(),
  timeLimitSeconds: z.int(),
});

export const packsOnSale = z
  .object({
    catalogVersion: z.string(),
    validUntil: instant.nullable(),
    packs: z.array(packOnSale),
  })
  .meta({
    id: 'PacksOnSale',
    description: 'Smallest first. Send the price that was shown with the purchase.',
  });

export const priceList = z
  .object({
    catalogVersion: z.string(),
    validUntil: instant.nullable(),
    kinds: z.array(pricedKind),
    plans: z.array(
      z.object({ planId: z.string(), ...planInCatalog.shape, credits, cycle: z.string() }),
    ),
    packs: z.array(packOnSale),
  })
  .meta({ id: 'PriceList' });

export type PackOnSale = z.output<typeof packOnSale>;
export type PackOffer = z.output<typeof packOffer>;
export type Priceable = z.output<typeof priceable>;
export type Quote = z.output<typeof quote>;
export type AccountQuote = Quote & Partial<z.output<typeof accountQuote>>;
export type PinnedQuote = z.output<typeof pinnedQuote>;
export type PacksOnSale = z.output<typeof packsOnSale>;
export type PriceList = z.output<typeof priceList>;

/** @throws HoldfastError UNKNOWN_KIND, INVALID_DURATION, DURATION_NOT_POSITIVE, INVALID_ARGUMENT */
export const parsePriceable = parser(priceable, 'question');
