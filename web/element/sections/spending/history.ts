import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { kindName, planOf } from '../../state/facts';
import {
  type GenerationRow,
  type GrantRow,
  type RefundRow,
  type Row,
  rowsOf,
} from '../../state/receipts';
import { failure, type SectionView, time } from '../../view';
import type { Format } from '../../words/format';
import { receipt } from './receipt';

/** The history, newest first. A generation's row opens its receipt. */
export function history(view: SectionView): TemplateResult {
  const { overview, state, store, words, format } = view;
  const { entries, filter, problem, loading } = store.spending.state;
  // The chart's place shows the failure.
  if (entries === null && problem !== null) return html``;
  if (entries === null) return html`<div class="bone tall-history" aria-busy="true"></div>`;
  const kind = filter.kind === null ? null : kindName(overview.prices, filter.kind);
  const rows = rowsOf(entries);
  return html`
    ${rows.length === 0 ? html`<p class="quiet" data-part="nothing">${words.went.nothing(format, filter.days, kind)}</p>` : nothing}
    <div class="history" data-part="history" ?data-old=${loading === 'first'}>
      ${repeat(
        byDay(rows, format),
        ({ key }) => key,
        (one) => day(view, one),
      )}
    </div>
    ${problem !== null && state.connection === 'live' ? failure(view, problem, '') : nothing}
    ${moreButton(view)}
  `;
}

interface Day {
  key: string;
  /** When its newest row was. */
  at: string;
  rows: Row[];
}

/** The rows of each day of the visitor's, as they come. */
function byDay(rows: Row[], { dayKey }: Format): Day[] {
  const days: Day[] = [];
  for (const row of rows) {
    const key = dayKey(row.at);
    const last = days.at(-1);
    if (last?.key === key) last.rows.push(row);
    else days.push({ key, at: row.at, rows: [row] });
  }
  return days;
}

function day(view: SectionView, { at, rows }: Day) {
  return html`<h3 class="day">${view.format.recentDay(at)}</h3>
    <ul>
      ${repeat(rows, keyOf, (row) => html`<li>${row.type === 'generation' ? generation(view, row) : booking(view, row)}</li>`)}
    </ul>`;
}

function moreButton({ store, words }: SectionView) {
  const { next, loading } = store.spending.state;
  if (next === null) return nothing;
  const isBusy = loading === 'more';
  return html`<button type="button" class="wide" data-part="more" ?disabled=${isBusy} @click=${() => store.spending.loadMore()}>
    ${isBusy ? words.went.loadingMore : words.went.more}
  </button>`;
}

function generation(view: SectionView, row: GenerationRow) {
  const { overview, store } = view;
  const { requestId, kind } = row;
  const toggled = (event: Event) => {
    if ((event.currentTarget as HTMLDetailsElement).open)
      void store.spending.loadReceipt(requestId);
  };
  return html`<details class="entry" data-receipt=${requestId} @toggle=${toggled}>
    <summary>${line(view, row, kindName(overview.prices, kind), amountOf(view, row), Object.values(row.metadata))}</summary>
    ${receipt(view, requestId)}
  </details>`;
}

function booking(view: SectionView, row: Exclude<Row, GenerationRow>) {
  const { words, format } = view;
  const { version, credits, reason } = row;
  const entryOf = (what: string, amount: unknown, notes: (string | null)[]) =>
    html`<div class="entry" data-entry=${version}>${line(view, row, what, amount, notes)}</div>`;
  const entry = (what: string, change: number, notes: (string | null)[]) =>
    entryOf(what, signed(view, change), notes);
  if (row.type === 'other') {
    // This version of the page doesn't know the type, so it gives the amount no colour.
    const amount = html`<span class="amount">${words.went.change(format.change(credits), credits)}</span>`;
    return entryOf(row.name, amount, [reason]);
  }
  if (row.type === 'expire') return entry(words.went.expired(format, credits), -credits, []);
  if (row.type === 'deduct') return entry(words.went.deducted, -credits, [reason]);
  if (row.type === 'refund') return entry(refundOf(view, row), -credits, []);
  if (row.type === 'freeze') return entry(words.went.frozen(format, credits), -credits, []);
  if (row.type === 'unfreeze') return entry(words.went.unfrozen(format, credits), credits, []);
  if (row.type === 'not-refunded') return entry(words.went.notRefunded, credits, []);
  if (row.type === 'repay') return entry(words.went.repaid, -credits, []);
  if (row.type === 'owe') return entryOf(words.went.owed(format, credits), nothing, []);
  // The row's name says all about a grant by a plan or a pack. Other grants have a person's reason.
  const hasPersonsReason = row.source !== 'plan' && row.source !== 'pack';
  return entry(grantOf(view, row), credits, hasPersonsReason ? [reason] : []);
}

/** A lost dispute is a refund that the bank has made. */
function refundOf({ words, format }: SectionView, { credits, reason }: RefundRow): string {
  const isLost = reason?.startsWith('refund dispute:') ?? false;
  return (isLost ? words.went.lost : words.went.refunded)(format, credits);
}

function grantOf({ overview, words, format }: SectionView, { source, planId, credits }: GrantRow) {
  const { granted } = words.went;
  if (source === 'plan')
    return granted.plan(planOf(overview.prices, planId)?.name ?? planId ?? null);
  if (source === 'pack') return granted.pack(format, credits);
  if (source === 'promotion' || source === 'adjustment') return granted[source];
  return source ?? granted.unknown;
}

function line(
  { format }: SectionView,
  { at }: Row,
  what: string,
  amount: unknown,
  notes: (string | null)[],
) {
  const note = notes.filter(Boolean).join(' · ');
  return html`<span class="what">${what}${note === '' ? nothing : html` <span class="quiet">${note}</span>`}</span>
    ${amount} <span class="quiet when">${time(at, format.clock(at), format)}</span>`;
}

function amountOf(view: SectionView, { status, reserved, charged }: GenerationRow) {
  const { words, format } = view;
  if (status === 'running') {
    return html`<span class="amount quiet"><span class="dot" aria-hidden="true"></span>${words.went.running(format, reserved)}</span>`;
  }
  if (status === 'released' || charged === 0)
    return html`<span class="amount quiet">${words.went.uncharged}</span>`;
  return signed(view, -charged);
}

function signed({ words, format }: SectionView, change: number) {
  return html`<span class="amount ${change > 0 ? 'good' : ''}">${words.went.change(format.change(change), change)}</span>`;
}

function keyOf(row: Row): string | number {
  return row.type === 'generation' ? row.requestId : row.version;
}
