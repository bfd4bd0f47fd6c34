import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtInCatalog } from '../../catalog/catalog';
import type { CatalogVersion } from '../../contract/catalog';
import { granted, START, TestLedger } from '../ledger/ledger-support';
import { errorOf, holdfast, holdfastJson } from './command-line';

const BUILT_IN = builtInCatalog()[0] as CatalogVersion;
const { 'lite-monthly': LITE, 'advanced-yearly': YEARLY, ...OTHER_PLANS } = BUILT_IN.plans;
const { 'pack-125': _dropped, ...OTHER_PACKS } = BUILT_IN.packs;
/** Takes effect on 15 February 2030; the ledger's clock stands at the year's beginning. */
const NEXT = {
  ...BUILT_IN,
  version: 2,
  effectiveFrom: '2030-02-15T00:00:00Z',
  kinds: {
    ...BUILT_IN.kinds,
    'text-to-video-veo3': {
      ...BUILT_IN.kinds['text-to-video-veo3'],
      price: { credits: 4, perSeconds: 1, creditsWithAudio: 5 },
      maxSeconds: 12,
    },
    song: { name: 'Song', price: { credits: 1, perSeconds: 30 }, timeLimitSeconds: 60 },
  },
  plans: { ...OTHER_PLANS, 'lite-monthly': { ...LITE, credits: 180 } },
  packs: { ...OTHER_PACKS, 'pack-300': { credits: 310, priceCents: 9950, currency: 'USD' } },
  renewalGrace: 'P3D',
};

let books: TestLedger;
let worker: Record<string, string>;
let owner: Record<string, string>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-catalog-'));
  books = await TestLedger.open();
  worker = { DATABASE_URL: books.urls.ledgerUrl };
  owner = { HOLDFAST_MIGRATION_DATABASE_URL: books.urls.ownerUrl };
  await subscribe('acme', 'lite-monthly');
  await subscribe('bolt', 'professional-monthly');
  await subscribe('corp', 'advanced-yearly');
  const { subscriptions } = books.ledger;
  await granted(subscriptions.changePlan('bolt', 's', 'k', { planId: 'lite-monthly' }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await books.expectBalanced();
  await books.close();
});

const subscribe = (account: string, planId: string) =>
  granted(books.ledger.subscriptions.subscribe(account, 's', { planId, paymentReference: 'p' }));

let files = 0;
function fileOf(content: object | string): string {
  files += 1;
  const file = path.join(folder, `${files}.json`);
  writeFileSync(
    file,
    typeof content === 'string' ? content : JSON.stringify({ versions: [content] }),
  );
  return file;
}

async function stored(): Promise<unknown[]> {
  return (await books.owner.query('SELECT * FROM holdfast.catalog_versions ORDER BY version')).rows;
}

test('diff says what a file would change, and for whom', async () => {
  const { code, stdout } = await holdfast(worker, 'catalog', 'diff', fileOf(NEXT));
  expect(stdout).toBe(`Version 2 from 2030-02-15 00:00:00Z, compared with version 1

         what             id                            before                                     after
changed  generation type  text-to-video-veo3  price     3 credits per second, 5 with audio         4 credits per second, 5 with audio
changed  generation type  text-to-video-veo3  duration  8 s at most                                12 s at most
added    generation type  song                                                                     Song, 1 credit per 30 seconds, ends after 60 s
changed  plan             lite-monthly        credits   150 credits                                180 credits
removed  plan             advanced-yearly               Advanced Yearly, 1,200 credits, every P1Y
changed  pack             pack-300            credits   300 credits                                310 credits
changed  pack             pack-300            price     99 USD                                     99.50 USD
removed  pack             pack-125                      125 credits, 49 USD
changed  renewal grace                                  none                                       P3D

Plan lite-monthly: 2 live subscriptions have it now or next.
account  subscription  plan       first cycle under it  brings
acme     s             has it     2030-03-01 00:00:00Z  180 credits
bolt     s             scheduled  2030-03-01 00:00:00Z  180 credits

Plan advanced-yearly: 1 live subscription has it now or next.
account  subscription  plan    first cycle under it  brings
corp     s             has it  2031-01-01 00:00:00Z  as it was last sold

Cycles that have begun keep what was granted.
`);
  expect(code).toBe(0);
});

