import { HoldfastError } from '../../contract/errors';
import type { ObservedCall } from '../../ledger/connection/observed-call';
import { createLedger } from '../../ledger/ledger';
import { createMetrics } from '../../telemetry/metrics';
import { observing } from '../../telemetry/observers';
import { showOpenWork } from '../../telemetry/open-work-metrics';
import { type Outcome, outcomeOf } from '../../telemetry/outcomes';
import { TestLedger } from '../ledger/ledger-support';
import { seriesIn, sumOf } from './scrape';

const TIMES = { beganAtMs: 0, seconds: 0.1, turnSeconds: 0 };

function refusal(code: string): ObservedCall {
  const given = { accountId: 'acme', requestId: 'r', body: { kind: 'song' } };
  const answers = [{ refusal: { code, details: {} } }];
  return { name: 'reserve_credits', given, answers, ...TIMES };
}

test('what an observer throws fails no call', () => {
  const faults: unknown[] = [];
  const seen: Outcome[] = [];
  const fault = new Error('an observer’s');
  const observe = observing({
    calls: [],
    outcomes: [
      (outcome) => seen.push(outcome),
      () => {
        throw fault;
      },
    ],
    onFault: (error) => faults.push(error),
  });
  observe(refusal('INSUFFICIENT_CREDITS'));
  expect(faults).toEqual([fault]);
  expect(seen).toMatchObject([{ outcome: 'refused', code: 'INSUFFICIENT_CREDITS', kind: 'song' }]);
});

test('a stale quote, and a key that is about to be closed, are no outcome yet', () => {
  for (const code of ['STALE_CATALOG', 'ADMISSION_TIMED_OUT'])
    expect(outcomeOf(refusal(code))).toBeUndefined();
});

test('a ledger tells of each call: its answer or its error, and a repetition decides nothing', async () => {
  const calls: ObservedCall[] = [];
  const books = await TestLedger.open();
  const observe = (call: ObservedCall) => void calls.push(call);
  const ledger = createLedger({ databaseUrl: books.urls.workerUrl, observe });
  try {
    await books.grantPromotion('acme', 10);
    const reserve = () =>
      ledger.reserve('acme', 'r', { kind: 'ai-avatar' }, { credits: 4, catalogVersion: '1' }, 1);
    await reserve();
    await reserve();
    await ledger.catalogVersion('7').catch(() => undefined);
    await ledger.release('acme', '\0', 'x').catch(() => undefined);
    const outcomes = calls.map((call) => outcomeOf(call)?.outcome);
    expect(calls.map(({ name }) => name)).toEqual([
      ...['reserve_credits', 'reserve_credits', 'catalog_version', 'release_reservation'],
    ]);
    expect(outcomes).toEqual(['admitted', undefined, undefined, undefined]);
    expect(calls.at(-1)?.error).toBeInstanceOf(HoldfastError);
    for (const { seconds, turnSeconds } of calls) {
      expect(seconds).toBeGreaterThan(0);
      expect(turnSeconds).toBeLessThanOrEqual(seconds);
    }
  } finally {
    await ledger.close();
    await books.close();
  }
});

test('scrapes in a row ask the ledger once, and a ledger that is away leaves the other metrics', async () => {
  const { meter, read, close } = createMetrics({ service: 'holdfast-worker', version: '0.0.0' });
  let asked = 0;
  let now = 0;
  const away = () => {
    asked += 1;
    return Promise.reject(new Error('It is away.'));
  };
  showOpenWork(meter, away, () => now);
  await read();
  const series = seriesIn(await read());
  expect(asked).toBe(1);
  expect(sumOf(series, 'holdfast_build_info')).toBe(1);
  expect(series.map(({ name }) => name)).not.toContain('holdfast_open');
  now = 5_001;
  await read();
  expect(asked).toBe(2);
  await close();
});
