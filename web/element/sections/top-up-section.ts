import { html, nothing, type TemplateResult } from 'lit-html';
import { minorDigits } from '../../../domain/pricing/money';
import type { Problem } from '../api/problem';
import type { Overview, Pack, Settings } from '../api/types';
import { mayBuy } from '../state/facts';
import { save } from '../state/settings-changes';
import type { Saving, TopUpDraft } from '../state/state';
import { problemCode, problemText, type SectionView, sentenceOfMoment } from '../view';

const MINUTE_MS = 60_000;

/**
 * The automatic top-up and the low-balance notice. They are folded away, because they are set once.
 */
export function topUp(view: SectionView): TemplateResult {
  const { overview, words } = view;
  return html`<details class="fold" data-part="top-up">
    <summary>${words.topUp.title}</summary>
    <p>${summary(view)}</p>
    ${overview.prices.packs.length === 0 ? nothing : topUpForm(view)}
    ${noticeForm(view)}
  </details>`;
}

function summary({ overview, words, format }: SectionView) {
  const rule = overview.settings.topUp;
  if (rule === null) return words.topUp.off;
  const pack = packOf(overview.prices.packs, rule.packId);
  const { currency = 'USD', credits = 0 } = pack ?? {};
  const spent = words.topUp.spent(
    format.money(rule.spentThisMonthCents, currency),
    format.money(rule.monthlyCapCents, currency),
  );
  return html`
    ${words.topUp.on(format, credits, rule.belowCredits)} ${spent}
    ${rule.stoppedWhy === null ? nothing : html`<span class="bad">${words.topUp.stopped(rule.stoppedWhy)}</span>`}
    ${
      rule.retryAt === null || rule.stoppedWhy !== null
        ? nothing
        : html`<span class="low">${sentenceOfMoment(words.topUp.retry, rule.retryAt, format)}</span>`
    }
  `;
}

function topUpForm(view: SectionView) {
  const { overview, state, store, words, format } = view;
  const { packs } = overview.prices;
  const rule = overview.settings.topUp;
  const chosen = packOf(packs, rule?.packId) ?? packs[0];
  const { currency = 'USD', priceCents = 0, credits = 0 } = chosen ?? {};
  const { topUpDraft: draft = rule } = state;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const topUp = topUpOf(new FormData(form), packs, rule);
    // Turning it off must not fail because of the other fields.
    if (topUp !== null && !form.reportValidity()) return;
    void save(store, 'top-up', { topUp }, boughtAtOnce(overview, topUp));
  };
  const touch = (event: Event) => {
    const form = event.currentTarget as HTMLFormElement;
    store.update({ topUpDraft: topUpOf(new FormData(form), packs, rule) });
  };
  const choose = (event: Event) => {
    const { value, form } = event.currentTarget as HTMLSelectElement;
    const pack = packOf(packs, value);
    const cap = form?.querySelector<HTMLInputElement>('[name=cap]');
    if (cap && pack) cap.min = String(minorToMajor(pack.priceCents, pack.currency));
    const below = form?.querySelector<HTMLInputElement>('[name=belowCredits]');
    if (below && pack) below.max = String(pack.credits - 1);
  };
  return html`<form novalidate @submit=${submit} @input=${touch} data-part="top-up-form">
    <label class="check"><input type="checkbox" name="enabled" ?checked=${rule !== null} /> ${words.topUp.enable}</label>
    <label>${words.topUp.pack}
      <select name="packId" @change=${choose}>${packs.map((pack) => html`<option value=${pack.packId} ?selected=${pack.packId === chosen?.packId}>${words.topUp.packOption(format, pack.credits, format.money(pack.priceCents, pack.currency))}</option>`)}</select>
    </label>
    <label>${words.topUp.below}
      <input name="belowCredits" type="number" inputmode="numeric" min="1" max=${credits - 1} step="1" required .defaultValue=${String(rule?.belowCredits ?? 20)} />
    </label>
    <label>${words.topUp.cap(currency)}
      <input name="cap" type="number" inputmode="decimal" min=${minorToMajor(priceCents, currency)} step="any" required
        .defaultValue=${String(minorToMajor(rule?.monthlyCapCents ?? priceCents * 2, currency))} />
    </label>
    <p class="quiet">${words.topUp.rules}</p>
    ${saveButton(view, 'top-up', boughtAtOnce(overview, draft))}
  </form>`;
}

