import fc from 'fast-check';
import { openWeb, tokenOf, type Web } from '../../web/harness';
import { badJson, spoiled } from './bad-values';

const PLANTED = 'planted-0f9c';

const BODIES: [method: 'POST' | 'PUT', path: string, valid: object][] = [
  [
    'POST',
    '/generations',
    { kind: 'ai-avatar', seconds: 3, input: { prompt: PLANTED }, metadata: { scene: PLANTED } },
  ],
  ['POST', '/purchases', { packId: 'pack-125', shownPriceCents: 1, paymentMethod: PLANTED }],
  ['PUT', '/settings/limits', { dailyCreditsMax: 5, generationCreditsMax: null }],
  ['PUT', '/settings/low-balance', { lowBalance: [{ credits: 5 }] }],
  ['PUT', '/settings/top-up', { packId: 'pack-125', belowCredits: 5, monthlyCapCents: 9_000 }],
];

const QUERIES = [
  '/balance?asOf=',
  '/history?since=',
  '/history?limit=',
  '/history?until=',
  '/history?type=',
  '/history?requestId=',
  '/generations/',
  '/usage?days=',
];

interface Asked {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  payload?: string;
}

/** Requests with a bad body, query or id. */
export const badRequest: fc.Arbitrary<Asked> = fc.oneof(
  fc
    .constantFrom(...BODIES)
    .chain(([method, path, valid]) =>
      spoiled(valid, badJson).map((body) => ({ method, path, payload: JSON.stringify(body) })),
    ),
  fc
    .tuple(fc.constantFrom(...QUERIES), fc.string({ unit: 'binary', maxLength: 60 }))
    .map(([path, said]) => ({
      method: 'GET' as const,
      path: path + encodeURIComponent(said.toWellFormed()),
    })),
);

/** The API on a ledger and workers of its own. */
export async function openHttp() {
  const web: Web = await openWeb({ limits: { accountRequestsPerMinute: 1_000_000 } });
  await web.stack.startWorker();
  const exp = Math.floor(Date.now() / 1_000) + 100_000;
  const authorization = `Bearer ${await tokenOf('acme', { exp })}`;
  let key = 0;
  return {
    close: () => web.close(),

    /** Throws if the server fails, or logs what it was sent. */
    async take({ method, path, payload }: Asked): Promise<void> {
      key += 1;
      const { statusCode, body } = await web.app.inject({
        ...{ method, url: `/v1/accounts/me${path}` },
        headers: {
          ...{ authorization, 'idempotency-key': `key-${key}` },
          ...(payload !== undefined && { 'content-type': 'application/json' }),
        },
        ...(payload !== undefined && { payload }),
      });
      if (statusCode >= 500 || body.includes('"INTERNAL"'))
        throw new Error(`${statusCode}: ${body.slice(0, 500)}`);
      if (web.log.splice(0).some((line) => line.includes(PLANTED)))
        throw new Error('The log has what was sent');
    },
  };
}
