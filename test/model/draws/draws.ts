import type { Operation, OperationName } from '../operations/operations';
import type { Json, World } from '../rules/state';
import * as credits from './credits';
import { drawDebt } from './debts';
import { drawDispute, drawFrozenEnd } from './disputes';
import * as money from './money';
import { drawRefundOrder } from './refund-orders';
import { drawOperators, drawOwners, drawTopUp } from './settings';
import { accountDrawn, drawCatalog, drawClock, type Numbers, pick } from './world';

export type Draw = (world: World, numbers: Numbers, earlier: Operation[]) => Operation;

const READS = new Set<OperationName>([
  'balance',
  'waitingQueue',
  'subscription',
  'purchase',
  'refundOrder',
  'settings',
  'clock',
]);

/** An operation of the last ones again, as a caller repeats it whose answer was lost. */
const drawAgain: Draw = (world, numbers, earlier) => {
  const lately = earlier.filter(({ name }) => !READS.has(name)).slice(-12);
  return lately.length === 0 ? drawClock(world, numbers) : pick(lately, numbers[0]);
};

/** An operation of the last ones with its key, and another body. */
const drawAltered: Draw = (world, numbers, earlier) => {
  const again = structuredClone(drawAgain(world, numbers, earlier)) as Operation;
  const given = again.given as { body?: Json; said?: Json; limits?: Json; paidAt?: string };
  if (given.body) given.body.kind = 'ai-avatar';
  else if (given.said && 'credits' in given.said)
    given.said.credits = 1 + (Number(given.said.credits) % 7);
  else if (given.said && 'planId' in given.said) given.said.planId = 'small';
  else if (given.said && 'packId' in given.said) given.said.shownPriceCents = 1;
  else if (again.name === 'setLimits') given.limits = { dailyCreditsMax: 1_000 };
  else if (again.name === 'renew') given.paidAt = '2028-03-01T00:00:00.000Z';
  return again;
};

/** What is drawn, and how often. */
const DRAWS: [weight: number, draw: Draw][] = [
  [8, drawClock],
  [5, credits.drawGrant],
  [1, credits.drawWorkflowGrant],
  [2, credits.drawDeduct],
  [14, credits.drawReserve],
  [4, credits.drawResume],
  [12, credits.drawEnd],
  [3, credits.drawBalance],
  [3, money.drawSubscribe],
  [5, money.drawRenew],
  [7, money.drawChange],
  [4, money.drawPurchase],
  [7, money.drawPayment],
  [3, money.drawRefund],
  [4, drawDebt],
  [4, drawDispute],
  [4, drawFrozenEnd],
  [5, drawRefundOrder],
  [4, drawOwners],
  [3, drawTopUp],
  [4, drawOperators],
  [1, drawCatalog],
  [3, drawAgain],
  [2, drawAltered],
  [3, (world, [a]) => ({ name: 'beginTopUp', given: { accountId: accountDrawn(world, a).id } })],
  [1, (world, [a]) => ({ name: 'expire', given: { accountId: accountDrawn(world, a).id } })],
  [1, (world, [a]) => ({ name: 'waitingQueue', given: { accountId: accountDrawn(world, a).id } })],
];

export const DRAW_LIST: Draw[] = DRAWS.flatMap(([weight, draw]) => Array(weight).fill(draw));

/** What may be one of several operations in a call, and its repetitions. */
export const BATCHED_DRAWS: Draw[] = [
  ...Array(4).fill(credits.drawReserve),
  ...Array(4).fill(credits.drawEnd),
  ...[drawAgain, drawAltered],
];
