import { z } from 'zod';
import { HoldfastError } from '../errors';
import { checkAccountId, checkKey } from '../ids';
import { canonicalJson } from '../json';
import { type CodeByField, parseShape, storableText } from '../parsing';
import { packId, paymentMethod } from '../purchase/purchase-parsing';
import type {
  LimitsRequest,
  LowBalanceRequest,
  SettingsChange,
  StopRequest,
  StopScope,
  TopUpRequest,
} from './settings';

const THRESHOLDS_MAX = 10;

/** Looked at by themselves, for the codes of their own that ids have. */
const ids = { accountId: z.unknown().optional(), key: z.unknown().optional() };

const limit = z.int().min(0).nullable().optional();

const limitsShape = z
  .strictObject({ ...ids, dailyCreditsMax: limit, generationCreditsMax: limit, concurrentGenerationsMax: limit })
  .refine(
    ({ dailyCreditsMax: daily, generationCreditsMax: each, concurrentGenerationsMax: atOnce }) =>
      [daily, each, atOnce].some((said) => said !== undefined),
    'says no limit',
  );

const lowBalanceShape = z.strictObject({
  ...ids,
  lowBalance: z
    .array(
      z.union([
        z.strictObject({ credits: z.int().min(1) }),
        z.strictObject({ percentOfCycle: z.int().min(1).max(100) }),
      ]),
    )
    .max(THRESHOLDS_MAX)
    .refine((thresholds) => new Set(thresholds.map(canonicalJson)).size === thresholds.length, 'has a threshold twice'),
});

const topUpShape = z.strictObject({ ...ids, topUp: z.looseObject({}).nullable() });

const topUpRule = z.strictObject({
  packId,
  belowCredits: z.int().min(1),
  monthlyCapCents: z.int().min(1),
  paymentMethod,
});

/** Callers and operators read it on one line. */
const line = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'holds a control character or broken Unicode');

const admitShape = z.strictObject({
  ...ids,
  kind: storableText(64).nullable(),
});

const stopShape = admitShape.extend({ reason: line, by: line });

const CODE_BY_FIELD: CodeByField = {
  dailyCreditsMax: 'INVALID_LIMIT',
  generationCreditsMax: 'INVALID_LIMIT',
  concurrentGenerationsMax: 'INVALID_LIMIT',
  lowBalance: 'INVALID_THRESHOLD',
  packId: 'UNKNOWN_PACK',
  belowCredits: 'INVALID_THRESHOLD',
  monthlyCapCents: 'INVALID_MONTHLY_CAP',
  paymentMethod: 'INVALID_PAYMENT_METHOD',
  kind: 'UNKNOWN_KIND',
  reason: 'INVALID_STOP',
  by: 'INVALID_STOP',
};

const settingShape = z.looseObject({ setting: z.enum(['limits', 'low-balance', 'top-up', 'stop', 'admit']) });

/** @throws HoldfastError as the parser of that setting does; INVALID_ARGUMENT where there is none */
export function parseSettingsChange(raw: unknown): SettingsChange {
  const { setting, ...said } = parseShape(settingShape, raw, 'change of settings', {});
  switch (setting) {
    case 'limits':
      return { setting, ...parseLimits(said) };
    case 'low-balance':
      return { setting, ...parseLowBalance(said) };
    case 'top-up':
      return { setting, ...parseTopUp(said) };
    case 'stop':
      return { setting, ...parseStop(said) };
    case 'admit':
      return { setting, ...parseAdmit(said) };
  }
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_LIMIT, INVALID_ARGUMENT */
export function parseLimits(raw: unknown): LimitsRequest {
  const { accountId, key, ...limits } = parseShape(limitsShape, raw, 'change of limits', CODE_BY_FIELD);
  return { accountId: checkAccountId(accountId), key: checkKey(key), ...limits };
}

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_THRESHOLD, INVALID_ARGUMENT */
export function parseLowBalance(raw: unknown): LowBalanceRequest {
  const { accountId, key, lowBalance } = parseShape(lowBalanceShape, raw, 'change of thresholds', CODE_BY_FIELD);
  return { accountId: checkAccountId(accountId), key: checkKey(key), lowBalance };
}

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, UNKNOWN_PACK, INVALID_THRESHOLD, INVALID_MONTHLY_CAP,
 *   INVALID_PAYMENT_METHOD, INVALID_ARGUMENT
 */
export function parseTopUp(raw: unknown): TopUpRequest {
  const { accountId, key, topUp } = parseShape(topUpShape, raw, 'change of the top-up', CODE_BY_FIELD);
  const rule = topUp && parseShape(topUpRule, topUp, 'top-up', CODE_BY_FIELD);
  return { accountId: checkAccountId(accountId), key: checkKey(key), topUp: rule };
}

/** @throws HoldfastError INVALID_STOP, UNKNOWN_KIND, INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_ARGUMENT */
export function parseStop(raw: unknown): StopRequest & { key: string } {
  const { key, reason, by, ...scope } = parseShape(stopShape, checkScopeIsSaid(raw), 'stop', CODE_BY_FIELD);
  return { key: checkKey(key), ...scopeOf(scope), reason, by };
}

/** @throws HoldfastError INVALID_STOP, UNKNOWN_KIND, INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_ARGUMENT */
export function parseAdmit(raw: unknown): StopScope & { key: string } {
  const { key, ...scope } = parseShape(admitShape, checkScopeIsSaid(raw), 'end of a stop', CODE_BY_FIELD);
  return { key: checkKey(key), ...scopeOf(scope) };
}

function scopeOf({ accountId, kind }: { accountId?: unknown; kind: string | null }): StopScope {
  return { accountId: accountId === null ? null : checkAccountId(accountId), kind };
}

/** All accounts, and all kinds, are meant only where that is said: what was forgotten must not stop everybody. */
function checkScopeIsSaid(raw: unknown): unknown {
  const { accountId, kind } = raw as Partial<StopScope>;
  if (accountId !== undefined && kind !== undefined) return raw;
  throw new HoldfastError('INVALID_STOP', 'Say which account and which kind; null means all of them.');
}
