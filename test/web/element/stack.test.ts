import fc from 'fast-check';
import type { Usage } from '../../../web/element/api/types';
import { stackUsage, tickStep, topsOf } from '../../../web/element/state/stack';

const known = ['speech', 'avatar', 'image'];

function usageOf(...days: Record<string, number>[]): Usage {
  return {
    accountId: 'acme',
    timeZone: 'UTC',
    days: days.map((kinds, index) => ({
      day: `2026-01-0${index + 1}`,
      kinds: Object.entries(kinds).map(([kind, credits]) => ({ kind, credits, generations: 1 })),
    })),
  };
}

test('types are stacked in the order of the price list, and removed types come last', () => {
  const stack = stackUsage(
    usageOf({ image: 2, retired: 7 }, {}, { image: 1, avatar: 4 }),
    known,
    null,
  );
  expect(stack.days).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
  expect(stack.layers).toEqual([
    { kind: 'avatar', colour: 1, credits: [0, 0, 4], total: 4 },
    { kind: 'image', colour: 2, credits: [2, 0, 1], total: 3 },
    { kind: 'retired', colour: 3, credits: [7, 0, 0], total: 7 },
  ]);
  expect(stack.total).toBe(14);
  expect(topsOf(stack.layers)).toEqual([
    [0, 0, 4],
    [2, 0, 5],
    [9, 0, 5],
  ]);
});

test('a single type keeps its colour, and every day keeps its place', () => {
  const stack = stackUsage(usageOf({ image: 2, avatar: 7 }, {}), known, 'image');
  expect(stack.layers).toEqual([{ kind: 'image', colour: 2, credits: [2, 0], total: 2 }]);
  expect(stack.total).toBe(2);
});

test('a type that was free or never used has no layer', () => {
  expect(stackUsage(usageOf({ image: 0 }, {}), known, null)).toEqual({
    days: ['2026-01-01', '2026-01-02'],
    layers: [],
    total: 0,
  });
});

test('the layers’ tops never fall, and the last is the day’s sum', () => {
  const day = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(1_000));
  fc.assert(
    fc.property(fc.array(day, { minLength: 1, maxLength: 9 }), (days) => {
      const { layers } = stackUsage(usageOf(...days), ['b', 'a'], null);
      const tops = topsOf(layers);
      days.forEach((kinds, index) => {
        const column = tops.map((top) => top[index] ?? 0);
        expect(column).toEqual([...column].sort((a, b) => a - b));
        expect(column.at(-1) ?? 0).toBe(
          Object.values(kinds).reduce((sum, credits) => sum + credits, 0),
        );
      });
    }),
  );
});

test.each([
  [1, { credits: 1, count: 1 }],
  [4, { credits: 1, count: 4 }],
  [5, { credits: 2, count: 3 }],
  [37, { credits: 10, count: 4 }],
  [1_667, { credits: 500, count: 4 }],
  [Number.MAX_SAFE_INTEGER, { credits: 5e15, count: 2 }],
])('a chart that reaches %d credits has marks %j', (highest, marks) => {
  expect(tickStep(highest)).toEqual(marks);
});