test('diff --json is one document, with every holder', async () => {
  const holder = { subscriptionId: 's', scheduled: false };
  const { code, json } = await holdfastJson(worker, 'catalog', 'diff', fileOf(NEXT));
  expect(json).toEqual({
    now: START,
    versions: [
      {
        version: 2,
        effectiveFrom: NEXT.effectiveFrom,
        effectiveUntil: null,
        comparedWith: 1,
        replaces: false,
        kinds: [
          {
            ...{ id: 'text-to-video-veo3', change: 'changed' },
            before: BUILT_IN.kinds['text-to-video-veo3'],
            after: NEXT.kinds['text-to-video-veo3'],
          },
          { id: 'song', change: 'added', before: null, after: NEXT.kinds.song },
        ],
        plans: [
          {
            ...{
              id: 'lite-monthly',
              change: 'changed',
              before: LITE,
              after: { ...LITE, credits: 180 },
            },
            holders: {
              count: 2,
              truncated: false,
              subscriptions: [
                { ...holder, accountId: 'acme', from: '2030-03-01T00:00:00.000Z', credits: 180 },
                {
                  ...holder,
                  accountId: 'bolt',
                  scheduled: true,
                  from: '2030-03-01T00:00:00.000Z',
                  credits: 180,
                },
              ],
            },
          },
          {
            ...{ id: 'advanced-yearly', change: 'removed', before: YEARLY, after: null },
            holders: {
              count: 1,
              truncated: false,
              subscriptions: [
                { ...holder, accountId: 'corp', from: '2031-01-01T00:00:00.000Z', credits: null },
              ],
            },
          },
        ],
        packs: [
          {
            id: 'pack-300',
            change: 'changed',
            before: BUILT_IN.packs['pack-300'],
            after: NEXT.packs['pack-300'],
          },
          { id: 'pack-125', change: 'removed', before: BUILT_IN.packs['pack-125'], after: null },
        ],
        waits: [{ field: 'renewalGrace', before: 'PT0S', after: 'P3D' }],
      },
    ],
  });
  expect(code).toBe(0);
});

test('a file that the ledger has already changes nothing', async () => {
  expect(await holdfast(worker, 'catalog', 'diff', fileOf(BUILT_IN))).toMatchObject({
    ...{ code: 0, stdout: 'Nothing to do: the ledger has these versions.\n' },
  });
  const { json } = await holdfastJson(worker, 'catalog', 'diff', fileOf(BUILT_IN));
  expect(json).toEqual({ now: START, versions: [] });
});

test('a plan that nobody has, and one that a later version overtakes, are said to reach nobody', async () => {
  const short = { ...NEXT, effectiveFrom: '2030-02-02T00:00:00Z' };
  const next = { ...BUILT_IN, version: 3, effectiveFrom: NEXT.effectiveFrom, plans: OTHER_PLANS };
  const { stdout } = await holdfast(
    worker,
    'catalog',
    'diff',
    fileOf(JSON.stringify({ versions: [short, next] })),
  );
  expect(stdout).toMatch(/\nacme +s +has it +– +not reached\n/);
  const nobody = {
    ...NEXT,
    plans: { ...BUILT_IN.plans, 'lite-yearly': { ...YEARLY, name: 'Light Yearly' } },
  };
  expect(await holdfast(worker, 'catalog', 'diff', fileOf(nobody))).toMatchObject({
    stdout: expect.stringMatching(
      /\n\nPlan lite-yearly: no live subscription has it now or next\.\n$/,
    ),
  });
});

test('of many who have a plan a person is shown twenty', async () => {
  const accounts = Array.from(
    { length: 22 },
    (_, index) => `pro-${String(index).padStart(2, '0')}`,
  );
  for (const account of accounts) await subscribe(account, 'professional-yearly');
  const without = { ...NEXT, plans: { ...BUILT_IN.plans, 'professional-yearly': YEARLY } };
  const { stdout } = await holdfast(worker, 'catalog', 'diff', fileOf(without));
  expect(stdout).toContain(
    'Plan professional-yearly: 22 live subscriptions have it now or next.\n',
  );
  expect(stdout.match(/^pro-\d\d /gm)).toEqual(
    accounts.slice(0, 20).map((account) => `${account} `),
  );
  expect(stdout).toContain('\n… and 2 more; --json lists up to 1,000.\n');
});

