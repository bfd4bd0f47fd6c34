import fc from 'fast-check';
import type { HistoryEntry } from '../../../web/element/api/types';
import { sourceName } from '../../../web/element/state/facts';
import {
  mergeEntries,
  paidFrom,
  reasonInWords,
  rowsOf,
  webUrl,
} from '../../../web/element/state/receipts';
import { ENGLISH } from '../../../web/element/words/english';
import { createFormat } from '../../../web/element/words/format';

const at = '2026-01-31T09:00:00.000Z';

function entry(
  version: number,
  type: HistoryEntry['type'],
  deltas: [number, number],
  more: Partial<HistoryEntry> = {},
) {
  const [availableDelta, reservedDelta] = deltas;
  return {
    version,
    at,
    type,
    availableDelta,
    reservedDelta,
    availableAfter: 0,
    reservedAfter: 0,
    ...more,
  };
}

const avatar = { requestId: 'avatar', kind: 'ai-avatar' };
const clip = {
  requestId: 'clip',
  kind: 'text-to-video-bytedance',
  metadata: { project: 'launch' },
};

test('a generation is one row, however many entries it has', () => {
  const rows = rowsOf([
    entry(7, 'reserve', [-24, 24], { requestId: 'film', kind: 'text-to-video-veo3' }),
    entry(6, 'release', [2, -2], {
      requestId: 'refused',
      kind: 'text-to-image',
      reason: 'content-refused',
    }),
    entry(5, 'commit', [3, -9], clip),
    entry(4, 'commit', [0, -4], avatar),
    entry(3, 'reserve', [-2, 2], { requestId: 'refused', kind: 'text-to-image' }),
    entry(2, 'reserve', [-9, 9], clip),
    entry(1, 'reserve', [-4, 4], avatar),
  ]);
  expect(rows).toEqual([
    expect.objectContaining({
      requestId: 'film',
      status: 'running',
      reserved: 24,
      charged: 0,
      version: 7,
    }),
    expect.objectContaining({
      requestId: 'refused',
      status: 'released',
      reserved: 2,
      charged: 0,
      version: 6,
    }),
    expect.objectContaining({
      requestId: 'clip',
      status: 'committed',
      reserved: 9,
      charged: 6,
      metadata: { project: 'launch' },
    }),
    expect.objectContaining({
      requestId: 'avatar',
      status: 'committed',
      reserved: 4,
      charged: 4,
      kind: 'ai-avatar',
    }),
  ]);
});

test('a row for added or taken credits tells their origin', () => {
  const rows = rowsOf([
    entry(5, 'expire', [-12, 0], { grantId: '1', source: 'promotion', reason: 'ended' }),
    entry(4, 'deduct', [-5, 0], { reason: 'Granted twice' }),
    entry(3, 'grant', [20, 0], { grantId: '3', source: 'promotion', reason: 'Welcome' }),
    entry(2, 'grant', [125, 0], { grantId: '2', source: 'pack', packId: 'pack-125' }),
    entry(1, 'grant', [150, 0], { grantId: '1', source: 'plan', planId: 'lite-monthly', cycle: 1 }),
  ]);
  expect(rows).toEqual([
    { type: 'expire', version: 5, at, credits: 12, reason: 'ended' },
    { type: 'deduct', version: 4, at, credits: 5, reason: 'Granted twice' },
    { type: 'grant', version: 3, at, credits: 20, reason: 'Welcome', source: 'promotion' },
    { type: 'grant', version: 2, at, credits: 125, reason: null, source: 'pack' },
    {
      type: 'grant',
      version: 1,
      at,
      credits: 150,
      reason: null,
      source: 'plan',
      planId: 'lite-monthly',
    },
  ]);
});

test('a debt and what pays it are told with their credits', () => {
  const rows = rowsOf([
    entry(4, 'refund', [85, 0], { grantId: '2', reason: 'refund order o' }),
    entry(3, 'repay', [-15, 0], { grantId: '3', owedDelta: -15, owedAfter: 25 }),
    entry(2, 'owe', [0, 0], { grantId: '2', owedDelta: 40, owedAfter: 40, reason: 'refund re' }),
    entry(1, 'refund', [-85, 0], { grantId: '2', reason: 'refund re' }),
  ]);
  expect(rows).toEqual([
    { type: 'not-refunded', version: 4, at, credits: 85, reason: 'refund order o' },
    { type: 'repay', version: 3, at, credits: 15, reason: null },
    { type: 'owe', version: 2, at, credits: 40, reason: 'refund re' },
    { type: 'refund', version: 1, at, credits: 85, reason: 'refund re' },
  ]);
});

