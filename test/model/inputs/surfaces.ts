import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { parseCatalogFile, parseCatalogText } from '../../../catalog/catalog';
import builtIn from '../../../catalog/default.json';
import { runWith } from '../../../cli/run';
import { checkActsPage, parseActWords } from '../../../contract/act';
import { checkAskedInstant, checkInstant } from '../../../contract/balance';
import { parseErasure } from '../../../contract/erasure';
import { ERROR_CATALOGUE } from '../../../contract/error-catalogue';
import { HoldfastError } from '../../../contract/errors';
import { parseGenerationRequest, parseStartedRequest } from '../../../contract/generation';
import { parseDelivery } from '../../../contract/generation-job';
import { parseDeduction, parseGrant } from '../../../contract/grant';
import { checkPage } from '../../../contract/history';
import * as ids from '../../../contract/ids';
import { parseForgetDeclines, parseOperatorLimits } from '../../../contract/operator-limits';
import { charge, isOwned, paymentState } from '../../../contract/payment';
import { parsePriceable } from '../../../contract/prices';
import * as provider from '../../../contract/provider-answer';
import { parsePurchase } from '../../../contract/purchase';
import * as settings from '../../../contract/settings';
import * as stuck from '../../../contract/stuck';
import * as subscription from '../../../contract/subscription';
import { checkUsageRange } from '../../../contract/usage';
import { checkWaitingPage } from '../../../contract/waiting';
import { loadWebConfig } from '../../../web/web-config';
import { loadWorkerConfig } from '../../../worker/worker-config';
import { fakeConnections } from '../../cli/hostile/fake-connections';
import { badJson, badValue, spoiled } from './bad-values';

/** Something that takes values from outside, and bad values for it. `take` throws what is wrong. */
export interface Surface {
  name: string;
  bad: fc.Arbitrary<unknown>;
  take(value: unknown): void | Promise<void>;
}

const a = { accountId: 'acme' };
const keyed = { ...a, key: 'k' };
const words = { reason: 'because', by: 'sam' };
const at = '2030-01-01T00:00:00Z';
const generation = {
  ...{
    ...a,
    requestId: 'r',
    kind: 'ai-avatar',
    seconds: 3,
    audio: false,
    input: { prompt: ['x'] },
  },
  ...{ metadata: { scene: '1' }, maxCredits: 5, onInsufficientCredits: 'wait', waitUntil: at },
};
const ofSubscription = { ...a, subscriptionId: 's' };

