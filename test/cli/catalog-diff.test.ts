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
  subscribe,
  YEARLY,
} from './catalog-support';
import { errorOf, holdfast, holdfastJson } from './command-line';

openLedgerForFile();

test('diff prints what a catalog file would change, and for which subscriptions', async () => {
  const { code, stdout } = await holdfast(operator, 'catalog', 'diff', fileOf(NEXT));
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

test('diff says of which types cancelled generations are charged from then on', async () => {
  const { 'ai-avatar': avatar, ...others } = BUILT_IN.kinds;
  const song = { name: 'Song', price: { credits: 1 }, timeLimitSeconds: 60, cancelled: 'used' };
  const kinds = { ...others, 'ai-avatar': { ...avatar, cancelled: 'used' }, song };
  const file = fileOf({ ...BUILT_IN, version: 2, effectiveFrom: NEXT.effectiveFrom, kinds });
  const { stdout } = await holdfast(operator, 'catalog', 'diff', file);
  expect(stdout).toMatch(
    /changed +generation type +ai-avatar +cancelled +if cancelled, what was used\n/,
  );
  expect(stdout).toMatch(
    /added +generation type +song .* ends after 60 s, if cancelled, what was used\n/,
  );
});

test('diff tells the rules of refunds', async () => {
  const rules = { refund: 'debt', inDebt: 'admit' };
  const file = fileOf({ ...BUILT_IN, version: 2, effectiveFrom: NEXT.effectiveFrom, ...rules });
  const { stdout } = await holdfast(operator, 'catalog', 'diff', file);
  expect(stdout).toMatch(/changed +refunds of packs +never +debt\n/);
  expect(stdout).toMatch(/changed +generations in debt +refuse +admit\n/);
});

test('diff --json is one document, with every subscription that holds a changed plan', async () => {
  const holder = { subscriptionId: 's', scheduled: false };
  const { code, json } = await holdfastJson(operator, 'catalog', 'diff', fileOf(NEXT));
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
        rules: [],
      },
    ],
  });
  expect(code).toBe(0);
});

test('a catalog file that the ledger has already changes nothing', async () => {
  expect(await holdfast(operator, 'catalog', 'diff', fileOf(BUILT_IN))).toMatchObject({
    ...{ code: 0, stdout: 'Nothing to do: the ledger has these versions.\n' },
  });
  const { json } = await holdfastJson(operator, 'catalog', 'diff', fileOf(BUILT_IN));
  expect(json).toEqual({ now: START, versions: [] });
});

test('diff names no subscription for a plan without holders, and for one that a later version replaces', async () => {
  const short = { ...NEXT, effectiveFrom: '2030-02-02T00:00:00Z' };
  const next = { ...BUILT_IN, version: 3, effectiveFrom: NEXT.effectiveFrom, plans: OTHER_PLANS };
  const { stdout } = await holdfast(
    operator,
    'catalog',
    'diff',
    fileOf(JSON.stringify({ versions: [short, next] })),
  );
  expect(stdout).toMatch(/\nacme +s +has it +– +not reached\n/);
  const withoutHolders = {
    ...NEXT,
    plans: { ...BUILT_IN.plans, 'lite-yearly': { ...YEARLY, name: 'Light Yearly' } },
  };
  expect(await holdfast(operator, 'catalog', 'diff', fileOf(withoutHolders))).toMatchObject({
    stdout: expect.stringMatching(
      /\n\nPlan lite-yearly: no live subscription has it now or next\.\n$/,
    ),
  });
});

test('diff lists twenty of a plan’s many subscriptions', async () => {
  const accounts = Array.from(
    { length: 22 },
    (_, index) => `pro-${String(index).padStart(2, '0')}`,
  );
  for (const account of accounts) await subscribe(account, 'professional-yearly');
  const without = { ...NEXT, plans: { ...BUILT_IN.plans, 'professional-yearly': YEARLY } };
  const { stdout } = await holdfast(operator, 'catalog', 'diff', fileOf(without));
  expect(stdout).toContain(
    'Plan professional-yearly: 22 live subscriptions have it now or next.\n',
  );
  expect(stdout.match(/^pro-\d\d /gm)).toEqual(
    accounts.slice(0, 20).map((account) => `${account} `),
  );
  expect(stdout).toContain('\n… and 2 more; --json lists up to 1,000.\n');
});

test('diff needs a ledger', async () => {
  const { code, json } = await holdfastJson({}, 'catalog', 'diff', fileOf(NEXT));
  expect(json).toEqual(
    errorOf('LEDGER_UNAVAILABLE', { message: expect.stringMatching(/npm run dev.*DATABASE_URL/) }),
  );
  expect(code).toBe(4);
});

test('apply makes the changes that diff has shown; a version can be replaced before its date, which no other may have', async () => {
  const file = fileOf(NEXT);
  expect(await holdfastJson(owner, 'catalog', 'apply', file)).toEqual({
    code: 0,
    json: { applied: [2] },
  });
  expect(await holdfastJson(operator, 'catalog', 'diff', file)).toEqual({
    code: 0,
    json: { now: START, versions: [] },
  });
  const moved = fileOf({ ...NEXT, effectiveFrom: '2030-03-15T00:00:00Z' });
  expect(await holdfast(operator, 'catalog', 'diff', moved)).toMatchObject({
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
    const refused = await holdfastJson({ ...operator, ...owner }, 'catalog', word, together);
    expect(refused).toMatchObject({ code: 2, json: errorOf('CATALOG_DUPLICATE', { version: 3 }) });
  }
  expect(await stored()).toEqual(after);
});