/** What is wrong with a file, its code, and with what `catalog apply` ends. */
const IN_THE_FILE: [what: string, code: string, content: object | string][] = [
  [
    'a gap',
    'CATALOG_VERSION_GAP',
    JSON.stringify({ versions: [BUILT_IN, { ...NEXT, version: 3 }] }),
  ],
  [
    'a number twice',
    'CATALOG_DUPLICATE',
    JSON.stringify({ versions: [BUILT_IN, { ...NEXT, version: 1 }] }),
  ],
  ['a member twice', 'CATALOG_DUPLICATE', '{"versions": [], "versions": []}'],
  [
    'a negative price',
    'CATALOG_INVALID_PRICE',
    { ...NEXT, packs: { p: { credits: 1, priceCents: -1, currency: 'USD' } } },
  ],
  ['an unknown field', 'CATALOG_UNKNOWN_FIELD', { ...NEXT, note: 'Spring' }],
  [
    'a cycle of zero',
    'CATALOG_INVALID_CYCLE',
    { ...NEXT, plans: { p: { ...LITE, cycle: 'P0D' } } },
  ],
  ['a grace in words', 'INVALID_CATALOG', { ...NEXT, renewalGrace: 'a week' }],
  ['no JSON', 'INVALID_CATALOG', 'version: 2'],
];

test.each(IN_THE_FILE)(
  '%s is %s, with or without a ledger, and nothing is changed',
  async (_what, code, content) => {
    const before = await stored();
    const file = fileOf(content);
    for (const words of [['apply'], ['diff']]) {
      for (const variables of [{}, { ...worker, ...owner }]) {
        expect(await holdfastJson(variables, 'catalog', ...words, file)).toMatchObject({
          code: 2,
          json: errorOf(code),
        });
      }
    }
    expect(await stored()).toEqual(before);
  },
);

const BY_THE_LEDGER: [what: string, code: string, exitCode: number, version: object][] = [
  ['a number beyond the next one', 'CATALOG_VERSION_GAP', 2, { ...NEXT, version: 5 }],
  [
    'a date in the past',
    'CATALOG_EFFECTIVE_IN_PAST',
    3,
    { ...NEXT, effectiveFrom: '2029-12-31T00:00:00Z' },
  ],
  [
    'another text of the effective version',
    'CATALOG_VERSION_EFFECTIVE',
    3,
    { ...BUILT_IN, plans: OTHER_PLANS },
  ],
];

test.each(BY_THE_LEDGER)(
  '%s is %s: apply refuses it, diff shows it all the same',
  async (_what, code, exitCode, version) => {
    const before = await stored();
    const file = fileOf(version);
    const applied = await holdfastJson({ ...worker, ...owner }, 'catalog', 'apply', file);
    expect(applied).toMatchObject({ code: exitCode, json: errorOf(code) });
    const compared = await holdfastJson(worker, 'catalog', 'diff', file);
    expect(compared).toMatchObject({
      code: exitCode,
      json: { now: START, versions: [{ plans: expect.any(Array) }] },
    });
    expect((compared.json as { error: object }).error).toEqual(
      (applied.json as { error: object }).error,
    );
    const { code: textCode, stdout } = await holdfast(worker, 'catalog', 'diff', file);
    expect(stdout).toMatch(/^Version \d from .*\nremoved +plan +advanced-yearly /s);
    expect(stdout).toMatch(
      new RegExp(`\n\nApplying this file would be refused\\. ${code}: .*\\.\n$`),
    );
    expect(textCode).toBe(exitCode);
    expect(await stored()).toEqual(before);
  },
);

test('without a ledger nobody can say for whom', async () => {
  const { code, json } = await holdfastJson({}, 'catalog', 'diff', fileOf(NEXT));
  expect(json).toEqual(
    errorOf('LEDGER_UNAVAILABLE', { message: expect.stringMatching(/npm run dev.*DATABASE_URL/) }),
  );
  expect(code).toBe(4);
});

test('what diff has shown, apply does; then it may still be replaced, and its date is taken', async () => {
  const file = fileOf(NEXT);
  expect(await holdfastJson(owner, 'catalog', 'apply', file)).toEqual({
    code: 0,
    json: { applied: [2] },
  });
  expect(await holdfastJson(worker, 'catalog', 'diff', file)).toEqual({
    code: 0,
    json: { now: START, versions: [] },
  });
  const moved = fileOf({ ...NEXT, effectiveFrom: '2030-03-15T00:00:00Z' });
  expect(await holdfast(worker, 'catalog', 'diff', moved)).toMatchObject({
    ...{
      code: 0,
      stdout: expect.stringContaining(
        '00Z (in place of the one that the ledger has), compared with version 1\n',
      ),
    },
  });
  const after = await stored();
  const together = fileOf({ ...BUILT_IN, version: 3, effectiveFrom: NEXT.effectiveFrom });
  for (const word of ['apply', 'diff']) {
    const refused = await holdfastJson({ ...worker, ...owner }, 'catalog', word, together);
    expect(refused).toMatchObject({ code: 2, json: errorOf('CATALOG_DUPLICATE', { version: 3 }) });
  }
  expect(await stored()).toEqual(after);
});
