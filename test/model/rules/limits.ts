import { knowsKind } from './catalog';
import { debtObstacle } from './debt';
import { finish } from './finish';
import { figuresOf } from './journal';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  type LimitName,
  type OperatorLimits,
  refused,
  type Stop,
  sumAsTold,
  type World,
} from './state';
import { dayStart, iso, nextDayStart } from './time';

type Refused = Extract<Answer, { ok: false }>;

export const stopRecord = ({ accountId, kind, reason, by, since }: Stop): Json => ({
  accountId: accountId === '*' ? null : accountId,
  kind: kind === '*' ? null : kind,
  ...{ reason, by, since: iso(since) },
});

export function operatorLimitsOf(world: World, accountId: string): OperatorLimits | undefined {
  return world.operatorLimits.get(accountId) ?? world.operatorLimits.get('*');
}

/** Credits of the generations begun on the day, less what they gave back. */
export function usedToday(account: Account, at: number): number {
  let used = 0;
  for (const { reservedAt, resolvedAt, credits, charged } of account.requests.values()) {
    if (reservedAt === null || dayStart(reservedAt) !== dayStart(at)) continue;
    used += resolvedAt === null ? credits : charged;
  }
  return used;
}

export function openCount(account: Account): number {
  return [...account.requests.values()].filter(({ state }) => state === 'open').length;
}

function tighter(world: World, account: Account, name: LimitName) {
  const owners = account.settings?.limits[name] ?? null;
  const operators = operatorLimitsOf(world, account.id)?.limits[name] ?? null;
  const set = [owners, operators].filter((one) => one !== null);
  if (set.length === 0) return null;
  const limit = Math.min(...set);
  return { limit, by: owners === limit ? {} : { setBy: 'operator' } };
}

/** The first obstacle: stop, debt, limit of one generation, of the day, at the same time. */
export function admissionObstacle(
  world: World,
  account: Account,
  kind: unknown,
  credits: number,
  at: number,
  beside: { running: number; used: number } = { running: 0, used: 0 },
): Refused | null {
  const stops = [account.id, '*'].flatMap((of) => [`${of} ${kind}`, `${of} *`]);
  const stop = stops.map((key) => world.stops.get(key)).find((one) => one);
  if (stop) return refused('ADMISSION_STOPPED', stopRecord(stop)) as Refused;
  const debt = debtObstacle(world, figuresOf(account).owed, at);
  if (debt) return debt;
  const generation = tighter(world, account, 'generationCreditsMax');
  if (generation && credits > generation.limit) {
    const said = { required: credits, generationCreditsMax: generation.limit, ...generation.by };
    return refused('GENERATION_LIMIT_EXCEEDED', said) as Refused;
  }
  const used = usedToday(account, at) + beside.used;
  const daily = tighter(world, account, 'dailyCreditsMax');
  if (daily && used + credits > daily.limit) {
    const resetsAt = iso(nextDayStart(at));
    const said = { required: credits, used: sumAsTold(used), dailyCreditsMax: daily.limit };
    return refused('DAILY_LIMIT_REACHED', { ...said, resetsAt, ...daily.by }) as Refused;
  }
  const running = openCount(account) + beside.running;
  const concurrent = tighter(world, account, 'concurrentGenerationsMax');
  if (concurrent && running >= concurrent.limit) {
    const said = { running, concurrentGenerationsMax: concurrent.limit, ...concurrent.by };
    return refused('CONCURRENCY_LIMIT_REACHED', said) as Refused;
  }
  return null;
}

export function stopOfAccount(world: World, accountId: string): Stop | undefined {
  return world.stops.get(`${accountId} *`) ?? world.stops.get('* *');
}

interface Scope {
  accountId: string | null;
  kind: string | null;
}

export function stop(
  world: World,
  { accountId, kind, reason, by }: Scope & { reason: string; by: string },
): Answer {
  if (kind !== null && !knowsKind(world, kind)) return refused('UNKNOWN_KIND', { kind });
  const key = `${accountId ?? '*'} ${kind ?? '*'}`;
  const before = world.stops.get(key);
  const since = before?.since ?? world.clock;
  const set = { accountId: accountId ?? '*', kind: kind ?? '*', reason, by, since };
  world.stops.set(key, set);
  return done(stopRecord(set), before !== undefined);
}

export function admit(world: World, { accountId, kind }: Scope): Answer {
  const admitted = world.stops.delete(`${accountId ?? '*'} ${kind ?? '*'}`);
  const answer = done({ admitted });
  return accountId === null ? answer : finish(world, accountOf(world, accountId), answer);
}

export function setOperatorLimits(
  world: World,
  accountId: string | null,
  limits: Record<string, number | null> | null,
  { reason, by }: { reason: string; by: string },
): Answer {
  const of = accountId ?? '*';
  const before = world.operatorLimits.get(of);
  if (accountId !== null) {
    const account = accountOf(world, accountId);
    Object.assign(account, { isOpen: true, isWatched: true });
  }
  if (limits === null) world.operatorLimits.delete(of);
  else {
    const merged = Object.entries({ ...before?.limits, ...limits }).filter(
      ([, max]) => max !== null,
    );
    const set = Object.fromEntries(merged) as Record<string, number>;
    world.operatorLimits.set(of, { limits: set, reason, by, since: world.clock });
  }
  const after = world.operatorLimits.get(of);
  const record = (one?: OperatorLimits) =>
    one ? { accountId, limits: one.limits, reason: one.reason, by: one.by } : null;
  const isSame = JSON.stringify(sorted(record(before))) === JSON.stringify(sorted(record(after)));
  if (isSame && before && after) after.since = before.since;
  const value = after ? { ...record(after), since: iso(after.since) } : null;
  const answer = done(value, isSame);
  return accountId === null ? answer : finish(world, accountOf(world, accountId), answer);
}

const sorted = (record: { limits: object } | null) =>
  record && { ...record, limits: Object.entries(record.limits).sort() };
