import { html, nothing, type TemplateResult } from 'lit-html';
import type { Generation } from '../api/types';
import {
  isCancelCharged,
  isSelling,
  kindName,
  levelOf,
  mayBuy,
  packCovering,
} from '../state/facts';
import { latestEndedIn } from '../state/receipts';
import { cancel } from '../state/settings-changes';
import { problemText, type SectionView, section, sentence, sentenceOfMoment } from '../view';
import { buyButton } from './buy-button';

/**
 * The available credits, the reserved ones with their generations, and a warning if few are left.
 */
export function balanceSection(view: SectionView): TemplateResult {
  const { overview, words } = view;
  const running = overview.open.filter(({ status }) => status === 'running');
  const waiting = overview.open.filter(({ status }) => status === 'waiting');
  const others = overview.open.filter((one) => !running.includes(one) && !waiting.includes(one));
  return section(
    'balance',
    words,
    html`
      <div class="row wrapping">${number(view)}${buyMore(view)}</div>
      ${reserved(view, running)}
      ${level(view)}
      ${running.length > 0 ? html`<ul class="plain">${running.map((one) => runningRow(view, one))}</ul>` : nothing}
      ${waiting.length > 0 ? waitingList(view, waiting) : nothing}
      ${others.length > 0 ? html`<ul class="plain">${others.map((one) => otherRow(view, one))}</ul>` : nothing}
      ${latest(view)}
      ${view.state.cancelProblem === null ? nothing : html`<p role="alert" class="bad">${problemText(view.state.cancelProblem, words, words.problems.unchanged ?? '')}</p>`}
    `,
  );
}

/** Leads to the packs. */
function buyMore({ overview, words }: SectionView) {
  if (!isSelling(overview)) return nothing;
  const toPacks = (event: Event) => {
    const root = (event.currentTarget as HTMLElement).getRootNode() as ShadowRoot;
    root.querySelector<HTMLElement>('[data-pack]')?.focus();
  };
  return html`<button type="button" class="main" data-part="more" @click=${toPacks}>${words.headings.more}</button>`;
}

/** The balance. `countTo` writes the digits; a screen reader is given the final number alone. */
function number({ overview, words, format }: SectionView) {
  const { available } = overview.balance;
  return html`<p class="number grow" data-part="available" aria-hidden="true">
      <span class="digits"></span> <span class="unit">${words.unit(available)}</span>
    </p>
    <p class="sr" role="status">${words.credits(format, available)}</p>`;
}

function reserved({ overview, words, format }: SectionView, running: Generation[]) {
  const { available, reserved } = overview.balance;
  if (reserved === 0) return html`<p class="reserved" data-part="reserved" hidden></p>`;
  const total = available + reserved;
  return html`<p class="reserved" data-part="reserved">
    <svg class="share" viewBox="0 0 ${total} 1" preserveAspectRatio="none" aria-hidden="true">
      <rect class="held" width=${total} height="1"></rect>
      <rect class="free" width=${available} height="1"></rect>
    </svg>
    ${words.balance.reserved(format, reserved, Math.max(running.length, 1))}
  </p>`;
}

function level({ overview, words, format }: SectionView) {
  const { stops } = overview.settings;
  const { reserved, pendingExpiry, frozen, owed } = overview.balance;
  const judged = levelOf(overview);
  const sentences = {
    fresh: () => words.balance.fresh,
    zero: () => {
      if (reserved > 0) return words.balance.zeroReserved;
      return mayBuy(overview.subscription) ? words.balance.zeroBuy : words.balance.zero;
    },
    low: () => (judged.level === 'low' ? words.balance.low(format, judged.below) : ''),
    fine: () => '',
  };
  const text = sentences[judged.level]();
  return html`
    ${text === '' ? nothing : html`<p class="level ${judged.level}" data-part="level">${text}</p>`}
    ${pendingExpiry > 0 ? html`<p class="level low">${words.balance.pendingExpiry(format, pendingExpiry)}</p>` : nothing}
    ${frozen > 0 ? html`<p class="level low" data-part="frozen">${words.balance.frozen(format, frozen)}</p>` : nothing}
    ${owed > 0 ? html`<p class="level zero" data-part="owed">${words.balance.owed(format, owed)}</p>` : nothing}
    ${stops.map(({ kind, reason }) => {
      const name = kind === null ? null : kindName(overview.prices, kind);
      return html`<p class="level zero" data-part="stop">${words.balance.stopped(name, reason)}</p>`;
    })}
  `;
}