function topUpOf(form: FormData, packs: Pack[], rule: Settings['topUp']) {
  if (form.get('enabled') === null) return null;
  const packId = String(form.get('packId'));
  const currency = packOf(packs, packId)?.currency ?? 'USD';
  return {
    packId,
    belowCredits: Number(form.get('belowCredits')),
    monthlyCapCents: Math.round(Number(form.get('cap')) / minorToMajor(1, currency)),
    ...(rule?.paymentMethod !== undefined && { paymentMethod: rule.paymentMethod }),
  };
}

/** The pack that the top-up buys as soon as it is saved: it is due already, and within its cap. */
function boughtAtOnce(
  { balance, prices, settings, subscription }: Overview,
  topUp: TopUpDraft,
): Pack | null {
  const pack = packOf(prices.packs, topUp?.packId);
  if (topUp === null || pack === undefined || !mayBuy(subscription)) return null;
  const spentCents = settings.topUp?.spentThisMonthCents ?? 0;
  const isDue = balance.available < topUp.belowCredits;
  return isDue && spentCents + pack.priceCents <= topUp.monthlyCapCents ? pack : null;
}

/** The page shows one threshold in credits. Saving it keeps the other thresholds. */
function noticeForm(view: SectionView) {
  const { overview, store, words } = view;
  const { lowBalance } = overview.settings;
  const current = lowBalance.find((threshold) => 'credits' in threshold);
  const others = lowBalance.filter((threshold) => threshold !== current);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (!form.reportValidity()) return;
    const credits = Number(new FormData(form).get('credits'));
    void save(store, 'low-balance', {
      lowBalance: credits > 0 ? [{ credits }, ...others] : others,
    });
  };
  return html`<form @submit=${submit} data-part="notice-form">
    <label>${words.topUp.noticeTitle}
      <input name="credits" type="number" inputmode="numeric" min="1" step="1" aria-describedby="notice-hint"
        .defaultValue=${current && 'credits' in current ? String(current.credits) : ''} />
    </label>
    <p class="quiet" id="notice-hint">${words.topUp.noticeHint}</p>
    ${saveButton(view, 'low-balance')}
  </form>`;
}

function saveButton(view: SectionView, setting: Saving['setting'], buys: Pack | null = null) {
  const { state, words, format } = view;
  const { save, saving: sending, saveAndBuy, saved, savedAndBuys } = words.topUp;
  const priceOf = (pack: Pack) => format.money(pack.priceCents, pack.currency);
  const label = buys === null ? save : saveAndBuy(format, buys.credits, priceOf(buys));
  const savedText = (bought: Pack | null) =>
    bought === null ? saved : savedAndBuys(format, bought.credits, priceOf(bought));
  const saving = state.saving?.setting === setting ? state.saving : null;
  const isSending = saving?.step === 'sending';
  return html`<div class="buttons">
    <button type="submit" ?disabled=${isSending}>${isSending ? sending : label}</button>
    <span role="status">
      ${saving?.step === 'done' ? savedText(saving.buys) : nothing}
      ${saving?.problem ? html`<span class="bad">${whyNotSaved(view, saving.problem)}</span>` : nothing}
    </span>
  </div>`;
}

/** Without an answer: after when it can't be saved any more, in minutes, rounded up. */
function whyNotSaved({ words, format }: SectionView, problem: Problem): TemplateResult {
  const { notAfter } = problem.figures;
  if (typeof notAfter !== 'string')
    return problemText(problem, words, words.problems.unchanged ?? '');
  const shownAt = new Date(Math.ceil(Date.parse(notAfter) / MINUTE_MS) * MINUTE_MS).toISOString();
  return html`${sentenceOfMoment(words.topUp.notKnown, shownAt, format)} ${problemCode(problem, words)}`;
}

function packOf(packs: Pack[], packId: string | undefined): Pack | undefined {
  return packs.find((pack) => pack.packId === packId);
}

/** `4900` cents are 49 dollars; yen have no smaller unit. */
function minorToMajor(cents: number, currency: string): number {
  return cents / 10 ** minorDigits(currency);
}
