import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import fc from 'fast-check';
import { createPayloadCodec } from '../../codec/payload-codec';
import * as summaries from '../../workflows/proxies/summaries';
import { hostileText, UNSEEN } from '../support/hostile';

const { RESERVATION, GRANT, PURCHASE, SUBSCRIPTION, BILLING, SETTINGS } = summaries;

/** Temporal's own limit, by default. */
const SUMMARY_BYTES_MAX = 400;

const CODEC = createPayloadCodec([{ id: 'k'.repeat(32), key: randomBytes(32).toString('base64') }]);

/** The size in which Temporal gets a summary, of the longest name of a key. */
async function encryptedBytesOf(text: string): Promise<number> {
  const [payload] = await CODEC.encode([defaultPayloadConverter.toPayload(text)]);
  return temporal.api.common.v1.Payload.encode(payload ?? {}).finish().length;
}

/** What a caller without Holdfast's client may send in place of a name or a number. */
const anything = fc.oneof(
  hostileText,
  hostileText.map((text) => text.repeat(100)),
  fc.constantFrom(...['ü', '界', '\u{1f600}', '\ud800', '"', '\\', '\0'].map((c) => c.repeat(999))),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.NaN, -0.5, null, undefined, true),
  fc.constantFrom({ toString: 1 }, Object.create(null), [[]]),
);

type SummaryOf = (input: unknown) => string;

/** The summaries of what a caller says, each with the members that it reads. */
const SAID: [name: string, summaryOf: unknown, members: string[]][] = [
  ['admit', RESERVATION.admit, ['kind', 'maxCredits']],
  ['resume', RESERVATION.resume, ['kind']],
  ['commit', RESERVATION.commit, ['credits']],
  ['grant', GRANT.grant, ['credits', 'source']],
  ['openPurchase', PURCHASE.openPurchase, ['packId']],
  ['subscribe', SUBSCRIPTION.subscribe, ['planId']],
  ['changePlan', SUBSCRIPTION.changePlan, ['planId']],
  ['applyBillingEvent', BILLING.applyBillingEvent, ['source']],
  ['changeSettings', SETTINGS.changeSettings, ['setting']],
];

test.each(SAID)(
  'the summary of %s is one line that Temporal takes, encrypted, whatever was said',
  async (_name, summaryOf, members) => {
    const inputs = fc.record(Object.fromEntries(members.map((member) => [member, anything])));
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const summary = (summaryOf as SummaryOf)(input);
        expect(summary).not.toMatch(UNSEEN);
        expect(await encryptedBytesOf(summary)).toBeLessThanOrEqual(SUMMARY_BYTES_MAX);
      }),
    );
  },
);

test('summaries say what is done, and with how much', () => {
  const ids = { accountId: 'a', requestId: 'r' };
  const request = { ...ids, kind: 'ai-avatar' };
  expect([
    RESERVATION.admit(request),
    RESERVATION.admit({ ...request, maxCredits: 1_200 }),
    RESERVATION.commit({ ...ids, credits: 1, outputUrl: 'https://cdn.example/private' }),
    summaries.releaseOf(12).release({ ...ids, reason: 'private' }),
    summaries.settlementOf(125).settlePurchase({ accountId: 'a', purchaseId: 'p', paymentId: 'x' }),
  ]).toEqual([
    'Reserve credits for ai-avatar',
    'Reserve at most 1,200 credits for ai-avatar',
    'Commit 1 credit',
    'Release 12 credits',
    'Settle the purchase of 125 credits',
  ]);
});
