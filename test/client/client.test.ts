import { createHoldfastClient } from '../../client/client';
import { createLedger } from '../../ledger/ledger';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

const ACCOUNT = uniqueId('client');
const GRANT = {
  accountId: ACCOUNT,
  key: 'welcome',
  credits: 50,
  source: 'promotion' as const,
  reason: 'Welcome',
  by: 'sales',
  expiresAt: '2099-01-01T00:00:00Z',
};

describe('the client', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  describe('grants credits', () => {
    test('once per key, however often and at the same time it is called', async () => {
      const { client } = holdfast;
      const first = await client.grants.create(GRANT);
      expect(first).toMatchObject({
        accountId: ACCOUNT,
        credits: 50,
        expiresAt: '2099-01-01T00:00:00.000Z',
      });
      expect(await client.grants.create(GRANT)).toEqual(first);
      const more = { ...GRANT, key: 'at-once', credits: 10 };
      const grants = await Promise.all(
        Array.from({ length: 10 }, () => client.grants.create(more)),
      );
      expect(new Set(grants.map(({ grantId }) => grantId)).size).toBe(1);
      expect(await client.balance(ACCOUNT)).toMatchObject({ available: 60, granted: 60 });
    });

    test('and refuses another grant under the same key as a conflict', async () => {
      const { client } = holdfast;
      const conflict = { name: 'HoldfastError', code: 'IDEMPOTENCY_CONFLICT' };
      await client.grants.create({ ...GRANT, key: 'conflict' });
      await expect(
        client.grants.create({ ...GRANT, key: 'conflict', credits: 51 }),
      ).rejects.toMatchObject(conflict);
      const atOnce = await Promise.allSettled(
        [1, 2, 3, 4].map((credits) => client.grants.create({ ...GRANT, key: 'four', credits })),
      );
      expect(atOnce.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const answer of atOnce) {
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject(conflict);
      }
    });

    test.each([
      ['EXPIRY_REQUIRED', { expiresAt: undefined }],
      ['EXPIRY_IN_PAST', { expiresAt: '2001-01-01T00:00:00Z' }],
      ['INVALID_TIME', { expiresAt: 'tomorrow' }],
      ['INVALID_TIME', { expiresAt: '2099-01-01T00:00:00+23:00' }],
      ['SUBSCRIPTION_REQUIRED', { source: 'adjustment', expiresAt: undefined }],
      ['BALANCE_LIMIT_EXCEEDED', { credits: Number.MAX_SAFE_INTEGER }],
      ['INVALID_CREDITS', { credits: 1.5 }],
      ['INVALID_CREDITS', { credits: -1 }],
      ['INVALID_CREDITS', { credits: 2 ** 53 }],
      ['INVALID_KEY', { key: 'a/b' }],
      ['INVALID_ACCOUNT_ID', { accountId: 'a:b' }],
      ['INVALID_COST', { costCents: -1 }],
      ['INVALID_ARGUMENT', { source: 'plan' }],
    ])('and refuses with %s: %j', async (code, asked) => {
      const { client } = holdfast;
      const { granted } = await client.balance(ACCOUNT);
      const grant = { ...GRANT, key: uniqueId('refused'), ...asked } as typeof GRANT;
      await expect(client.grants.create(grant)).rejects.toMatchObject({
        name: 'HoldfastError',
        code,
      });
      expect((await client.balance(ACCOUNT)).granted).toBe(granted);
    });
  });

  describe('quotes a price', () => {
    test('and says for an account whether it could pay', async () => {
      const { client } = holdfast;
      const account = uniqueId('quoted');
      await holdfast.fund(account, 31);
      const veo = { kind: 'text-to-video-veo3', seconds: 8 };
      expect(await client.quote({ ...veo, accountId: account })).toEqual({
        ...{
          kind: 'text-to-video-veo3',
          seconds: 8,
          audio: false,
          credits: 24,
          catalogVersion: '1',
          validUntil: null,
        },
        ...{ available: 31, affordable: true, shortfall: 0 },
      });
      expect(await client.quote({ ...veo, audio: true, accountId: account })).toMatchObject({
        ...{ credits: 40, available: 31, affordable: false, shortfall: 9 },
      });
      // Credits that a waiting request needs aren't affordable for a new one.
      const parked = { accountId: account, requestId: uniqueId('parked'), ...veo, audio: true };
      await client.generations.start({ ...parked, onInsufficientCredits: 'wait' });
      expect(await client.quote({ ...veo, accountId: account })).toMatchObject({
        ...{ credits: 24, available: 31, waitedFor: 40, affordable: false, shortfall: 33 },
      });
      await client.generations.cancel(account, parked.requestId);
      await client.generations.result(account, parked.requestId);
      expect(await client.quote({ kind: 'text-to-image' })).toEqual({
        ...{
          kind: 'text-to-image',
          seconds: null,
          audio: false,
          credits: 2,
          catalogVersion: '1',
          validUntil: null,
        },
      });
    });

    test('and refuses bad input', async () => {
      const { client } = holdfast;
      await expect(client.quote({ kind: 'x' })).rejects.toMatchObject({ code: 'UNKNOWN_KIND' });
      await expect(client.quote({ kind: 'ai-avatar' })).rejects.toMatchObject({
        code: 'DURATION_REQUIRED',
      });
      await expect(client.quote({ kind: 'text-to-image', accountId: '' })).rejects.toMatchObject({
        code: 'INVALID_ACCOUNT_ID',
      });
    });
  });

  describe('reads', () => {
    test('a balance of zero for an unknown account, and refuses bad input', async () => {
      const { client } = holdfast;
      expect(await client.balance(uniqueId('nobody'))).toMatchObject({
        available: 0,
        granted: 0,
        grants: [],
      });
      expect(await client.history(uniqueId('nobody'))).toEqual({ entries: [], next: null });
      await expect(client.balance('a/b')).rejects.toMatchObject({ code: 'INVALID_ACCOUNT_ID' });
      await expect(client.balance(ACCOUNT, { asOf: 'yesterday' })).rejects.toMatchObject({
        code: 'INVALID_TIME',
      });
      await expect(client.history(ACCOUNT, { limit: 0 })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    });

    test('nothing without a ledger, and still starts and ends generations', async () => {
      const { temporal } = holdfast;
      const client = createHoldfastClient({
        temporal: temporal.client,
        taskQueue: temporal.taskQueue,
      });
      await expect(client.balance(ACCOUNT)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(client.quote({ kind: 'text-to-image' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
      const request = { accountId: ACCOUNT, requestId: 'no-ledger', kind: 'text-to-image' };
      expect(await client.generations.start(request)).toMatchObject({ status: 'admitted' });
      expect(await client.generations.result(ACCOUNT, 'no-ledger')).toMatchObject({
        status: 'committed',
        charged: 2,
      });
      expect(await client.generations.status(ACCOUNT, 'no-ledger')).toMatchObject({
        workflow: 'completed',
        record: null,
      });
    });

    test('and fails with LEDGER_UNAVAILABLE when the ledger can’t be reached', async () => {
      const { temporal } = holdfast;
      const ledger = createLedger({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' });
      const client = createHoldfastClient({
        temporal: temporal.client,
        ledger,
        taskQueue: temporal.taskQueue,
      });
      const unavailable = { name: 'HoldfastError', code: 'LEDGER_UNAVAILABLE' };
      await expect(client.balance(ACCOUNT)).rejects.toMatchObject(unavailable);
      await expect(client.history(ACCOUNT)).rejects.toMatchObject(unavailable);
      await expect(client.quote({ kind: 'text-to-image' })).rejects.toMatchObject(unavailable);
      await expect(client.generations.status(ACCOUNT, 'no-ledger')).rejects.toMatchObject(
        unavailable,
      );
      await ledger.close();
    });
  });
});
