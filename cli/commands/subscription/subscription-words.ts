import type { CycleGrant, Subscription } from '../../../contract/subscription';
import type { Connections } from '../../connections';
import { counted, creditsInWords, timeInWords } from '../../words';

export type NameOf = (planId: string) => string;

/** The plans' names in the effective catalog; a plan that it doesn't sell is called by its id. */
export async function planNames(connections: Connections): Promise<NameOf> {
  const { catalog } = await connections.ledger().effectiveCatalog();
  return (planId) => catalog.plans[planId]?.name ?? planId;
}

/** The subscription's next change and its time, in a sentence or two. */
export function nextInWords(subscription: Subscription, nameOf: NameOf): string {
  const { status, cycle, cycleEnd, paidUntil, validUntil, windowEnd, nextPlanId } = subscription;
  const unlessPaid = `unless cycle ${cycle + 1} (${nameOf(nextPlanId)}) is paid before`;
  switch (status) {
    case 'active':
      if (subscription.paidAhead > 0) return paidCycleInWords(subscription, nameOf);
      if (subscription.cancelAtPeriodEnd) {
        return `Cancelled: at ${timeInWords(validUntil)} it lapses and unused credits expire, unless it is resumed or paid before.`;
      }
      return validUntil === paidUntil
        ? `At ${timeInWords(cycleEnd)} it lapses and unused credits expire, ${unlessPaid}.`
        : `At ${timeInWords(cycleEnd)} grace begins, and at ${timeInWords(validUntil)} it lapses and unused credits expire, ${unlessPaid}.`;
    case 'grace':
      return `In grace since ${timeInWords(cycleEnd)}: at ${timeInWords(validUntil)} it lapses and unused credits expire, ${unlessPaid}.`;
    case 'lapsed':
      return `It lapsed at ${timeInWords(validUntil)}, and its credits can’t be spent. A payment made before that still carries them forward; from ${timeInWords(windowEnd)} on they expire.`;
    case 'closed':
      return endInWords(subscription);
  }
}

function paidCycleInWords(subscription: Subscription, nameOf: NameOf): string {
  const { cycle, cycleEnd, paidUntil, cancelAtPeriodEnd, scheduledPlanId } = subscription;
  const parts = [
    `At ${timeInWords(cycleEnd)} cycle ${cycle + 1}, which is paid, begins and its credits are granted.`,
    cancelAtPeriodEnd
      ? `Cancelled: at ${timeInWords(paidUntil)}, when what is paid ends, it lapses and unused credits expire.`
      : `It is paid until ${timeInWords(paidUntil)}${scheduledPlanId === null ? '' : `, and ${nameOf(scheduledPlanId)} from then on`}.`,
  ];
  return parts.join(' ');
}

function endInWords({ closedWhy, closedAt, validUntil }: Subscription): string {
  switch (closedWhy) {
    case 'ended-now':
      return `It was ended at ${timeInWords(closedAt)} and unused credits expired. It can’t be renewed; subscribe anew.`;
    case 'superseded':
      return `A newer subscription took its place at ${timeInWords(closedAt)}. It can’t be renewed.`;
    default:
      return `It lapsed at ${timeInWords(validUntil)} and unused credits have expired. A renewal starts a new term, and nothing comes back.`;
  }
}

/** `150 credits granted (Lite Monthly, cycle 1)`, a line each. */
export function grantsInWords(granted: CycleGrant[], nameOf: NameOf): string[] {
  return granted.map(
    ({ cycle, planId, credits }) =>
      `${creditsInWords(credits)} granted (${nameOf(planId)}, cycle ${cycle})`,
  );
}

export function cyclesInWords(count: number): string {
  return counted(count, 'cycle', 'cycles');
}

/**
 * The ids for repeating the command, and the time of the answer: a repetition gets the first
 * answer.
 */
export function idsInWords({ subscriptionId, at }: Subscription, key?: string): string[] {
  const lines = [`Subscription: ${subscriptionId}, as it stood at ${timeInWords(at)}`];
  return key === undefined ? lines : [...lines, `Key: ${key}`];
}
