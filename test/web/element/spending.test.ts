import type { Api } from '../../../web/element/api/http-api';
import { Problem } from '../../../web/element/api/problem';
import type { History, HistoryEntry, Usage } from '../../../web/element/api/types';
import { SpendingReader } from '../../../web/element/state/spending';
import { eventually } from '../../support/eventually';

interface Call {
  path: string;
  query: Record<string, unknown>;
  answer(value: unknown): void;
  fail(problem: Problem): void;
}

/** An API whose calls wait until the test answers them, in any order. */
function openReader() {
  const calls: Call[] = [];
  const get = (path: string, query = {}) =>
    new Promise((resolve, reject) => calls.push({ path, query, answer: resolve, fail: reject }));
  const reader = new SpendingReader({ get } as unknown as Api, () => undefined);
  const take = async (path: string): Promise<Call> => {
    const isIt = (call: Call) => call.path === path;
    await eventually(async () => calls.some(isIt), 5_000);
    return calls.splice(calls.findIndex(isIt), 1)[0] as Call;
  };
  const load = async (page: History, usage = usageOf('2026-01-01')) => {
    (await take('/usage')).answer(usage);
    (await take('/history')).answer(page);
    await settled(reader);
  };
  return { reader, calls, take, load };
}

const settled = (reader: SpendingReader) =>
  eventually(async () => reader.state.loading === null, 5_000);

const usageOf = (day: string): Usage => ({
  accountId: 'acme',
  timeZone: 'UTC',
  days: [{ day, kinds: [] }],
});

function entry(version: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const figures = { availableDelta: 1, reservedDelta: 0, availableAfter: 0, reservedAfter: 0 };
  return { version, at: '2026-01-31T09:00:00.000Z', type: 'grant', ...figures, ...more };
}

/** `versions` from the highest to the lowest. */
function page(from: number, to: number, next: number | null = to === 1 ? null : to): History {
  return {
    entries: Array.from({ length: from - to + 1 }, (_, index) => entry(from - index)),
    next,
  };
}

const versions = ({ state }: SpendingReader) => state.entries?.map(({ version }) => version);

test('an answer for an earlier filter never replaces one for a later filter', async () => {
  const { reader, take } = openReader();
  reader.choose({ days: 7 });
  const [earlierUsage, earlierPage] = [await take('/usage'), await take('/history')];
  reader.choose({ days: 90, kind: 'ai-avatar' });
  const [usage, history] = [await take('/usage'), await take('/history')];
  expect(usage.query).toMatchObject({
    days: 90,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  expect(history.query).toMatchObject({
    kind: 'ai-avatar',
    since: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  history.answer(page(9, 8));
  usage.answer(usageOf('2026-01-02'));
  await settled(reader);
  earlierUsage.answer(usageOf('2026-01-01'));
  earlierPage.answer(page(3, 1));
  await new Promise(setImmediate);
  expect(versions(reader)).toEqual([9, 8]);
  expect(reader.state.usage?.days[0]?.day).toBe('2026-01-02');
});

test('older pages stay below a first page that is loaded again', async () => {
  const { reader, take, load } = openReader();
  reader.retry();
  await load(page(8, 6));
  void reader.loadMore();
  const older = await take('/history');
  expect(older.query).toMatchObject({ before: 6 });
  older.answer(page(5, 3));
  await settled(reader);
  reader.retry();
  await load(page(10, 8));
  expect(versions(reader)).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  expect(reader.state.next).toBe(3);
});

test('the list begins anew, without a gap, if more has happened than a page holds', async () => {
  const { reader, load } = openReader();
  reader.retry();
  await load(page(3, 1));
  reader.retry();
  await load(page(30, 28));
  expect(versions(reader)).toEqual([30, 29, 28]);
  expect(reader.state.next).toBe(28);
});

test('loaded entries stay when they can’t be read again, and go when the filter changes', async () => {
  const { reader, take, load } = openReader();
  reader.retry();
  await load(page(3, 1));
  const failing = async () => {
    (await take('/usage')).answer(usageOf('2026-01-01'));
    (await take('/history')).fail(new Problem('offline', 'No answer.'));
    await settled(reader);
  };
  reader.retry();
  await failing();
  expect(versions(reader)).toEqual([3, 2, 1]);
  expect(reader.state.problem?.kind).toBe('offline');
  reader.choose({ kind: 'ai-avatar' });
  await failing();
  expect(reader.state).toMatchObject({ entries: null, usage: null });
  reader.retry();
  await load(page(2, 2, null));
  expect(versions(reader)).toEqual([2]);
  expect(reader.state.problem).toBeNull();
});

test('a receipt is read once, and again after its generation’s end', async () => {
  const { reader, calls, take, load } = openReader();
  const clip = { requestId: 'clip', kind: 'ai-avatar' };
  reader.retry();
  await load({
    entries: [entry(1, { ...clip, type: 'reserve', availableDelta: -4, reservedDelta: 4 })],
    next: null,
  });
  void reader.loadReceipt('clip');
  (await take('/generations/clip')).answer({ ...clip, status: 'running' });
  await eventually(
    async () => reader.state.receipts.get('clip')?.generation?.status === 'running',
    5_000,
  );
  void reader.loadReceipt('clip');
  expect(calls).toEqual([]);
  reader.retry();
  await load({
    entries: [
      entry(2, { ...clip, type: 'commit', availableDelta: 0, reservedDelta: -4 }),
      entry(1, clip),
    ],
    next: null,
  });
  (await take('/generations/clip')).answer({ ...clip, status: 'committed' });
  await eventually(
    async () => reader.state.receipts.get('clip')?.generation?.status === 'committed',
    5_000,
  );
});

test('an answer about one account never shows for the next', async () => {
  const { reader, take } = openReader();
  reader.retry();
  const [usage, history] = [await take('/usage'), await take('/history')];
  void reader.loadReceipt('clip');
  const receipt = await take('/generations/clip');
  reader.reset();
  usage.answer(usageOf('2026-01-01'));
  history.answer(page(2, 1));
  receipt.answer({ requestId: 'clip', status: 'committed' });
  await new Promise(setImmediate);
  expect(reader.state).toMatchObject({
    usage: null,
    entries: null,
    loading: null,
    receipts: new Map(),
  });
});