/** Each parser of the contract with a value that it takes. */
const PARSERS: [name: string, parse: (value: unknown) => unknown, valid: unknown][] = [
  ['parseGenerationRequest', parseGenerationRequest, generation],
  ['parseStartedRequest', parseStartedRequest, generation],
  [
    'parseGrant',
    parseGrant,
    { ...keyed, credits: 5, source: 'promotion', ...words, expiresAt: at, costCents: 1 },
  ],
  ['parseDeduction', parseDeduction, { ...keyed, credits: 5, ...words }],
  [
    'parsePurchase',
    parsePurchase,
    { ...a, purchaseId: 'p', packId: 'pack', shownPriceCents: 5, currency: 'USD' },
  ],
  [
    'parseLimits',
    settings.parseLimits,
    { ...keyed, dailyCreditsMax: 5, generationCreditsMax: null },
  ],
  [
    'parseLowBalance',
    settings.parseLowBalance,
    { ...keyed, lowBalance: [{ credits: 5 }, { percentOfCycle: 5 }] },
  ],
  [
    'parseTopUp',
    settings.parseTopUp,
    { ...keyed, topUp: { packId: 'p', belowCredits: 5, monthlyCapCents: 9, paymentMethod: 'm' } },
  ],
  ['parseStop', settings.parseStop, { ...keyed, kind: null, ...words }],
  ['parseAdmit', settings.parseAdmit, { ...keyed, kind: 'ai-avatar', ...words }],
  [
    'parseSettingsChange',
    settings.parseSettingsChange,
    { kind: 'limits', ...keyed, dailyCreditsMax: 5 },
  ],
  [
    'parseSubscribe',
    subscription.parseSubscribe,
    { ...ofSubscription, planId: 'p', paymentReference: 'r', timeZone: 'UTC' },
  ],
  [
    'parseRenewal',
    subscription.parseRenewal,
    { ...ofSubscription, paymentReference: 'r', paidAt: at },
  ],
  [
    'parseSubscriptionChange',
    subscription.parseSubscriptionChange,
    { ...ofSubscription, key: 'k' },
  ],
  [
    'parsePlanChange',
    subscription.parsePlanChange,
    { ...ofSubscription, key: 'k', planId: 'p', paymentReference: 'r' },
  ],
  ['parseSubscriptionKey', subscription.parseSubscriptionKey, ofSubscription],
  ['parseTermKey', subscription.parseTermKey, { ...ofSubscription, term: 1 }],
  ['parseReleaseByHand', stuck.parseReleaseByHand, { ...a, requestId: 'r', ...words }],
  [
    'parseCloseByHand',
    stuck.parseCloseByHand,
    { ...a, purchaseId: 'p', status: 'voided', ...words },
  ],
  ['parseEndByHand', stuck.parseEndByHand, { ...ofSubscription, ...words }],
  ['parseDismissal', stuck.parseDismissal, { ...a, noticeId: 1, ...words }],
  ['parseErasure', parseErasure, { ...a, ...words }],
  [
    'parseOperatorLimits',
    parseOperatorLimits,
    { ...a, limits: { dailyCreditsMax: 5, declinesMax: null }, ...words },
  ],
  ['parseForgetDeclines', parseForgetDeclines, { ...a, ...words }],
  ['parsePriceable', parsePriceable, { kind: 'ai-avatar', seconds: 3, audio: true }],
  ['parseDelivery', parseDelivery, { outputUrl: 'file:///o', durationMs: 3_000 }],
  ['parseActWords', parseActWords, words],
  ['checkActsPage', checkActsPage, { ...a, before: 1, limit: 5 }],
  [
    'checkPage',
    checkPage,
    {
      ...{ limit: 5, before: 3, kind: 'ai-avatar', since: at, until: at },
      ...{ type: 'grant', requestId: 'r' },
    },
  ],
  ['checkUsageRange', checkUsageRange, { days: 5 }],
  ['checkWaitingPage', checkWaitingPage, { limit: 5, after: 1 }],
  ['checkInstant', checkInstant, at],
  ['checkAskedInstant', checkAskedInstant, at],
  ['checkAccountId', ids.checkAccountId, 'acme'],
  ['checkRequestId', ids.checkRequestId, 'r'],
  ['checkKey', ids.checkKey, 'k'],
  ['checkPaymentReference', ids.checkPaymentReference, 'a/b'],
  ['parseCatalogFile', parseCatalogFile, builtIn],
];

const LENGTH_MAX = 10_000;

/** A refusal is one of the catalogue, in well-formed words; what is taken can be stored. */
function expectRefusedOrStorable(parse: (value: unknown) => unknown, value: unknown): void {
  let taken: unknown;
  try {
    taken = parse(value);
  } catch (error) {
    if (!(error instanceof HoldfastError) || !(error.code in ERROR_CATALOGUE)) throw error;
    const { code, message } = error;
    if (code === 'INTERNAL' || !message.isWellFormed() || message.length > LENGTH_MAX) throw error;
    JSON.stringify(error.details);
    return;
  }
  // A generation's input is opaque, and is kept as a hash.
  const stored = JSON.stringify(taken, (key, one) => (key === 'input' ? null : one)) ?? 'null';
  if (stored.includes('\\u0000') || /\\ud[89a-f]/.test(stored))
    throw new Error(`It took what can't be stored: ${stored.slice(0, 200)}`);
}

const parsers: Surface[] = PARSERS.map(([name, parse, valid]) => ({
  name,
  bad: fc.oneof({ weight: 5, arbitrary: spoiled(valid) }, badValue),
  take: (value) => expectRefusedOrStorable(parse, value),
}));

/** What a provider says is read by functions that never throw. */
const providers: Surface = {
  name: 'provider answers',
  bad: fc.oneof(
    badValue,
    spoiled({ state: 'paid', paymentId: 'p', durationMs: 5, billed: { durationMs: 5 } }),
  ),
  take(said) {
    for (const schema of [charge, isOwned, paymentState]) schema.safeParse(said);
    const texts = [provider.reasonOf(said), provider.lineOf(said, 100)];
    if (!texts.every((text) => text.isWellFormed() && !text.includes('\0')))
      throw new Error(`A text can't be stored: ${JSON.stringify(texts)}`);
    provider.isOutputUrl(said);
    provider.billedOf(said);
    const numbers = [
      provider.durationMsOf(said) ?? 0,
      provider.progressOf(said),
      provider.retryDelayMsOf(said) ?? 0,
    ];
    if (!numbers.every(Number.isFinite)) throw new Error(`Numbers of no use: ${numbers}`);
  },
};

