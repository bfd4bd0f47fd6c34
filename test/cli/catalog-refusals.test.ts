import { START } from '../ledger/ledger-support';
import {
  BUILT_IN,
  fileOf,
  LITE,
  NEXT,
  OTHER_PLANS,
  openLedgerForFile,
  operator,
  owner,
  stored,
} from './catalog-support';
import { errorOf, holdfast, holdfastJson } from './command-line';

openLedgerForFile();

/** The fault of a file, its error code, and the file's content. */
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
  '%s in a file is refused with %s, with or without a ledger, and nothing changes',
  async (_what, code, content) => {
    const before = await stored();
    const file = fileOf(content);
    for (const words of [['apply'], ['diff']]) {
      for (const variables of [{}, { ...operator, ...owner }]) {
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
  '%s is refused by apply with %s, and shown by diff all the same',
  async (_what, code, exitCode, version) => {
    const before = await stored();
    const file = fileOf(version);
    const applied = await holdfastJson({ ...operator, ...owner }, 'catalog', 'apply', file);
    expect(applied).toMatchObject({ code: exitCode, json: errorOf(code) });
    const compared = await holdfastJson(operator, 'catalog', 'diff', file);
    expect(compared).toMatchObject({
      code: exitCode,
      json: { now: START, versions: [{ plans: expect.any(Array) }] },
    });
    expect((compared.json as { error: object }).error).toEqual(
      (applied.json as { error: object }).error,
    );
    const { code: textCode, stdout } = await holdfast(operator, 'catalog', 'diff', file);
    expect(stdout).toMatch(/^Version \d from .*\nremoved +plan +advanced-yearly /s);
    expect(stdout).toMatch(
      new RegExp(`\n\nApplying this file would be refused\\. ${code}: .*\\.\n$`),
    );
    expect(textCode).toBe(exitCode);
    expect(await stored()).toEqual(before);
  },
);
