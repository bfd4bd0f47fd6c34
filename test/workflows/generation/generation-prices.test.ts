import { requestBodyOf } from '../../../domain/generation/request-body';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const ACCOUNT = uniqueId('priced');
const AVATAR = { accountId: ACCOUNT, kind: 'ai-avatar', seconds: 30 };

describe('a price change', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 1_000);
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  /**
   * Makes an avatar cost that much per 3 seconds from now on, or removes the kind. The worker's
   * cache does not see it.
   */
  async function changePrice(credits: number | undefined): Promise<void> {
    const changed =
      credits === undefined
        ? "document #- '{kinds,ai-avatar}'"
        : `jsonb_set(document, '{kinds,ai-avatar,price,credits}', '${credits}')`;
    await holdfast.sql(
      `INSERT INTO holdfast.catalog_versions SELECT version + 1, clock_timestamp(), ${changed}
       FROM holdfast.catalog_versions ORDER BY version DESC LIMIT 1`,
    );
  }

  test('holds for requests after it, even if the worker has cached the old catalog, and not for those before', async () => {
    const { client, ledger } = holdfast;
    await client.generations.start({ ...AVATAR, requestId: 'before', input: { simulate: 'slow' } });
    await changePrice(2);
    const admission = await client.generations.start({ ...AVATAR, requestId: 'after' });
    expect(admission).toMatchObject({ status: 'admitted', reserved: 20 });
    expect(await client.generations.result(ACCOUNT, 'after')).toMatchObject({
      status: 'committed',
      charged: 20,
    });
    expect(await client.generations.result(ACCOUNT, 'before')).toMatchObject({
      status: 'committed',
      charged: 10,
    });
    expect(await ledger.request(ACCOUNT, 'before')).toMatchObject({ catalogVersion: '1' });
    expect(await ledger.request(ACCOUNT, 'after')).toMatchObject({ catalogVersion: '2' });
  });

  test('above what the caller allows is a refusal, although the worker has cached the lower price', async () => {
    const { client } = holdfast;
    await client.generations.start({ ...AVATAR, requestId: 'fill-the-cache' });
    await changePrice(3);
    const { result } = await client.generations.start({
      ...AVATAR,
      requestId: 'capped',
      maxCredits: 20,
    });
    expect(result).toMatchObject({
      status: 'rejected',
      reason: 'PRICE_CHANGED',
      quoted: 30,
      maxCredits: 20,
    });
    expect(await client.generations.result(ACCOUNT, 'fill-the-cache')).toMatchObject({
      charged: 20,
    });
  });

  test.each([
    ['rises', 30, 4],
    ['is no longer in the catalog', 40, undefined],
  ])(
    'does not concern a request whose first task was lost after it had reserved, if the price then %s',
    async (_, quoted, credits) => {
      const { client, ledger } = holdfast;
      const request = { ...AVATAR, requestId: `lost-${credits}`, input: { simulate: 'shorter' } };
      const { catalogVersion } = await ledger.effectiveCatalog();
      const quote = { credits: quoted, catalogVersion };
      await ledger.reserve(ACCOUNT, request.requestId, requestBodyOf(request), quote, 60_000);
      await changePrice(credits);

      expect(await client.generations.start(request)).toMatchObject({
        status: 'admitted',
        reserved: quoted,
      });
      expect(await client.generations.result(ACCOUNT, request.requestId)).toMatchObject({
        status: 'committed',
        reserved: quoted,
        charged: quoted / 2,
      });
      expect(await ledger.request(ACCOUNT, request.requestId)).toMatchObject({ catalogVersion });
    },
  );

  test('that removes a kind makes a request for it fail as unknown', async () => {
    const { client } = holdfast;
    await expect(client.generations.start({ ...AVATAR, requestId: 'gone' })).rejects.toMatchObject({
      code: 'UNKNOWN_KIND',
    });
  });
});
