import type { JsonValue } from '../../../contract/json';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const ACCOUNT = uniqueId('bare');
const LONG_ACCOUNT = uniqueId('long'.repeat(25));

/** A service in any language has Temporal's own client and JSON. */
describe('a generation that is started by name with JSON', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
    await holdfast.fund(LONG_ACCOUNT, 100);
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  test('returns its result as JSON, in 13 events', async () => {
    const handle = await holdfast.startBare(`generation/${ACCOUNT}/r1`, {
      accountId: ACCOUNT,
      requestId: 'r1',
      kind: 'text-to-speech',
      input: { text: 'Hello' },
      metadata: { project: 'p1' },
    });
    expect(await handle.result()).toEqual({
      accountId: ACCOUNT,
      requestId: 'r1',
      requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 'committed',
      reserved: 2,
      charged: 2,
      outputUrl: expect.stringMatching(/^file:.*\.wav$/),
    });
    expect((await handle.fetchHistory()).events).toHaveLength(13);
  });

  test('ends with a result if the rules refuse it', async () => {
    const handle = await holdfast.startBare(`generation/${ACCOUNT}/dear`, {
      accountId: ACCOUNT,
      requestId: 'dear',
      kind: 'ai-avatar',
      seconds: 86_400,
    });
    expect(await handle.result()).toMatchObject({
      status: 'rejected',
      required: 28_800,
      packs: expect.any(Array),
    });
  });

  test('may have an account id that is longer than the server’s fairness keys', async () => {
    const { client, temporal } = holdfast;
    const request = { accountId: LONG_ACCOUNT, requestId: 'r1', kind: 'text-to-image' };
    expect(LONG_ACCOUNT.length).toBeGreaterThan(64);
    await client.generations.start(request);
    expect(await client.generations.result(LONG_ACCOUNT, 'r1')).toMatchObject({
      status: 'committed',
    });
    const { events } = await temporal.client.workflow
      .getHandle(`generation/${LONG_ACCOUNT}/r1`)
      .fetchHistory();
    const [scheduled] =
      events?.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []) ?? [];
    expect(scheduled?.priority).toMatchObject({
      priorityKey: 3,
      fairnessKey: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  const deep = (levels: number): JsonValue => (levels === 0 ? 0 : [deep(levels - 1)]);

  test.each<[string, string, Record<string, JsonValue>]>([
    ['an unknown kind', 'UNKNOWN_KIND', { kind: 'text-to-smell' }],
    ['no kind', 'UNKNOWN_KIND', { kind: undefined as never }],
    ['a duration of zero', 'DURATION_NOT_POSITIVE', { kind: 'ai-avatar', seconds: 0 }],
    ['a negative duration', 'DURATION_NOT_POSITIVE', { kind: 'ai-avatar', seconds: -1 }],
    ['a duration in words', 'INVALID_DURATION', { kind: 'ai-avatar', seconds: '8' }],
    ['a duration without end', 'DURATION_TOO_LONG', { kind: 'ai-avatar', seconds: 1e12 }],
    ['too long a video', 'DURATION_TOO_LONG', { kind: 'text-to-video-veo3', seconds: 8.001 }],
    ['no duration', 'DURATION_REQUIRED', { kind: 'ai-avatar' }],
    ['a duration where there is none', 'DURATION_NOT_ALLOWED', { seconds: 3 }],
    ['audio where there is none', 'AUDIO_NOT_ALLOWED', { audio: true }],
    ['fractional credits', 'INVALID_MAX_CREDITS', { maxCredits: 1.5 }],
    ['an input of 65 KB', 'INPUT_TOO_LARGE', { input: 'x'.repeat(65 * 1024) }],
    ['an input 101 levels deep', 'INVALID_INPUT', { input: deep(101) }],
    ['metadata with a NUL', 'INVALID_METADATA', { metadata: { key: '\0' } }],
    ['a deadline in words', 'INVALID_ARGUMENT', { admitWithinSeconds: 'soon' }],
    [
      'a deadline that is no number at all',
      'INVALID_ARGUMENT',
      { admitWithinSeconds: { toString: 1, valueOf: 1 } },
    ],
    ['an unknown member', 'INVALID_ARGUMENT', { priority: 1 }],
  ])(
    'fails for %s with %s and reserves nothing, and the client throws the same',
    async (what, code, asked) => {
      const requestId = what.replaceAll(/[^a-z0-9]/g, '-');
      const request = { accountId: ACCOUNT, requestId, kind: 'text-to-image', ...asked };
      const handle = await holdfast.startBare(`generation/${ACCOUNT}/${requestId}`, request);
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: code, nonRetryable: true },
      });

      const byClient = holdfast.client.generations.start({
        ...request,
        requestId: `${requestId}-2`,
      } as never);
      await expect(byClient).rejects.toMatchObject({ name: 'HoldfastError', code });
      expect(await holdfast.ledger.request(ACCOUNT, requestId)).toBeNull();
      expect(await holdfast.ledger.balance(ACCOUNT)).toMatchObject({ available: 98, reserved: 0 });
    },
  );

  test.each<[string, JsonValue[]]>([
    ['of another request', [{ accountId: ACCOUNT, requestId: 'another', kind: 'text-to-image' }]],
    [
      'made of ids that are no text',
      [{ accountId: { toString: 1 }, requestId: 5, kind: 'text-to-image' }],
    ],
    ['no object', ['a video, please']],
    ['null', [null]],
    ['nothing', []],
  ])('fails with WORKFLOW_ID_MISMATCH if its input is %s', async (what, args) => {
    const handle = await holdfast.startBare(
      `generation/${ACCOUNT}/mismatch-${what.length}`,
      ...args,
    );
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'WORKFLOW_ID_MISMATCH', nonRetryable: true },
    });
  });

  test('is refused by the client if an id is empty, too long or has a character that is not allowed', async () => {
    const { client } = holdfast;
    const request = { accountId: ACCOUNT, requestId: 'r', kind: 'text-to-image' };
    for (const id of ['', 'x'.repeat(10_000), 'a/b', 'a:b', 'a"b', 'a\0b', '🐙']) {
      await expect(client.generations.start({ ...request, requestId: id })).rejects.toMatchObject({
        code: 'INVALID_REQUEST_ID',
      });
      await expect(client.generations.start({ ...request, accountId: id })).rejects.toMatchObject({
        code: 'INVALID_ACCOUNT_ID',
      });
    }
  });
});
