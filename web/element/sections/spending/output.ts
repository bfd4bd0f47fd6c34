import { html, type TemplateResult } from 'lit-html';
import { webUrl } from '../../state/receipts';
import type { Words } from '../../words/english';

/** By the end of a path: an address says no type, and the page of a product may not ask for it. */
const ENDINGS = {
  picture: /\.(avif|gif|jpe?g|png|svg|webp)$/i,
  film: /\.(m4v|mov|mp4|webm)$/i,
  sound: /\.(flac|m4a|mp3|oga|ogg|wav)$/i,
};

/**
 * What was made: a picture, a film or a sound where its address says that it is one, and a link. A
 * browser runs nothing of a file that it shows so, an SVG's scripts neither, and is told to keep the
 * page's own address to itself. What can't be shown leaves the link alone; an address that is
 * neither http nor https stays text.
 */
export function output(outputUrl: string, { went }: Words): TemplateResult {
  const url = webUrl(outputUrl);
  if (url === null) return html`<code>${outputUrl}</code>`;
  return html`${shown(url, went.receipt.output)}
    <a href=${url} target="_blank" rel="noopener noreferrer">${went.receipt.open}</a>`;
}

function shown(url: string, name: string) {
  const { pathname } = new URL(url);
  if (ENDINGS.picture.test(pathname))
    return html`<img class="made" src=${url} alt=${name} loading="lazy" referrerpolicy="no-referrer" @error=${hide} />`;
  if (ENDINGS.film.test(pathname))
    return html`<video class="made" src=${url} aria-label=${name} controls preload="metadata" playsinline @error=${hide}></video>`;
  if (ENDINGS.sound.test(pathname))
    return html`<audio class="made" src=${url} aria-label=${name} controls preload="none" @error=${hide}></audio>`;
  return '';
}

function hide(event: Event): void {
  (event.currentTarget as HTMLElement).hidden = true;
}
