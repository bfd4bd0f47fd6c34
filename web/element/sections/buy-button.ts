import { html, type TemplateResult } from 'lit-html';
import type { Pack } from '../api/types';
import { askToBuy } from '../state/purchases';
import type { SectionView } from '../view';

/** Asks whether to buy the pack, and leads to the question. */
export function buyButton({ store, words, format }: SectionView, pack: Pack): TemplateResult {
  const open = (event: Event) => {
    askToBuy(store, pack);
    // The pack's own button, beside the question that appears.
    const root = (event.currentTarget as Element).getRootNode() as ShadowRoot;
    const button = root.querySelector<HTMLElement>(`[data-pack="${CSS.escape(pack.packId)}"]`);
    button?.scrollIntoView({ block: 'center' });
    button?.focus({ preventScroll: true });
  };
  const price = format.money(pack.priceCents, pack.currency);
  return html`<button type="button" class="link" @click=${open}>${words.make.buy(format, pack.credits, price)}</button>`;
}
