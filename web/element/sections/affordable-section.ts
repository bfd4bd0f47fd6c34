import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import {
  affordableCount,
  durationMsOf,
  type PriceRow,
  priceOf,
  priceRows,
  remediesOf,
  spendable,
  waitedFor,
} from '../state/affordable';
import { mayBuy } from '../state/facts';
import { type SectionView, section, sentenceOf } from '../view';
import { buyButton } from './buy-button';

/** The end of the slider. The field beside it takes any duration that the kind allows. */
const SLIDER_SECONDS_MAX = 120;
const FIRST_SECONDS = 10;

/**
 * The price list as a calculator: each generation's price, and how many of them the credits pay
 * for.
 */
export function affordableSection(view: SectionView): TemplateResult {
  const { overview, state, words } = view;
  const rows = priceRows(overview.prices.kinds);
  return section(
    'make',
    words,
    html`
      ${rows.length === 0 ? html`<p class="quiet">${words.make.none}</p>` : nothing}
      <ul class="prices">${rows.map((row) => priceRow(view, row))}</ul>
      <p class="sr" role="status">${state.calculated}</p>
    `,
  );
}

function priceRow(view: SectionView, row: PriceRow) {
  const durationMs = row.maxSeconds === null ? 0 : durationMsOf(typedIn(view, row), row.maxSeconds);
  return html`<li class="price-row" data-price=${row.key}>
    <span class="kind">${row.name}${row.variant === null ? nothing : html` <span class="quiet">${row.variant.name(view.words)}</span>`}</span>
    <output aria-live="off">${durationMs === null ? nothing : result(view, row, durationMs)}</output>
    <span class="quiet each">${eachOf(view, row)}</span>
    ${row.maxSeconds === null ? nothing : length(view, row, row.maxSeconds)}
    ${durationMs === null ? range(view, row) : remedy(view, row, priceOf(row, durationMs))}
  </li>`;
}

function result({ overview, words, format }: SectionView, row: PriceRow, durationMs: number) {
  const price = priceOf(row, durationMs);
  const count = affordableCount(spendable(overview.balance, overview.open), price);
  const cost = html`<strong>${words.make.result(format, price)}</strong>`;
  // If the credits don't pay for one, a sentence of its own says so.
  return count === 0
    ? html`<strong class="low">${words.credits(format, price)}</strong>`
    : html`${cost} ${words.make.count(format, count)}`;
}

function eachOf({ words, format }: SectionView, { credits, perSeconds, maxSeconds }: PriceRow) {
  if (perSeconds === null) return words.make.each(format, credits);
  const each = words.make.eachUnit(format, credits, perSeconds);
  const isShort = maxSeconds !== null && maxSeconds <= SLIDER_SECONDS_MAX;
  return isShort ? `${each}, ${words.make.atMost(format.seconds(maxSeconds))}` : each;
}

function length(view: SectionView, row: PriceRow, maxSeconds: number) {
  const { words, format } = view;
  const typed = typedIn(view, row);
  const name = fullName(view, row);
  const sliderMax = Math.min(maxSeconds, SLIDER_SECONDS_MAX);
  return html`<span class="length">
    <input type="range" min=${Math.min(1, sliderMax)} max=${sliderMax} step=${sliderMax < 1 ? 0.001 : 1}
      aria-label=${words.make.length(name)} aria-valuetext=${format.seconds(Number(typed))}
      .value=${live(sliderAt(typed, sliderMax))}
      @input=${(event: Event) => change(view, row, typedInto(event))} @change=${() => announce(view, row)} />
    <input type="number" inputmode="decimal" min="0.001" max=${maxSeconds} step="0.001"
      aria-label=${words.make.lengthExact(name)}
      .value=${live(typed)}
      @input=${(event: Event) => change(view, row, typedInto(event))} @change=${() => announce(view, row)} />
    <span class="quiet" aria-hidden="true">${words.make.unit}</span>
  </span>`;
}

function range({ words, format }: SectionView, { maxSeconds }: PriceRow) {
  return html`<p class="way bad">${words.make.range(format, format.seconds(maxSeconds ?? 0))}</p>`;
}

/**
 * The price of a generation that the credits don't pay for, with the pack or the duration that
 * would help.
 */
function remedy(view: SectionView, row: PriceRow, price: number) {
  const { overview, words, format } = view;
  const { balance, open, prices, subscription } = overview;
  const free = spendable(balance, open);
  // Where a request waits, the balance says once what is short.
  if (price <= free || waitedFor(open) > 0) return nothing;
  const { pack, seconds } = remediesOf(
    row,
    price - free,
    free,
    mayBuy(subscription) ? prices.packs : [],
  );
  // The balance section already says that there are no credits and no pack can be bought.
  if (free === 0 && pack === null) return nothing;
  const ways = sentenceOf(
    (buy, shorten) => words.make.ways(pack && buy, seconds === null ? null : shorten),
    pack === null ? nothing : buyButton(view, pack),
    seconds === null ? nothing : shortenButton(view, row, seconds),
  );
  return html`<p class="way" data-part="short">
    ${words.make.short(format, price, balance.available)} ${ways}
  </p>`;
}

function shortenButton(view: SectionView, row: PriceRow, seconds: number) {
  const { words, format } = view;
  const shorten = () => {
    change(view, row, String(seconds));
    announce(view, row);
  };
  return html`<button type="button" class="link" @click=${shorten}>${words.make.shorten(format.seconds(seconds))}</button>`;
}

function change({ store }: SectionView, { key }: PriceRow, seconds: string) {
  store.update({ durations: { ...store.state.durations, [key]: seconds } });
}

/**
 * Gives a screen reader the result once the slider stops, so that it doesn't read every value on
 * the way.
 */
function announce(view: SectionView, row: PriceRow) {
  const { overview, store, words, format } = view;
  const durationMs = durationMsOf(
    typedIn({ ...view, state: store.state }, row),
    row.maxSeconds ?? 0,
  );
  if (durationMs === null) return;
  const price = priceOf(row, durationMs);
  const free = spendable(overview.balance, overview.open);
  const { available } = overview.balance;
  const short = waitedFor(overview.open) > 0 ? words.credits : words.make.short;
  const calculated =
    price <= free
      ? `${words.make.result(format, price)} ${words.make.count(format, affordableCount(free, price))}`
      : short(format, price, available);
  store.update({ calculated });
}

function typedIn({ state }: SectionView, { key, maxSeconds }: PriceRow): string {
  return state.durations[key] ?? String(Math.min(FIRST_SECONDS, maxSeconds ?? FIRST_SECONDS));
}

/** The slider's position. Given no number, a slider would stand in its middle. */
function sliderAt(typed: string, sliderMax: number): string {
  return String(Math.min(Math.max(Math.round(Number(typed)), Math.min(1, sliderMax)), sliderMax));
}

function fullName({ words }: SectionView, { name, variant }: PriceRow): string {
  return variant === null ? name : `${name} ${variant.name(words)}`;
}

function typedInto(event: Event): string {
  return (event.currentTarget as HTMLInputElement).value;
}
