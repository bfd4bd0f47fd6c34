import { html, type TemplateResult } from 'lit-html';
import type { Balance } from '../api/types';
import { planOf, sourceName } from '../state/facts';
import { type SectionView, section, sentenceOfDay } from '../view';

/** The grants with credits left, in the order in which they are used. */
export function grantsSection(view: SectionView): TemplateResult {
  const { overview, words } = view;
  const { grants } = overview.balance;
  return section(
    'parts',
    words,
    grants.length === 0
      ? html`<p class="quiet">${words.parts.none}</p>`
      : html`<p class="quiet">${words.parts.order}</p>
          <ol class="plain">${grants.map((grant) => grantRow(view, grant))}</ol>`,
  );
}

function grantRow({ overview, words, format }: SectionView, grant: Balance['grants'][number]) {
  const { grantId, source, remaining, credits, expiresAt, planId } = grant;
  const isOfTerm = expiresAt !== null && expiresAt === overview.balance.validUntil;
  const name = sourceName(words, source, planOf(overview.prices, planId)?.name);
  return html`<li class="part" data-grant=${grantId}>
    <span class="grow"><span class="source from-${source}" aria-hidden="true"></span>${name}</span>
    <span>${words.parts.left(format, remaining, credits)}</span>
    ${expiresAt === null ? '' : html`<span class="quiet">${sentenceOfDay(isOfTerm ? words.parts.withPlan : words.parts.until, expiresAt, format)}</span>`}
  </li>`;
}
