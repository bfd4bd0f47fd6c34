import { z } from 'zod';
import { answered, coded, line, name, whole } from './fields';
import { accountId, key } from './ids';
import { canonicalJson } from './json';
import { operatorLimits } from './operator-limits';
import { type OwnProblem, parse, parser } from './parse';
import { topUp, topUpRule } from './top-up';

const THRESHOLDS_MAX = 10;

const limit = coded('INVALID_LIMIT', whole(0).nullable());

/** An account's limits, each a whole number; null means no limit. */
export const limits = z.strictObject({
  dailyCreditsMax: limit.meta({
    description: 'Credits of the generations begun on one day (UTC), less what they gave back.',
  }),
  generationCreditsMax: limit.meta({ description: 'The price of one generation.' }),
  concurrentGenerationsMax: limit,
});

/**
 * A threshold for a notice: what is left, reserved credits included, falls below `credits`, or
 * below that share of the current cycle's grant.
 */
export const threshold = z.union([
  z.strictObject({ credits: coded('INVALID_THRESHOLD', whole(1)) }),
  z.strictObject({ percentOfCycle: coded('INVALID_THRESHOLD', whole(1, 100)) }),
]);

const lowBalance = coded(
  'INVALID_THRESHOLD',
  z
    .array(threshold)
    .max(THRESHOLDS_MAX)
    .refine(
      (thresholds) => new Set(thresholds.map(canonicalJson)).size === thresholds.length,
      'has a threshold twice',
    ),
);

/**
 * The admissions that a stop covers. Null must be sent: a forgotten member must not stop all
 * accounts.
 */
const scope = {
  accountId: accountId.nullable(),
  kind: coded('UNKNOWN_KIND', name).nullable(),
};

const stopText = coded('INVALID_STOP', line(512));

/** A stop of admissions: of one account or of all (null), of one kind or of all (null). */
export const stop = z.object({
  accountId: z.string().nullable(),
  kind: z.string().nullable(),
  reason: z.string().meta({ description: 'Callers see it.' }),
  by: z.string(),
  since: answered.instant,
});

/** A stop for the account's owner, without the operator's name. */
const stopForOwner = stop.omit({ by: true });

export const admitted = z.object({ admitted: z.boolean() });

const settings = {
  accountId: answered.id,
  limits: limits.extend({
    operator: operatorLimits.optional().meta({
      description:
        'What an operator has set beside them: of the two the tighter counts, and only an operator lifts it. Absent where there is none.',
    }),
  }),
  lowBalance: z.array(threshold).meta({ description: 'When to tell of a low balance.' }),
  topUp: topUp.nullable(),
};

/** An account's settings. Published JSON. `stops` includes those of all accounts. */
export const accountSettings = z.object({ ...settings, stops: z.array(stop) });

export const settingsForOwner = z
  .object({ ...settings, stops: z.array(stopForOwner) })
  .meta({ id: 'Settings' });

/** The answer to a change: all the account's settings, or the state of the stop. */
export const changedSettings = z.union([accountSettings, stop, admitted]);

/** A change of limits. An absent member keeps its value; null removes the limit. */
export const limitsRequest = z
  .strictObject({ accountId, key, ...limits.partial().shape })
  .refine(
    (said) =>
      Object.keys(limits.shape).some(
        (name) => said[name as keyof typeof limits.shape] !== undefined,
      ),
    'says no limit',
  );

/** All limits, because PUT states the result. */
export const limitsBody = limits.meta({
  examples: [{ dailyCreditsMax: 200, generationCreditsMax: null, concurrentGenerationsMax: 3 }],
});

/** Replaces all thresholds. With an empty list no notice of a low balance is written. */
export const lowBalanceRequest = z.strictObject({ accountId, key, lowBalance });

export const lowBalanceBody = lowBalanceRequest
  .omit({ accountId: true, key: true })
  .meta({ examples: [{ lowBalance: [{ credits: 20 }, { percentOfCycle: 10 }] }] });

/**
 * Sets the top-up; null turns it off. Setting it again, even unchanged, resumes a stopped one: at
 * once with another payment method, else a day after the last decline.
 */
export const topUpRequest = z.strictObject({
  accountId,
  key,
  topUp: topUpRule.nullable().meta({ description: 'Null turns it off.' }),
});

