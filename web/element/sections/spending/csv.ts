import { html, nothing, type TemplateResult } from 'lit-html';
import { problemText, type SectionView } from '../../view';

const NAME = 'credits.csv';
/** A browser begins to read what it saves a little later. */
const KEPT_MS = 60_000;

export function csvButton({ store, words }: SectionView): TemplateResult {
  const { download } = store.spending.state;
  const isBusy = download === 'busy';
  return html`<div class="buttons">
    <button type="button" class="csv" data-part="csv" ?disabled=${isBusy} @click=${() => store.spending.save(saveAs)}>
      ${isBusy ? words.went.csvBusy : words.went.csv}
    </button>
    <span role="status">${typeof download === 'string' ? nothing : html`<span class="bad">${problemText(download, words, words.went.csvFailed)}</span>`}</span>
  </div>`;
}

/** The token goes in a header, so a plain link would not do. */
function saveAs(file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
