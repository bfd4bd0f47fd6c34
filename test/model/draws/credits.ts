import type { Operation } from '../operations/operations';
import { catalogAt } from '../rules/catalog';
import { availableAt, figuresOf } from '../rules/journal';
import { waitedFor } from '../rules/requests';
import { type Account, CREDITS_MAX, type Json, timeOf, type World } from '../rules/state';
import { DAY_MS, iso } from '../rules/time';
import { accountDrawn, idDrawn, KINDS, keyDrawn, type Numbers, pick } from './world';

/** An amount near what decides: what is available, less the queue's, a limit, or a small one. */
function creditsDrawn(world: World, account: Account, number: number): number {
  const available = availableAt(account, timeOf(world, account));
  const free = available - waitedFor(account);
  const limits = Object.values(account.settings?.limits ?? {});
  const near = [available, available + 1, free, free + 1, ...limits].map((one) => one ?? 3);
  const credits = number % 3 === 0 ? pick(near, number >> 2) : 1 + ((number >> 2) % 30);
  // Every caller's credits are checked to be at most that.
  return Math.max(1, Math.min(credits, CREDITS_MAX));
}

function grantDrawn(world: World, account: Account, numbers: Numbers) {
  const [, b, c, d, e] = numbers;
  const at = timeOf(world, account);
  const ends = [60_000, 3_600_000, DAY_MS, 7 * DAY_MS, 40 * DAY_MS, 1, 0, -1];
  const expiresAt = c % 4 === 3 ? undefined : (iso(at + pick(ends, c >> 2)) as string);
  const most = CREDITS_MAX - figuresOf(account).granted;
  const credits = d % 151 === 150 ? most + pick([-500, 0, 1], e) : 1 + (d % 90);
  return {
    credits: Math.max(1, Math.min(credits, CREDITS_MAX)),
    source: pick(['promotion', 'adjustment', 'adjustment'] as const, b),
    ...{ reason: 'fuzz', by: 'sam', ...(expiresAt && { expiresAt }) },
    ...(e % 4 === 0 && { costCents: e % 900, currency: 'USD' }),
  };
}

export function drawGrant(world: World, numbers: Numbers): Operation {
  const account = accountDrawn(world, numbers[0]);
  const said = grantDrawn(world, account, numbers);
  const given = { accountId: account.id, key: keyDrawn(account, numbers[1]), said };
  return { name: 'grant', given };
}

export function drawWorkflowGrant(world: World, numbers: Numbers): Operation {
  const drawn = drawGrant(world, numbers);
  const limits = { creditsMax: 80, creditsPerDay: 300 };
  const given = { ...(drawn.given as never as object), limits: numbers[4] % 9 ? limits : null };
  return { name: 'grantByWorkflow', given } as Operation;
}

export function drawDeduct(world: World, [a, b, c]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const said = { credits: creditsDrawn(world, account, c), reason: 'fuzz', by: 'sam' };
  return { name: 'deduct', given: { accountId: account.id, key: keyDrawn(account, b), said } };
}

export function drawBalance(world: World, [a, b, c]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const times = [...account.entries, ...account.terms].map(({ at }) => at);
  if (b % 3 === 0 || times.length === 0)
    return { name: 'balance', given: { accountId: account.id } };
  const asOf = Math.min(world.clock, pick(times, c) + pick([-1, 0, 1], b));
  return { name: 'balance', given: { accountId: account.id, asOf } };
}

/** A quote by the version in force, or by another. */
function quoteDrawn(world: World, account: Account, credits: number, number: number) {
  const { version } = catalogAt(world, timeOf(world, account));
  const catalogVersion =
    number % 23 === 22 ? Math.max(1, version + pick([-1, 1], number)) : version;
  return { credits, catalogVersion };
}

function waitDrawn(world: World, number: number) {
  if (number % 3 === 0) return null;
  const until = iso(
    world.clock + pick([60_000, 3_600_000, 0, 1, 366 * DAY_MS, 366 * DAY_MS + 1], number >> 3),
  );
  const bounds = number % 5 === 0 ? { placesMax: 3, bytesMax: 400, requestBytes: 90 } : {};
  const limit = number % 2 ? { timeout: pick(['PT1H', 'P1D', 'P400D'], number >> 3) } : { until };
  return { ...limit, ...bounds } as never;
}

export function drawReserve(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const credits = creditsDrawn(world, account, c);
  const body: Json = {
    kind: pick(KINDS, d),
    ...(d % 4 === 0 && { metadata: { scene: String(d % 3) } }),
    ...(d % 11 === 0 && { maxCredits: credits - (d % 2) }),
    ...(d % 5 === 0 && { seconds: 3 }),
  };
  const requestId = b % 6 === 5 ? idDrawn(account.requests.keys(), 'r', b) : fresh(account);
  const quote = quoteDrawn(world, account, credits, e);
  return {
    name: 'reserve',
    given: { accountId: account.id, requestId, body, quote, wait: waitDrawn(world, e) },
  };
}

const fresh = (account: Account): string => `r${account.requests.size + 1}`;

/** A request in that state most often, or any. */
function requestDrawn(account: Account, state: 'open' | 'waiting', number: number): string {
  const fitting = [...account.requests.values()].filter((one) => one.state === state);
  if (number % 8 === 7 || fitting.length === 0)
    return idDrawn(account.requests.keys(), 'r', number >> 3);
  return pick(fitting, number >> 3).id;
}

export function drawResume(world: World, [a, b, c, d]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const first = account.queue[0];
  const requestId = b % 3 && first !== undefined ? first : requestDrawn(account, 'waiting', b);
  const admitted = account.requests.get(requestId)?.ticket?.admitted ?? 3;
  const credits = Math.max(1, admitted + pick([0, 0, 0, -1, 1, -5], c));
  const quote = quoteDrawn(world, account, credits, d);
  return { name: 'resume', given: { accountId: account.id, requestId, quote } };
}

export function drawEnd(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const state = d % 5 === 4 ? 'waiting' : 'open';
  const requestId = requestDrawn(account, state, b);
  const held = account.requests.get(requestId)?.credits ?? 3;
  const credits = Math.max(0, pick([held, held, 0, 1, held - 1, held >> 1, held + 1], c));
  const given = { accountId: account.id, requestId };
  const reason = pick(['cancelled', 'failed', 'orphaned', 'timed-out'], e);
  const outputUrl = pick(['file:///one', 'file:///one', 'file:///two'], e);
  switch (d % 8) {
    case 0:
    case 1:
    case 2:
      return { name: 'commit', given: { ...given, credits, outputUrl } };
    case 3:
      return { name: 'chargeCancelled', given: { ...given, credits } };
    case 4:
    case 5:
      return { name: 'release', given: { ...given, reason } };
    case 6:
      return { name: 'requestCancel', given: { ...given, hourlyMax: 1 + (e % 3) } };
    default:
      return { name: 'releaseByHand', given };
  }
}