test('an entry that the page doesn’t know is told by its own name', () => {
  const unknown = (type: string) => type as HistoryEntry['type'];
  const rows = rowsOf([
    entry(5, unknown('surcharge'), [-1, 0], { ...clip, reason: 'Late' }),
    entry(4, unknown('transfer'), [-20, 0], { reason: 'To another account' }),
    entry(3, unknown('hold'), [0, 9]),
    entry(2, 'commit', [3, -9], clip),
    entry(1, unknown('gift'), [10, 0], { grantId: '1', source: 'gift' as 'pack' }),
  ]);
  expect(rows).toEqual([
    { type: 'other', name: 'surcharge', version: 5, at, credits: -1, reason: 'Late' },
    { type: 'other', name: 'transfer', version: 4, at, credits: -20, reason: 'To another account' },
    { type: 'other', name: 'hold', version: 3, at, credits: 0, reason: null },
    expect.objectContaining({
      type: 'generation',
      requestId: 'clip',
      status: 'committed',
      charged: 6,
    }),
    { type: 'other', name: 'gift', version: 1, at, credits: 10, reason: null },
  ]);
});

test('a generation in a state that the page doesn’t know is not taken for one that is over', () => {
  const allocations = [{ grantId: '1', source: 'gift' as 'pack', credits: 5, charged: 0 }];
  const status = 'paused' as 'running';
  expect(paidFrom({ allocations, status })).toEqual([{ source: 'gift', credits: 5 }]);
  expect(sourceName(ENGLISH, 'gift')).toBe('gift');
  for (const inherited of ['constructor', 'toString'])
    expect(sourceName(ENGLISH, inherited)).toBe(inherited);
});

test('a generation that two pages share is one row, which stays where it was', () => {
  const newer = [
    entry(3, 'commit', [3, -9], clip),
    entry(2, 'grant', [125, 0], { source: 'pack' }),
  ];
  const older = [entry(1, 'reserve', [-9, 9], clip)];
  const both = rowsOf(mergeEntries(newer, older));
  expect(both).toEqual(rowsOf(newer));
  expect(both).toHaveLength(2);
});

test('pages merge into the journal in any order, also when read twice', () => {
  const journal = fc
    .integer({ min: 0, max: 60 })
    .map((length) => Array.from({ length }, (_, index) => entry(length - index, 'grant', [1, 0])));
  const pages = fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 8 });
  fc.assert(
    fc.property(journal, pages, (entries, cuts) => {
      const read = cuts.map(([from, size]) => entries.slice(from, from + size));
      const merged = [...read, entries].reduce(mergeEntries, []);
      expect(merged).toEqual(entries);
    }),
  );
});

test('a receipt says how much each source gave, and how much is held while the generation runs', () => {
  const allocations = [
    { grantId: '1', source: 'promotion' as const, credits: 2, charged: 2 },
    { grantId: '2', source: 'plan' as const, credits: 4, charged: 3 },
    { grantId: '3', source: 'plan' as const, credits: 1, charged: 1 },
    { grantId: '4', source: 'pack' as const, credits: 2, charged: 0 },
  ];
  expect(paidFrom({ allocations, status: 'committed' })).toEqual([
    { source: 'promotion', credits: 2 },
    { source: 'plan', credits: 4 },
  ]);
  expect(paidFrom({ allocations, status: 'running' }).map(({ credits }) => credits)).toEqual([
    2, 5, 2,
  ]);
});

test.each<[Parameters<typeof reasonInWords>[0], string | null]>([
  [
    { status: 'cancelled', reason: 'cancelled', reserved: 24, charged: 18 },
    'It was cancelled; 18 of 24 credits were used by then.',
  ],
  [
    { status: 'cancelled', reason: 'cancelled', reserved: 24, charged: 0 },
    'It was cancelled in time.',
  ],
  [{ status: 'released', reason: 'studio-flooded', reserved: 24, charged: 0 }, 'studio-flooded'],
  [{ status: 'released', reason: 'constructor', reserved: 24, charged: 0 }, 'constructor'],
  [{ status: 'committed', reason: null, reserved: 24, charged: 18 }, null],
])('the receipt of %j says why it ended: %s', (generation, words) => {
  const format = createFormat('en-US', { timeZone: 'UTC', now: () => Date.parse(at) });
  expect(reasonInWords(generation, ENGLISH, format)).toBe(words);
});

test.each([
  ['https://cdn.example/a.mp4', 'https://cdn.example/a.mp4'],
  ['http://cdn.example/a.mp4', 'http://cdn.example/a.mp4'],
  ['javascript:alert(1)', null],
  ['data:text/html,hello', null],
  ['stub://output/1', null],
  ['nonsense', null],
])('the output %j becomes the link %j', (text, url) => {
  expect(webUrl(text)).toBe(url);
});

test('what is frozen and no longer is are told with their credits', () => {
  const rows = rowsOf([
    entry(2, 'unfreeze', [85, 0], { grantId: '2', reason: 'dispute dp' }),
    entry(1, 'freeze', [-85, 0], { grantId: '2', reason: 'dispute dp', frozenAfter: 85 }),
  ]);
  expect(rows).toEqual([
    { type: 'unfreeze', version: 2, at, credits: 85, reason: 'dispute dp' },
    { type: 'freeze', version: 1, at, credits: 85, reason: 'dispute dp' },
  ]);
});