const catalogText: Surface = {
  name: 'catalog text',
  bad: fc.oneof(
    spoiled(builtIn, badJson).map((value) => JSON.stringify(value)),
    fc.string({ maxLength: 60 }),
    fc.nat(3_000).map((length) => JSON.stringify(builtIn).slice(0, length)),
  ),
  take: (value) => expectRefusedOrStorable((text) => parseCatalogText(text as string), value),
};

const SECRET = 'a secret of more than thirty-two bytes';
const ENVIRONMENT = {
  DATABASE_URL: 'postgres://app:planted-secret@127.0.0.1:5432/holdfast',
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  HOLDFAST_JWT_ISSUER: 'https://issuer.example',
  HOLDFAST_JWT_SECRET: SECRET,
  HOLDFAST_WEB_PORT: '8080',
  HOLDFAST_HOLD_SECONDS: '300',
  HOLDFAST_LOG_LEVEL: 'info',
};

/** A process with a bad setting doesn't start, and says which it is, not what it is. */
const environment: Surface = {
  name: 'environment',
  bad: spoiled(
    ENVIRONMENT,
    badValue.map((value) => (typeof value === 'string' ? value : undefined)),
  ),
  take(value) {
    if (value === null || typeof value !== 'object') return;
    for (const load of [loadWebConfig, loadWorkerConfig])
      try {
        load(value as Record<string, string | undefined>);
      } catch (error) {
        const { message } = error as Error;
        if (!message.startsWith('The configuration is not usable:')) throw error;
        if (message.includes('planted-secret') || message.includes(SECRET))
          throw new Error('A secret is shown');
      }
  },
};

const COMMANDS = [
  ['balance', 'acme'],
  ['history', 'acme', '--limit', '5', '--since', at],
  [
    'grant',
    'acme',
    '5',
    '--source',
    'adjustment',
    '--reason',
    'r',
    '--by',
    'b',
    '--expires-at',
    at,
  ],
  ['deduct', 'acme', '5', '--reason', 'r', '--by', 'b'],
  ['refund', 'acme', 'p', '--told-by-provider', 're', '--amount-cents', '5'],
  ['quote', 'ai-avatar', '--seconds', '3', '--account', 'acme'],
  ['generate', 'acme', 'ai-avatar', '--seconds', '3', '--input', '{"prompt":"x"}'],
  ['buy', 'acme', 'pack-125', '--shown-price-cents', '4900'],
  ['subscribe', 'acme', 'lite-monthly', '--payment-reference', 'p', '--time-zone', 'UTC'],
  ['renew', 'acme', '--payment-reference', 'p', '--paid-at', at],
  ['limits', 'acme', '--daily', '5'],
  ['low-balance', 'acme', '--credits', '5'],
  ['stop', 'acme', '--reason', 'r', '--by', 'b'],
  ['erase', 'acme', '--reason', 'r', '--by', 'b', '--yes'],
];

/** A command ends with a code, and prints no trace of the program. */
const commandLine: Surface = {
  name: 'command line',
  bad: fc.constantFrom(...COMMANDS).chain((command) =>
    spoiled(
      command.slice(1),
      fc.oneof(
        badValue.filter((value) => typeof value === 'string'),
        fc.constant('--by'),
      ),
    ).map((rest) => [command[0], ...(Array.isArray(rest) ? rest : [rest])]),
  ),
  async take(value) {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const printed: Buffer[] = [];
    stderr.on('data', (chunk: Buffer) => printed.push(chunk));
    stdout.resume();
    const code = await runWith(
      () => fakeConnections(new HoldfastError('ACCOUNT_NOT_FOUND', 'none')),
      (value as unknown[]).map((word) => String(word)),
      { stdin, stdout, stderr },
    );
    const said = Buffer.concat(printed).toString();
    if (/^\s+at .*\.[jt]s:\d+/m.test(said)) throw new Error(`A stack is printed: ${said}`);
    void code;
  },
};

export const SURFACES: Surface[] = [...parsers, providers, catalogText, environment, commandLine];
