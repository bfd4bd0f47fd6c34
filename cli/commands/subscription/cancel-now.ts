import { z } from 'zod';
import type { Balance } from '../../../contract/balance';
import {
  type EndedSubscription,
  endedSubscription,
  type Subscription,
} from '../../../contract/subscription';
import { withIdsInError } from '../../errors';
import { isConfirmed, UNCHANGED } from '../../terminal/confirmation';
import type { Answer, Screen } from '../../terminal/screen';
import { creditsInWords } from '../../words';
import type { Target } from './subscription-options';
import { cyclesInWords, grantsInWords, idsInWords, type NameOf } from './subscription-words';

export const printedEnd = z.object({ key: z.string(), ...endedSubscription.shape });

/**
 * Ends the subscription at once, after the person at the terminal has confirmed what that takes
 * away.
 */
export async function endNow(
  { client, subscriptionId, nameOf }: Target,
  accountId: string,
  key: string,
  isConfirmedAlready: boolean,
  screen: Screen,
): Promise<Answer<z.input<typeof printedEnd>> | typeof UNCHANGED> {
  const subscription = isConfirmedAlready
    ? null
    : await client.subscriptions.get(accountId, subscriptionId);
  // A subscription that is over needs no question: the ledger refuses, or repeats its answer.
  if (subscription !== null && subscription.status !== 'closed') {
    const loss = lossOf(subscription, await client.balance(accountId));
    const question = `End subscription ${subscriptionId} now?`;
    if (!(await isConfirmed(screen, lossInWords(loss), question, { ...loss }))) return UNCHANGED;
  }
  const ended = await withIdsInError(
    { subscriptionId, key },
    client.subscriptions.endNow({ accountId, subscriptionId, key }),
  );
  return { json: { key, ...ended }, text: endedInWords(ended, key, nameOf) };
}

interface Loss {
  subscriptionId: string;
  expiring: number;
  paidAhead: number;
}

/**
 * A grant with an end of its own outlives the subscription; all others end with the term, at
 * `validUntil`.
 */
export function lossOf(
  { subscriptionId, validUntil, paidAhead }: Subscription,
  { grants }: Balance,
): Loss {
  const ofTerm = grants.filter(
    ({ source, expiresAt }) => source !== 'promotion' && expiresAt === validUntil,
  );
  return {
    subscriptionId,
    expiring: ofTerm.reduce((sum, { remaining }) => sum + remaining, 0),
    paidAhead,
  };
}

export function lossInWords({ subscriptionId, expiring, paidAhead }: Loss): string {
  const cycles =
    paidAhead === 0 ? '' : ` ${cyclesInWords(paidAhead)} paid ahead would never begin.`;
  return `Ending subscription ${subscriptionId} now would expire ${creditsInWords(expiring)} at once, and no renewal would bring them back.${cycles}`;
}

function endedInWords(ended: EndedSubscription, key: string, nameOf: NameOf): string[] {
  const { expired, granted, subscription } = ended;
  const lines = [`Ended: ${creditsInWords(expired)} expired, and no renewal brings them back.`];
  if (subscription.paidAhead > 0)
    lines.push(`${cyclesInWords(subscription.paidAhead)} paid ahead will never begin.`);
  return [...lines, ...grantsInWords(granted, nameOf), ...idsInWords(subscription, key)];
}
