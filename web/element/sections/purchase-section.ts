import { html, nothing, type TemplateResult } from 'lit-html';
import type { Pack } from '../api/types';
import { mayBuy, savedShare } from '../state/facts';
import { askToBuy, buy, closeQuestion, isUndecided } from '../state/purchases';
import type { Buying } from '../state/state';
import { problemText, type SectionView, section, sentenceOfDay } from '../view';
import { topUp } from './top-up-section';

/** The packs, each with its price on the button. A question follows before anything is charged. */
export function purchaseSection(view: SectionView): TemplateResult {
  const { overview, state, words, subscriptionUrl } = view;
  const { packs } = overview.prices;
  const isAllowed = mayBuy(overview.subscription);
  return section(
    'more',
    words,
    html`
      ${packs.length === 0 ? html`<p class="quiet">${words.more.none}</p>` : nothing}
      <div class="packs">${packs.map((pack) => packButton(view, pack, isAllowed))}</div>
      ${
        isAllowed
          ? confirmation(view)
          : html`<p data-part="subscribe-first">${words.more.subscribeFirst}
              ${subscriptionUrl === null ? nothing : html`<a href=${subscriptionUrl}>${words.next.subscribe}</a>`}</p>`
      }
      ${state.buying === null && isAllowed ? html`<p class="quiet">${rules(view)}</p>` : nothing}
      ${topUp(view)}
    `,
  );
}

function packButton(
  { overview, state, store, words, format }: SectionView,
  pack: Pack,
  isAllowed: boolean,
) {
  const { packId, credits, priceCents, currency } = pack;
  const saves = savedShare(pack, overview.prices.packs);
  return html`<button
    type="button"
    class="pack"
    data-pack=${packId}
    aria-pressed=${state.buying?.packId === packId}
    ?disabled=${!isAllowed || isUndecided(state.buying)}
    @click=${() => askToBuy(store, pack)}
  >
    <strong>${words.credits(format, credits)}</strong>
    <span class="price">${words.more.buy(format.money(priceCents, currency))}</span>
    <span class="quiet">${words.more.each(format.moneyEach(priceCents, currency, credits))}${saves > 0 ? html`, <span class="good">${words.more.saves(format.percent(saves))}</span>` : nothing}</span>
  </button>`;
}

/**
 * The place of the question. It is always in the page, so that nothing moves and screen readers
 * read the question.
 */
function confirmation(view: SectionView) {
  const { buying } = view.state;
  const content =
    buying === null
      ? nothing
      : html`<div class="question ${buying.step}" tabindex="-1">${question(view, buying)}</div>`;
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && buying !== null && !isUndecided(buying))
      goBack(view, event, buying);
  };
  return html`<div class="confirm" data-part="confirm" role="status" @keydown=${leave}>${content}</div>`;
}

/**
 * Buys, and moves the focus to the question: the buttons change with each step, and the focus would
 * be lost with them.
 */
function send(view: SectionView, event: Event) {
  (event.currentTarget as HTMLElement).closest<HTMLElement>('.question')?.focus();
  void buy(view.store);
}

function goBack(view: SectionView, event: Event, { packId }: Buying) {
  const root = (event.currentTarget as HTMLElement).getRootNode() as ShadowRoot;
  root.querySelector<HTMLElement>(`[data-pack="${packId}"]`)?.focus();
  closeQuestion(view.store);
}

function question(view: SectionView, buying: Buying) {
  const { words } = view;
  if (buying.step === 'asking' || buying.step === 'sending') return offer(view, buying);
  const close = html`<button type="button" @click=${(event: Event) => goBack(view, event, buying)}>${words.more.close}</button>`;
  if (buying.step === 'done') return html`<p class="good">${doneText(view, buying)}</p>${close}`;
  if (buying.step === 'pending') return html`<p>${words.more.pending}</p>`;
  if (buying.step === 'failed') return html`<p class="bad">${failedText(view, buying)}</p>${close}`;
  const { purchase } = buying;
  return html`<p>${purchase === null ? words.more.unknown : words.more.other(purchase.status)}</p>
    <button type="button" class="main" @click=${(event: Event) => send(view, event)}>${words.more.again}</button>`;
}

function offer(view: SectionView, buying: Buying) {
  const { words, format } = view;
  const { credits, priceCents, currency, earlierPriceCents, step } = buying;
  const price = format.money(priceCents, currency);
  const isSending = step === 'sending';
  const changed =
    earlierPriceCents === null
      ? nothing
      : html`<p class="low" data-part="price-changed">${words.more.changed(format, credits, price, format.money(earlierPriceCents, currency))}</p>`;
  return html`
    ${changed}
    <p>${words.more.ask(format, credits, price)} <span class="quiet">${rules(view)}</span></p>
    <div class="buttons">
      <button type="button" class="main" ?disabled=${isSending} @click=${(event: Event) => send(view, event)}>
        ${isSending ? words.more.sending : words.more.buy(price)}
      </button>
      <button type="button" ?disabled=${isSending} @click=${(event: Event) => goBack(view, event, buying)}>${words.more.never}</button>
    </div>
  `;
}

function rules({ overview, words, format }: SectionView) {
  const { validUntil } = overview.balance;
  if (validUntil === null) return words.more.rules(null);
  return sentenceOfDay(words.more.rules, validUntil, format);
}

function doneText({ words, format }: SectionView, { credits, purchase }: Buying) {
  const validUntil = purchase?.validUntil ?? null;
  if (validUntil === null) return words.more.done(format, credits, null);
  return sentenceOfDay((day) => words.more.done(format, credits, day), validUntil, format);
}

function failedText({ words }: SectionView, { purchase, problem }: Buying) {
  if (problem !== null) return problemText(problem, words, words.problems.nothing ?? '');
  const isReturned = purchase?.status === 'returning' || purchase?.status === 'returned';
  const reason = purchase?.reason;
  return html`${isReturned ? words.more.returned : words.more.declined}
    ${reason === undefined ? nothing : html`<span class="code">${words.connection.code(reason)}</span>`}`;
}
