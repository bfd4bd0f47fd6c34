import type { GenerationResult } from '../../client/client';
import { generation } from '../../contract/generation-view';
import { figuresOf, unreservedGenerationOf } from '../../web/generation-view';

const RESULT: GenerationResult = {
  ...{
    accountId: 'acme',
    requestId: 'order-1',
    requestHash: 'h',
    status: 'rejected',
    reserved: 0,
    charged: 0,
  },
};

test('a generation that the ledger doesn’t have has every member, with an empty value', () => {
  const view = unreservedGenerationOf('acme', 'order-1', { status: 'starting' });
  expect(view).toEqual({
    ...{ accountId: 'acme', requestId: 'order-1', status: 'starting' },
    ...{
      kind: null,
      seconds: null,
      audio: false,
      catalogVersion: null,
      reserved: 0,
      charged: 0,
      returned: 0,
    },
    ...{
      progress: null,
      progressAt: null,
      reason: null,
      outputUrl: null,
      reservedAt: null,
      resolvedAt: null,
      wait: null,
    },
    ...{ allocations: [], metadata: {} },
  });
  expect(generation.parse(view)).toEqual(view);
});

test('the figures of a refusal are those that the contract has, wherever the result keeps them', () => {
  expect(
    figuresOf({
      ...RESULT,
      reason: 'INSUFFICIENT_CREDITS',
      required: 4,
      available: 3,
      shortfall: 1,
      packs: [],
    }),
  ).toEqual({ required: 4, available: 3, shortfall: 1, packs: [] });
  expect(figuresOf({ ...RESULT, reason: 'PRICE_CHANGED', quoted: 4, maxCredits: 2 })).toEqual({
    quoted: 4,
    maxCredits: 2,
  });
  const details = { dailyCreditsMax: 5, by: 'Ada' };
  expect(figuresOf({ ...RESULT, reason: 'DAILY_LIMIT_REACHED', details })).toEqual({
    dailyCreditsMax: 5,
  });
});
