import type { Client } from '@temporalio/client';
import { tellWatermark, toldWatermark } from '../../client/watermark';
import type { Watermark } from '../../contract/watermark';
import { LEDGER_WORKFLOW_ID, watermarkSignal } from '../../workflows/messages';
import { eventually } from '../support/eventually';
import { newNamespace } from '../support/temporal';
import { type Holdfast, openHoldfast } from '../workflows/harness';

let holdfast: Holdfast;
let temporal: Client;
beforeAll(async () => {
  holdfast = await openHoldfast({ namespace: await newNamespace('watermark') });
  temporal = holdfast.temporal.client;
});
afterAll(() => holdfast.close());

const at = '2030-01-01T00:00:00.000Z';
const marked = (mark: number): Watermark => ({ mark, at, database: '7/1' });

/** Temporal adds a signal to the history once no task of the workflow is under way. */
const untilTold = (mark: number) =>
  eventually(async () => (await toldWatermark(temporal))?.mark === mark);

test('a namespace that was told nothing knows none', async () => {
  expect(await toldWatermark(temporal)).toBeNull();
  await holdfast.startWorker();
  expect(await toldWatermark(temporal)).toBeNull();
});

test('the highest of the last marks counts, in whichever order they came, and no nonsense does', async () => {
  await tellWatermark(temporal, marked(2));
  await tellWatermark(temporal, marked(1));
  await untilTold(2);
  const record = temporal.workflow.getHandle(LEDGER_WORKFLOW_ID);
  for (const said of [[], ['9'], [{ mark: 9 }], [{ ...marked(9), mark: -1 }], [null]]) {
    await record.signal(watermarkSignal.name, ...said);
  }
  await record.signal('another', marked(9));
  expect(await toldWatermark(temporal)).toEqual(marked(2));
  await tellWatermark(temporal, marked(10));
  await untilTold(10);
});

test('a run that has just begun knows what the run before was told', async () => {
  const record = temporal.workflow.getHandle(LEDGER_WORKFLOW_ID);
  const { runId } = await record.describe();
  for (let mark = 11; mark <= 211; mark += 1) await tellWatermark(temporal, marked(mark));
  await eventually(async () => (await record.describe()).runId !== runId);
  // A signal that came with the last task of the run before may be the new run's first.
  expect((await toldWatermark(temporal))?.mark).toBeGreaterThan(100);
  await tellWatermark(temporal, marked(300));
  await untilTold(300);
  const { memo, status } = await record.describe();
  expect({ memo, status: status.name }).toEqual({
    memo: { ledgerId: await holdfast.ledger.ledgerId() },
    status: 'RUNNING',
  });
});
