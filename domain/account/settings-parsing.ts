import { z } from 'zod';
import { HoldfastError } from '../errors';
import { checkAccountId, checkKey } from '../ids';
import { canonicalJson } from '../json';
import { type CodeByField, isStorable, parseShape } from '../parsing';
import { packId, paymentMethod } from '../purchase/purchase-parsing';
import type { SettingsChange, StopScope, Threshold, TopUpRule } from './settings';

const THRESHOLDS_MAX = 10;

const setting = z.enum(['limits', 'low-balance', 'top-up', 'stop', 'admit']);

/** What every change says; looked at by itself, for the codes of their own that ids have. */
const head = { setting, accountId: z.unknown().optional(), key: z.unknown().optional() };

const limit = z.int().min(0).nullable().optional();

const limitsShape = z.strictObject({
  ...head,
  dailyCreditsMax: limit,
  generationCreditsMax: limit,
  concurrentGenerationsMax: limit,
});

const lowBalanceShape = z.strictObject({
  ...head,
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

const topUpShape = z.strictObject({ ...head, topUp: z.looseObject({}).nullable() });

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
  ...head,
  kind: z.string().min(1).max(64).refine(isStorable, 'holds a NUL or broken Unicode').nullable(),
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

/**
 * @throws HoldfastError INVALID_LIMIT, INVALID_THRESHOLD, INVALID_MONTHLY_CAP, UNKNOWN_PACK, INVALID_PAYMENT_METHOD,
 *   INVALID_STOP, UNKNOWN_KIND, INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_ARGUMENT
 */
export function parseSettingsChange(raw: unknown): SettingsChange {
  const what = parseShape(z.looseObject({ setting }), raw, 'change of settings', {}).setting;
  switch (what) {
    case 'limits': {
      const { accountId, key, ...limits } = parseShape(limitsShape, raw, 'change of limits', CODE_BY_FIELD);
      return { ...limits, ...keyOf({ accountId, key }), setting: what };
    }
    case 'low-balance': {
      const { lowBalance, ...ids } = parseShape(lowBalanceShape, raw, 'low-balance thresholds', CODE_BY_FIELD);
      return { setting: what, ...keyOf(ids), lowBalance: lowBalance satisfies Threshold[] };
    }
    case 'top-up': {
      const { topUp, ...ids } = parseShape(topUpShape, raw, 'top-up', CODE_BY_FIELD);
      return { setting: what, ...keyOf(ids), topUp: topUp && parseRule(topUp) };
    }
    case 'stop': {
      const { reason, by, ...scope } = parseShape(stopShape, checkScopeIsSaid(raw), 'stop', CODE_BY_FIELD);
      return { setting: what, key: checkKey(scope.key), ...scopeOf(scope), reason, by };
    }
    case 'admit': {
      const scope = parseShape(admitShape, checkScopeIsSaid(raw), 'end of a stop', CODE_BY_FIELD);
      return { setting: what, key: checkKey(scope.key), ...scopeOf(scope) };
    }
  }
}

function parseRule(raw: unknown): TopUpRule {
  return parseShape(topUpRule, raw, 'top-up', CODE_BY_FIELD);
}

function keyOf({ accountId, key }: { accountId?: unknown; key?: unknown }) {
  return { accountId: checkAccountId(accountId), key: checkKey(key) };
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