export const topUpBody = topUpRequest.omit({ accountId: true, key: true }).meta({
  examples: [{ topUp: { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 20000 } }],
});

const stopShape = { ...scope, reason: stopText.meta({ description: 'Callers see it.' }) };

export const stopRequest = z.preprocess(
  expectScope,
  z.strictObject({ key, ...stopShape, by: stopText }),
);

/** Ends the stop of exactly this scope. */
export const admitRequest = z.preprocess(
  expectScope,
  z.strictObject({ key, ...scope, reason: stopText.optional(), by: stopText.optional() }),
);

/** Over HTTP the token says who stops or admits. */
export const stopBody = z
  .strictObject(stopShape)
  .meta({ examples: [{ accountId: null, kind: 'ai-avatar', reason: 'The service is down' }] });

export const admitBody = z
  .strictObject({ ...scope, reason: stopText })
  .meta({ examples: [{ accountId: null, kind: 'ai-avatar', reason: 'The service is back' }] });

/** One change of settings. Published JSON: the argument of `settingsWorkflow`. */
const REQUESTS = {
  limits: limitsRequest,
  'low-balance': lowBalanceRequest,
  'top-up': topUpRequest,
  stop: stopRequest,
  admit: admitRequest,
} as const;

export type Setting = keyof typeof REQUESTS;

/** The name of each change. */
export const SETTINGS = Object.keys(REQUESTS) as [Setting, ...Setting[]];

const settingShape = z.looseObject({ setting: z.enum(SETTINGS) });

export type Limits = z.output<typeof limits>;
export type Threshold = z.output<typeof threshold>;
export type Stop = z.output<typeof stop>;
export type AccountSettings = z.output<typeof accountSettings>;
export type SettingsForOwner = z.output<typeof settingsForOwner>;
export type LimitsRequest = z.output<typeof limitsRequest>;
export type LowBalanceRequest = z.output<typeof lowBalanceRequest>;
export type TopUpRequest = z.output<typeof topUpRequest>;
export type AdmitRequest = z.output<typeof admitRequest>;
export type StopScope = Pick<AdmitRequest, 'accountId' | 'kind'>;
export type StopRequest = Omit<z.output<typeof stopRequest>, 'key'>;
export type SettingsChange = {
  [Name in Setting]: { setting: Name } & z.output<(typeof REQUESTS)[Name]>;
}[Setting];

export type ChangedSettings = z.output<typeof changedSettings>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_LIMIT, INVALID_ARGUMENT */
export const parseLimits = parser(limitsRequest, 'change of limits');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_THRESHOLD, INVALID_ARGUMENT */
export const parseLowBalance = parser(lowBalanceRequest, 'change of thresholds');

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, UNKNOWN_PACK, INVALID_THRESHOLD,
 *   INVALID_MONTHLY_CAP, INVALID_PAYMENT_METHOD, INVALID_ARGUMENT
 */
export const parseTopUp = parser(topUpRequest, 'change of the top-up');

/**
 * @throws HoldfastError INVALID_STOP, UNKNOWN_KIND, INVALID_ACCOUNT_ID, INVALID_KEY,
 *   INVALID_ARGUMENT
 */
export const parseStop = parser(stopRequest, 'stop');

/**
 * @throws HoldfastError INVALID_STOP, UNKNOWN_KIND, INVALID_ACCOUNT_ID, INVALID_KEY,
 *   INVALID_ARGUMENT
 */
export const parseAdmit = parser(admitRequest, 'end of a stop');

/**
 * @throws HoldfastError as the parser of that setting does; INVALID_ARGUMENT where there is none
 */
export function parseSettingsChange(raw: unknown): SettingsChange {
  const { setting, ...said } = parse(settingShape, raw, 'change of settings');
  return {
    setting,
    ...parse(REQUESTS[setting], said, `change of settings (${setting})`),
  } as SettingsChange;
}

function expectScope(raw: unknown, context: z.RefinementCtx): unknown {
  const { accountId, kind } = (raw ?? {}) as Partial<StopScope>;
  if (accountId !== undefined && kind !== undefined) return raw;
  const message = 'Say which account and which kind; null means all of them.';
  context.addIssue({
    code: 'custom',
    message,
    params: { code: 'INVALID_STOP' } satisfies OwnProblem,
  });
  return z.NEVER;
}
