import type { CatalogVersion } from '../../../contract/catalog';

/** What is on sale in a crash run: times are so short that everything ends while it goes on. */
export const CATALOG: CatalogVersion[] = [
  {
    version: 1,
    effectiveFrom: '2020-01-01T00:00:00Z',
    kinds: {
      'text-to-speech': { name: 'Speech', price: { credits: 2 }, timeLimitSeconds: 40 },
      'text-to-image': { name: 'Image', price: { credits: 3 }, timeLimitSeconds: 40 },
      'ai-avatar': {
        name: 'Avatar',
        price: { credits: 1, perSeconds: 3 },
        timeLimitSeconds: 40,
        cancelled: 'used',
      },
    },
    plans: {
      steady: { name: 'Steady', credits: 1_000_000, cycle: 'P1M' },
      brief: { name: 'Brief', credits: 40, cycle: 'PT10S' },
      'brief-large': { name: 'Brief and large', credits: 90, cycle: 'PT10S' },
    },
    packs: {
      'pack-125': { credits: 125, priceCents: 4900, currency: 'USD' },
      'pack-300': { credits: 300, priceCents: 9900, currency: 'USD' },
    },
    renewalGrace: 'PT3S',
    settlementWindow: 'PT5S',
  },
];
