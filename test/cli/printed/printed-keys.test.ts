import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { balance } from '../../../contract/balance';
import { effectiveCatalog } from '../../../contract/catalog';
import { dispute } from '../../../contract/dispute';
import { requestRecord } from '../../../contract/generation';
import { generationResult } from '../../../contract/generation-result';
import { createdGrant, deduction } from '../../../contract/grant';
import { history } from '../../../contract/history';
import { notices } from '../../../contract/notice';
import { auditFindings, catalogDifferences, health } from '../../../contract/operation';
import { published } from '../../../contract/parse';
import { packsOnSale, quote } from '../../../contract/prices';
import { purchaseResult } from '../../../contract/purchase';
import { reconciliationReport } from '../../../contract/reconciliation';
import { refund } from '../../../contract/refund';
import { opened, redoReport, restoreComparison, waivedOperation } from '../../../contract/restore';
import { accountSettings, admitted, stop } from '../../../contract/settings';
import {
  changedPlan,
  endedSubscription,
  grantedCycles,
  renewed,
  subscriptionChange,
} from '../../../contract/subscription';
import { waitingQueue } from '../../../contract/waiting';
import { type Holdfast, openHoldfast } from '../../workflows/harness';
import { holdfast, onlyDocument, variablesOf } from '../command-line';
import { everyCommand, type Printing } from './every-command';
import { type Keys, keysOf } from './keys';
import recorded from './keys.v0.1.0.json';

/**
 * Whose order v0.1.0 left to the database or to the worker: there only the set is a promise.
 * Everywhere else it had set the order itself.
 */
const UNORDERED = [
  /^history: entries\[\]$/,
  /^notices: notices\[\](\.data)?$/,
  /^show.*: workflow\.result/,
  /^doctor: checks\[\]$/,
];

const generated = generationResult.omit({ accountId: true, requestHash: true });
const bought = purchaseResult.omit({ accountId: true, purchaseHash: true });

/** The contract's shape of each command's document; members beside it are named. */
const CONTRACT: [name: string, shape: z.ZodObject, beside?: string[]][] = [
  ['subscribe', grantedCycles],
  ['subscription', subscriptionChange, ['explanation', 'workflow']],
  ['renew', renewed],
  ['change-plan', changedPlan, ['key']],
  ['buy', bought],
  ['buy, declined', bought],
  ['refund', refund],
  ['dispute', dispute],
  ['packs', packsOnSale],
  ['grant', createdGrant, ['key']],
  ['deduct', deduction, ['key']],
  ['generate', generated],
  ['generate, released', generated],
  ['generate, rejected for want of credits', generated],
  ['generate, rejected for its price', generated],
  ['waiting', waitingQueue],
  ['quote', quote],
  ['balance', balance],
  ['history', history],
  ['notices', notices],
  ['limits', accountSettings, ['key']],
  ['low-balance', accountSettings, ['key']],
  ['top-up', accountSettings, ['key']],
  ['stop', stop],
  ['limits with a stop', accountSettings],
  ['admit', admitted, ['accountId', 'kind', 'stops']],
  ['cancel', subscriptionChange, ['key']],
  ['resume', subscriptionChange, ['key']],
  ['cancel at once', endedSubscription, ['key']],
  ['audit', auditFindings],
  ['reconcile', reconciliationReport],
  ['restore compare', restoreComparison],
  ['restore redo', redoReport],
  ['restore open', opened],
  ['restore waive', waivedOperation],
  ['doctor', health],
  ['catalog diff', catalogDifferences],
  ['catalog show', effectiveCatalog],
];

let stack: Holdfast;
let folder: string;
let commands: Printing[];
const printed = new Map<string, object>();

beforeAll(async () => {
  stack = await openHoldfast();
  await stack.startWorker();
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  commands = await everyCommand(stack, folder);
  for (const [name, words, variables = variablesOf(stack)] of commands) {
    const { stdout } = await holdfast(variables, ...words, '--json');
    printed.set(name, onlyDocument(stdout) as object);
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stack.close();
});

function documentOf(name: string): object {
  const document = printed.get(name);
  if (document === undefined) throw new Error(`Nothing prints ${name}.`);
  return document;
}

function isWithin(part: string[], whole: string[], ordered: boolean): boolean {
  if (!ordered) return part.every((key) => whole.includes(key));
  let from = 0;
  return part.every((key) => {
    from = whole.indexOf(key, from) + 1;
    return from > 0;
  });
}

test('every command of v0.1.0 is tried', () => {
  expect([...printed.keys()]).toEqual(expect.arrayContaining(Object.keys(recorded)));
});

test.each(Object.entries(recorded as unknown as Record<string, Keys>))(
  '%s has the keys that it had in v0.1.0, in their order',
  (name, before) => {
    const now = keysOf(documentOf(name));
    for (const [at, lists] of Object.entries(before)) {
      const ordered = !UNORDERED.some((place) => place.test(`${name}: ${at}`));
      for (const list of lists) {
        const found = now[at]?.some((keys) => isWithin(list, keys, ordered)) ?? false;
        expect({ at, list, now: now[at], found }).toMatchObject({ found: true });
      }
    }
  },
);

test.each(CONTRACT)('%s prints the contract’s keys, in its order', (name, shape, beside = []) => {
  const document = documentOf(name);
  const entries = Object.entries(document);
  const own = Object.fromEntries(entries.filter(([key]) => !beside.includes(key)));
  expect(JSON.stringify(published(shape, own as never))).toBe(JSON.stringify(own));
});

test('show prints the record and the result by the contract', () => {
  const shown = documentOf('show') as { ledger: object; workflow: { result: object } };
  const record = requestRecord.omit({ accountId: true, requestId: true, body: true });
  expect(Object.keys(shown.ledger)).toEqual(Object.keys(record.shape));
  expect(JSON.stringify(published(generationResult, shown.workflow.result as never))).toBe(
    JSON.stringify(shown.workflow.result),
  );
});

test('balance says which plan, cycle and pack a grant is of, and history where the next page begins', async () => {
  const { grants, accountId } = documentOf('balance') as {
    grants: { source: string }[];
    accountId: string;
  };
  expect(grants.find(({ source }) => source === 'plan')).toMatchObject({
    planId: 'lite-monthly',
    cycle: 1,
  });
  expect(grants.find(({ source }) => source === 'pack')).toMatchObject({
    packId: 'pack-125',
    purchaseId: 'pack',
  });
  expect(documentOf('history')).toMatchObject({ next: null });
  const page = await holdfast(variablesOf(stack), 'history', accountId, '--limit', '2', '--json');
  const { entries, next } = JSON.parse(page.stdout) as {
    entries: { version: number }[];
    next: number;
  };
  expect(next).toBe(entries[1]?.version);
});
