import { z } from 'zod';
import { booleanInQuery, credits, instant, numberInQuery } from './common';

export const pack = z
  .object({
    packId: z.string(),
    credits,
    priceCents: z.int().meta({ description: 'In minor units of the currency.' }),
    currency: z.string(),
  })
  .meta({ id: 'Pack', examples: [{ packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD' }] });

export const packOffer = pack
  .extend({ count: z.int() })
  .meta({ id: 'PackOffer', description: 'So many of the pack cover what is short.' });

export const quoteQuery = z.strictObject({
  kind: z.string().meta({ examples: ['ai-avatar'] }),
  seconds: numberInQuery('number', {
    description: 'Where the kind is priced by time; three decimals at most.',
    examples: [10],
  }).optional(),
  audio: booleanInQuery.optional(),
});

export const quote = z
  .object({
    kind: z.string(),
    seconds: z.number().nullable(),
    audio: z.boolean(),
    credits: credits.meta({ description: 'What it costs at most.' }),
    catalogVersion: z.string(),
    validUntil: instant
      .nullable()
      .meta({ description: 'Until when the price applies; null where no change is known.' }),
    available: credits,
    waitedFor: credits.optional().meta({ description: 'What those who wait for credits need together.' }),
    affordable: z.boolean(),
    shortfall: credits,
  })
  .meta({
    id: 'Quote',
    examples: [
      {
        kind: 'ai-avatar',
        seconds: 10,
        audio: false,
        credits: 4,
        catalogVersion: '1',
        validUntil: null,
        available: 150,
        affordable: true,
        shortfall: 0,
      },
    ],
  });

export const packsOnSale = z
  .object({ catalogVersion: z.string(), validUntil: instant.nullable(), packs: z.array(pack) })
  .meta({ id: 'PacksOnSale', description: 'Smallest first. Send the price that was shown with the purchase.' });

const kind = z.object({
  kind: z.string(),
  name: z.string(),
  credits: credits.meta({ description: 'Per generation, or per started unit of `perSeconds`.' }),
  perSeconds: z.number().nullable(),
  creditsWithAudio: credits.nullable().meta({ description: 'Null where the kind has no audio.' }),
  maxSeconds: z.number().nullable().meta({ description: 'The longest duration; null where it has none.' }),
});

const plan = z.object({ planId: z.string(), name: z.string(), credits, cycle: z.string() });

export const priceList = z
  .object({
    catalogVersion: z.string(),
    validUntil: instant.nullable(),
    kinds: z.array(kind),
    plans: z.array(plan),
    packs: z.array(pack),
  })
  .meta({ id: 'PriceList' });
