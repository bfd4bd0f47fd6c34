import { eventually } from '../../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../../harness';
import { type ForeignAnswer, ForeignWorker } from './foreign-worker';

const ACCOUNT = uniqueId('orphans');
const URL = 'https://studio.example/film.mp4';
const delivered = (durationMs: unknown, outputUrl: unknown = URL): ForeignAnswer => ({
  json: JSON.stringify({ state: 'succeeded', outputUrl, durationMs }),
});

const BAD: Record<string, ForeignAnswer> = {
  'url-nul': delivered(8_000, `${URL}\0`),
  'url-half': { json: `{"state":"succeeded","outputUrl":"${URL}\\ud83d","durationMs":8000}` },
  'url-empty': delivered(8_000, ''),
  'time-none': delivered(0),
  'time-in-words': delivered('8000'),
  'unknown-state': { json: '{"state":"done"}' },
  null: { json: 'null' },
  'no-json': { json: '{"state":NaN}' },
  deep: { json: `{"state":"failed","reason":${'['.repeat(200_000)}${']'.repeat(200_000)}}` },
};

/** A film of 8 s with audio, at 5 credits a second. */
const FILM = { kind: 'text-to-video-veo3', seconds: 8, audio: true };
const GOOD: Record<string, [ForeignAnswer, number]> = {
  whole: [delivered(8_000), 40],
  shorter: [delivered(2_500), 15],
  'not-known': [delivered(null), 40],
};

describe('the reservation of a job whose workflow is gone', () => {
  let holdfast: Holdfast;
  let elsewhere: ForeignWorker;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 1_000);
    await holdfast.startWorker({ holdSeconds: 0, role: 'workflows' });
    const ids = [...Object.keys(BAD), ...Object.keys(GOOD)];
    await Promise.all(
      ids.map((requestId) =>
        holdfast.client.generations.start({ accountId: ACCOUNT, requestId, ...FILM }),
      ),
    );
    const { workflow } = holdfast.temporal.client;
    await Promise.all(
      ids.map((requestId) => workflow.getHandle(`generation/${ACCOUNT}/${requestId}`).terminate()),
    );
    elsewhere = new ForeignWorker(
      holdfast,
      (_activity, requestId) => BAD[requestId] ?? GOOD[requestId]?.[0] ?? { nothing: true },
    );
    // Of the accounts of all tests in this file, more are open than a pass may release unasked.
    await eventually(
      async () => (await holdfast.client.reconciliation.run({ confirm: true })).open === 0,
    );
  });
  afterAll(async () => {
    await elsewhere.stop();
    await holdfast.closeSettled();
  });

  test.each(Object.keys(BAD))(
    'is released if the job’s end makes no sense: %s',
    async (requestId) => {
      const released = { status: 'released', reason: 'orphaned', charged: 0 };
      expect(await holdfast.ledger.request(ACCOUNT, requestId)).toMatchObject(released);
    },
  );

  test.each(Object.entries(GOOD))(
    'is charged the price of what was delivered: %s',
    async (requestId, [, charged]) => {
      const committed = { status: 'committed', reserved: 40, charged, outputUrl: URL };
      expect(await holdfast.ledger.request(ACCOUNT, requestId)).toMatchObject(committed);
    },
  );
});
