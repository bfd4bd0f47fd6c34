import { html, nothing, type TemplateResult } from 'lit-html';
import type { Generation } from '../../api/types';
import { dimensionsInWords } from '../../state/affordable';
import { ownMember, sourceName } from '../../state/facts';
import { hasEnded, paidFrom, webUrl } from '../../state/receipts';
import { problemText, type SectionView, time } from '../../view';

/** All there is to know of a generation, in its row. */
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
    <button type="button" class="small" @click=${() => store.spending.open(requestId)}>${words.connection.retry}</button>
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
    reason,
    metadata,
  } = generation;
  const isRunning = !hasEnded(status);
  const said = words.went.receipt;
  return html`<dl class="receipt">
    ${pair(said.quoted, words.credits(format, reserved))}
    ${isRunning ? nothing : pair(said.charged, words.credits(format, charged))}
    ${isRunning ? nothing : pair(said.returned, words.credits(format, returned))}
    ${pair(said.length, dimensionsInWords(generation, words, format))}
    ${pair(said.started, reservedAt && time(reservedAt, format.moment(reservedAt), format))}
    ${pair(said.ended, resolvedAt && time(resolvedAt, format.moment(resolvedAt), format))}
    ${pair(isRunning ? said.heldFrom : said.from, sourcesOf(view, generation))}
    ${pair(said.why, reason && (ownMember(words.went.reasons, reason) ?? reason))}
    ${pair(said.output, outputUrl && output(outputUrl, said.open))}
    ${Object.entries(metadata).map(([name, value]) => pair(name, value))}
    ${pair(said.id, html`<code>${requestId}</code>`)}
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

/** A provider's word for where the output is; only what leads to a page becomes a link. */
function output(outputUrl: string, open: string) {
  const url = webUrl(outputUrl);
  return url === null
    ? html`<code>${outputUrl}</code>`
    : html`<a href=${url} target="_blank" rel="noopener noreferrer">${open}</a>`;
}
