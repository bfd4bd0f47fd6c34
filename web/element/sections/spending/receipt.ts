import { html, nothing, type TemplateResult } from 'lit-html';
import type { Generation } from '../../api/types';
import { dimensionsInWords } from '../../state/affordable';
import { sourceName } from '../../state/facts';
import { hasEnded, paidFrom, reasonInWords } from '../../state/receipts';
import { problemText, type SectionView, time } from '../../view';
import { output } from './output';

/** A generation's receipt, in its row of the history. */
export function receipt(view: SectionView, requestId: string): TemplateResult {
  const { store, words } = view;
  const { generation, problem } = store.spending.state.receipts.get(requestId) ?? {
    generation: null,
    problem: null,
  };
  if (generation !== null) return figures(view, generation);
  if (problem === null)
    return html`<div class="bone tall-receipt"><span class="sr" role="status">${words.went.receipt.loading}</span></div>`;
  return html`<div class="failure">
    <p role="alert">${problemText(problem, words, words.went.receipt.failed)}</p>
    <button type="button" class="small" @click=${() => store.spending.loadReceipt(requestId)}>${words.connection.retry}</button>
  </div>`;
}

function figures(view: SectionView, generation: Generation) {
  const { words, format } = view;
  const {
    requestId,
    reserved,
    charged,
    returned,
    status,
    reservedAt,
    resolvedAt,
    outputUrl,
    metadata,
  } = generation;
  const isRunning = !hasEnded(status);
  const labels = words.went.receipt;
  return html`<dl class="receipt">
    ${pair(labels.quoted, words.credits(format, reserved))}
    ${isRunning ? nothing : pair(labels.charged, words.credits(format, charged))}
    ${isRunning ? nothing : pair(labels.returned, words.credits(format, returned))}
    ${pair(labels.length, dimensionsInWords(generation, words, format))}
    ${pair(labels.started, reservedAt && time(reservedAt, format.moment(reservedAt), format))}
    ${pair(labels.ended, resolvedAt && time(resolvedAt, format.moment(resolvedAt), format))}
    ${pair(isRunning ? labels.heldFrom : labels.from, sourcesOf(view, generation))}
    ${pair(labels.why, reasonInWords(generation, words, format))}
    ${pair(labels.output, outputUrl && output(outputUrl, words))}
    ${Object.entries(metadata).map(([name, value]) => pair(name, value))}
    ${pair(labels.id, html`<code>${requestId}</code>`)}
  </dl>`;
}

function pair(name: string, value: unknown) {
  return value === null || value === ''
    ? nothing
    : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function sourcesOf({ words, format }: SectionView, generation: Generation) {
  const parts = paidFrom(generation).map(({ source, credits }) =>
    words.went.part(format, sourceName(words, source), credits),
  );
  return parts.length === 0 ? null : parts.join(', ');
}
