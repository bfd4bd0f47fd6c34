import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { log } from '@temporalio/workflow';
import * as api from '@temporalio/workflow/lib/workflow';
import fc from 'fast-check';
import { z } from 'zod';
import { generationResult } from '../../contract/generation-result';
import { notice } from '../../contract/notice';
import { refusal } from '../../contract/outcome';
import { pinnedQuote } from '../../contract/prices';
import { purchaseRecord, purchaseResult } from '../../contract/purchase';
import {
  accountSettings,
  limits,
  type SettingsChange,
  stop,
  threshold,
} from '../../contract/settings';
import { subscription } from '../../contract/subscription';
import { topUp } from '../../contract/top-up';
import { waiting } from '../../contract/waiting';
import * as generation from '../../workflows/generation/generation-details';
import * as notices from '../../workflows/notice/notice-details';
import * as purchase from '../../workflows/purchase/purchase-details';
import * as settings from '../../workflows/settings/settings-details';
import { purchaseStart, subscriptionStart } from '../../workflows/start-options';
import * as subscriptions from '../../workflows/subscription/subscription-details';
import * as topUps from '../../workflows/top-up/top-up-details';
import { FORGED, hostile, hostileText, UNSEEN } from '../support/hostile';

const shown: string[] = [];

beforeAll(() => {
  jest
    .spyOn(api, 'setCurrentDetails')
    .mockImplementation((text) => void shown.push(text as string));
  jest.spyOn(api, 'upsertSearchAttributes').mockImplementation(() => {});
  jest.spyOn(log, 'warn').mockImplementation(() => {});
  const info = { typedSearchAttributes: { get: () => undefined } };
  jest.spyOn(api, 'workflowInfo').mockReturnValue(info as never);
});
afterAll(() => jest.restoreAllMocks());

const WORKFLOWS = path.join(__dirname, '../../workflows');

const asked = z.object({ accountId: z.string(), requestId: z.string(), kind: z.string() });
const bought = z.object({ accountId: z.string(), purchaseId: z.string(), packId: z.string() });
const deliveries = z.object({
  delivered: z.int(),
  failed: z.int(),
  lastFailure: z.string().nullable(),
});
const change = z.union([
  z.object({ setting: z.literal('limits'), accountId: z.string(), ...limits.shape }),
  z.object({
    setting: z.literal('low-balance'),
    accountId: z.string(),
    lowBalance: z.array(threshold),
  }),
  z.object({ setting: z.literal('top-up'), accountId: z.string(), topUp: topUp.nullable() }),
  z.object({ setting: z.literal('stop'), ...stop.shape }),
  z.object({ setting: z.literal('admit'), accountId: z.string(), kind: z.string().nullable() }),
]);
const outcome = z.union([
  z.object({ ok: z.literal(true), value: accountSettings, replayed: z.boolean() }),
  z.object({ ok: z.literal(false), refusal }),
]);

/** Every function that sets current details, with the schemas of what it is called with. */
const DETAILS: [name: string, values: z.ZodType[], (...values: never[]) => unknown][] = [
  ['a reservation', [asked, pinnedQuote], generation.showReserved],
  ['a wait', [asked, waiting], generation.showWaiting],
  ['a generation’s end', [generationResult, pinnedQuote.optional()], generation.showOutcome],
  ['a delivery', [notice, deliveries], notices.showDelivering],
  ['the end of deliveries', [z.string(), deliveries], notices.showEnd],
  ['a pending purchase', [purchaseRecord], purchase.showPending],
  ['a purchase that goes back', [purchaseRecord], purchase.showReturning],
  ['a purchase’s end', [purchaseResult], purchase.showResult],
  [
    'a change of settings',
    [outcome, change],
    settings.showOutcome as (...values: [never, SettingsChange]) => void,
  ],
  ['a subscription', [subscription], subscriptions.showStanding],
  ['a subscription’s end', [subscription], subscriptions.showEnd],
  ['a subscription’s refusal', [refusal], subscriptions.showRefusal],
  ['a top-up', [bought], topUps.showBought],
  ['no top-up', [z.string()], topUps.showNone],
];

function expectOwnLines(text: string, paragraphs: number): void {
  const lines = text.split('\n');
  expect(lines.length).toBeLessThanOrEqual(2 * paragraphs - 1);
  for (const line of lines) {
    expect(line).not.toMatch(UNSEEN);
    expect(line.startsWith(FORGED)).toBe(false);
  }
}

test.each(DETAILS)(
  'the current details of %s show no line and no invisible character of a hostile value',
  (_name, schemas, setDetails) => {
    fc.assert(
      fc.property(fc.tuple(...schemas.map((schema) => hostile(schema))), (values) => {
        shown.length = 0;
        setDetails(...(values as never[]));
        expect(shown).toHaveLength(1);
        expectOwnLines(shown[0] ?? '', 2);
      }),
      { numRuns: 30 },
    );
  },
);

test('the summary of a purchase or a subscription is one line, even with hostile ids', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const purchaseOf = { accountId: 'acme', purchaseId: 'p', packId: text, shownPriceCents: 1 };
      expectOwnLines(purchaseStart(purchaseOf, 'q').staticSummary, 1);
      const subscribe = { planId: text, paymentReference: 'p' };
      expectOwnLines(
        subscriptionStart({ accountId: 'acme', subscriptionId: 's' }, 'q', subscribe).staticSummary,
        1,
      );
    }),
  );
});

test('current details are set in one file alone, which escapes them', () => {
  const files = readdirSync(WORKFLOWS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const setting = files.filter((file) =>
    readFileSync(path.join(WORKFLOWS, file), 'utf8').includes('setCurrentDetails'),
  );
  expect(setting).toEqual(['current-details.ts']);
});