function runningRow(view: SectionView, generation: Generation) {
  const { overview, words, format } = view;
  const { requestId, kind, reserved, reservedAt } = generation;
  return html`<li class="row" data-generation=${requestId}>
    <span class="grow">
      <span class="dot" aria-hidden="true"></span> ${kindName(overview.prices, kind)}:
      ${words.credits(format, reserved)}
      ${reservedAt === null ? nothing : html`<br /><span class="quiet">${sentenceOfMoment(words.balance.since, reservedAt, format)}</span>`}
      ${progressOf(view, requestId)}
      ${isCancelCharged(overview.prices, kind) ? html`<br /><span class="quiet">${words.balance.cancelCosts}</span>` : nothing}
    </span>
    ${cancelButton(view, generation)}
  </li>`;
}

/** What the provider has told of the generation, and how long ago that was. */
function progressOf({ store, words, format }: SectionView, requestId: string) {
  const { progress, progressAt } = store.progress.of(requestId) ?? {};
  if (progress == null || progressAt == null) return nothing;
  const say = (ago: string) => words.balance.progress(format.percent(progress), ago);
  const text = sentence(say, progressAt, format.ago(progressAt, Date.now()), format);
  return html`<br /><span class="quiet" data-part="progress"
    ><progress value=${progress} aria-hidden="true"></progress> ${text}</span>`;
}

/** A generation in a state that this version of the page doesn't know. */
function otherRow({ overview, words }: SectionView, { requestId, kind, status }: Generation) {
  return html`<li class="row" data-generation=${requestId}>${words.balance.other(kindName(overview.prices, kind), status)}</li>`;
}

function waitingList(view: SectionView, waiting: Generation[]) {
  return html`
    ${shortfall(view, waiting)}
    <ul class="plain">${waiting.map((one) => waitingRow(view, one))}</ul>
    <p class="quiet">${view.words.waiting.why}</p>
  `;
}

/** What the first in line lacks, and the pack that covers it. */
function shortfall(view: SectionView, waiting: Generation[]) {
  const { overview, words, format } = view;
  const { balance, prices, subscription } = overview;
  const [first] = [...waiting].sort((a, b) => placeOf(a) - placeOf(b));
  const required = first?.wait?.required ?? 0;
  const missing = required - balance.available;
  if (first === undefined || missing <= 0) return nothing;
  const pack = mayBuy(subscription) ? packCovering(prices.packs, missing) : null;
  const kind = kindName(prices, first.kind);
  return html`<p class="level low" data-part="waiting-short">
    ${words.waiting.short(format, kind, required, balance.available)}
    ${pack === null ? nothing : html`${buyButton(view, pack)}.`}
  </p>`;
}

const placeOf = ({ wait }: Generation) => wait?.place ?? Number.POSITIVE_INFINITY;

function waitingRow(view: SectionView, generation: Generation) {
  const { overview, words, format } = view;
  const { requestId, kind, wait } = generation;
  const place = wait?.place ?? null;
  return html`<li class="row" data-waiting=${requestId}>
    <span class="grow">
      ${words.waiting.one(format, kindName(overview.prices, kind), wait?.required ?? 0)}${place === null ? nothing : `, ${words.waiting.place(format, place)}`}
      ${wait === null ? nothing : html`<br /><span class="quiet">${sentenceOfMoment(words.waiting.until, wait.until, format)}</span>`}
    </span>
    ${cancelButton(view, generation)}
  </li>`;
}

function cancelButton({ state, store, words }: SectionView, generation: Generation) {
  const isCancelling = state.cancelling.has(generation.requestId);
  return html`<button
    type="button"
    class="small"
    ?disabled=${isCancelling}
    @click=${() => cancel(store, generation)}
  >${isCancelling ? words.balance.cancelling : words.balance.cancel}</button>`;
}

/**
 * The generation that ended last, which explains a changed balance. Its place is reserved, so that
 * nothing moves.
 */
function latest(view: SectionView) {
  const { overview, words, format } = view;
  const ended = latestEnded(view);
  if (ended === null) return html`<p class="quiet latest" data-part="latest"></p>`;
  const { kind, charged, at } = ended;
  const say = (moment: string) =>
    words.balance.latest(format, kindName(overview.prices, kind), charged, moment);
  return html`<p class="quiet latest" data-part="latest">${sentenceOfMoment(say, at, format)}</p>`;
}

/**
 * The generation that has just ended, or the newest one in the history if that isn't filtered by
 * kind.
 */
function latestEnded({
  state,
  store,
}: SectionView): { kind: string | null; charged: number; at: string } | null {
  const { ended } = state;
  if (ended?.resolvedAt) return { ...ended, at: ended.resolvedAt };
  const { entries, filter } = store.spending.state;
  if (filter.kind !== null) return null;
  return latestEndedIn(entries ?? []);
}
