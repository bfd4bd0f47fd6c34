import { html, nothing, type TemplateResult } from 'lit-html';
import type { Subscription } from '../api/types';
import { endingByThemselves, endingWithTerm, planOf, sourceName } from '../state/facts';
import { type SectionView, section, sentenceOfDay, sentenceOfMoment } from '../view';

/**
 * What happens next to the subscription and to the credits, a sentence each, with the day by which
 * the owner can act.
 */
export function subscriptionSection(view: SectionView): TemplateResult {
  const { overview, words, subscriptionUrl } = view;
  const { subscription } = overview;
  const sentences = [
    ...(subscription === null ? [words.next.none] : ofSubscription(view, subscription)),
    ...ownEnds(view),
  ];
  const isOver =
    subscription === null || subscription.status === 'lapsed' || subscription.status === 'closed';
  return section(
    'next',
    words,
    html`
      <ul class="plain">${sentences.map((one) => html`<li>${one}</li>`)}</ul>
      ${subscriptionUrl === null ? nothing : html`<p><a href=${subscriptionUrl}>${isOver ? words.next.subscribe : words.next.renew}</a></p>`}
    `,
  );
}

function ofSubscription(view: SectionView, subscription: Subscription): unknown[] {
  const { overview, words, format } = view;
  const { validUntil, status, windowEnd } = subscription;
  const day = (at: string, say: (day: string) => string) => sentenceOfDay(say, at, format);
  const left = endingWithTerm(overview.balance);
  if (status === 'lapsed') {
    const lost = overview.balance.pendingExpiry;
    return [
      day(validUntil, (at) => words.next.lapsed(format, lost, at)),
      sentenceOfMoment(words.next.window, windowEnd, format),
    ];
  }
  if (status === 'closed') return [day(subscription.closedAt ?? validUntil, words.next.closed)];
  if (status === 'grace') return [day(validUntil, words.next.grace)];
  if (status !== 'active') return [words.next.other(status)];
  if (subscription.cancelAtPeriodEnd)
    return [day(validUntil, (at) => words.next.ends(format, left, at))];
  return active(view, subscription, left);
}

function active(
  { overview, words, format }: SectionView,
  subscription: Subscription,
  left: number,
): unknown[] {
  const {
    at: now,
    cycleEnd,
    validUntil,
    paidAhead,
    planId,
    nextPlanId,
    scheduledPlanId,
    paidUntil,
  } = subscription;
  const day = (at: string, say: (day: string) => string) => sentenceOfDay(say, at, format);
  // A cycle that is paid already is granted by the present plan; a change takes effect with the
  // first unpaid cycle.
  const plan = planOf(overview.prices, paidAhead > 0 ? planId : nextPlanId);
  const say = paidAhead > 0 ? words.next.paidAhead : words.next.renews;
  const inDays = format.until(cycleEnd, Date.parse(now));
  return [
    ...(plan ? [day(cycleEnd, (at) => say(format, plan.credits, at, inDays, plan.name))] : []),
    ...(scheduledPlanId === null
      ? []
      : [
          day(paidUntil, (at) =>
            words.next.changes(
              planOf(overview.prices, scheduledPlanId)?.name ?? scheduledPlanId,
              at,
            ),
          ),
        ]),
    day(validUntil, (at) =>
      left > 0 ? words.next.carried(format, left, at) : words.next.carriedNone(at),
    ),
  ];
}

function ownEnds({ overview, words, format }: SectionView): unknown[] {
  return endingByThemselves(overview.balance).map(({ remaining, source, expiresAt }) => {
    const at = expiresAt ?? '';
    const name = sourceName(words, source).toLocaleLowerCase(format.locale);
    return sentenceOfDay((day) => words.next.promotion(format, remaining, name, day), at, format);
  });
}
