import type { Page } from 'playwright-core';

// In the page's own words: these run there, where the tests' compiler knows nothing of a document.

const EVERYTHING = `(() => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  return all(document);
})()`;

/** By how many pixels the page is wider than the screen, and what sticks out. */
export async function overflowOf(page: Page): Promise<{ pixels: number; elements: string[] }> {
  // The frame after a new size draws the parts that depend on it.
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
  return page.evaluate(`({
    pixels: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    elements: ${EVERYTHING}
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
      .map((one) => one.outerHTML.slice(0, 100)),
  })`);
}

/** The targets that are too small for a finger; links within a text are as high as the text. */
export function smallTargetsOf(page: Page, pixels: number): Promise<string[]> {
  return page.evaluate(`${EVERYTHING}
    .filter((one) => one.matches('button, input, select, summary, a[href], [tabindex="0"]') && one.checkVisibility())
    .filter((one) => !one.matches('p a, li a, [data-part="connection"] a'))
    .map((one) => ({ one, box: (one.closest('label') ?? one).getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && (box.width < ${pixels} || box.height < ${pixels}))
    .map(({ one, box }) => Math.round(box.width) + ' × ' + Math.round(box.height) + ': ' + one.outerHTML.slice(0, 100))`);
}

export interface Focused {
  /** The selector of the element, e.g. `button[data-pack=pack-125]`. */
  what: string;
  text: string;
  background: string;
  isOutlined: boolean;
  isInView: boolean;
}

/** The focused element, also inside a shadow root; null at the page's end. */
export function focusedOn(page: Page): Promise<Focused | null> {
  return page.evaluate(`(() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    if (one === null || one === document.body || one === document.documentElement) return null;
    const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const mark = ['data-pack', 'data-part', 'name', 'data-receipt', 'href', 'type'].find((name) => one.hasAttribute(name));
    const around = one.parentElement?.closest('[data-part], [data-receipt], [data-kind]');
    const inside = around ? ' in ' + Object.entries({ ...around.dataset }).map(([key, value]) => key + '=' + value).join() : '';
    return {
      what: one.localName + (mark ? '[' + mark + '=' + one.getAttribute(mark) + ']' : '') + inside,
      text: one.textContent.trim(),
      background: backgroundColor,
      isOutlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      isInView: box.top >= 0 && box.bottom <= innerHeight,
    };
  })()`);
}

/** Counts from the first paint on: to be called before the page is opened. */
export async function watchLayout(
  page: Page,
): Promise<{ shifts(): Promise<{ value: number; moved: string[] }[]> }> {
  await page.addInitScript(`
    globalThis.layoutShifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (hadRecentInput) continue;
        layoutShifts.push({ value, moved: sources.map(({ node, previousRect: was, currentRect: is }) => [(node?.outerHTML ?? node?.parentElement?.outerHTML)?.slice(0, 120) ?? String(node?.nodeName), [was, is].map(({ x, y, width, height }) => [x, y, width, height].join())].join(' ')) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  `);
  return { shifts: () => page.evaluate('layoutShifts') };
}

/** Every text that the large number has shown. */
export async function watchDigits(page: Page): Promise<{ shown(): Promise<string[]> }> {
  await page.evaluate(`
    globalThis.shownDigits = new Set();
    const root = document.querySelector('holdfast-credits').shadowRoot;
    const note = () => shownDigits.add(root.querySelector('.digits')?.textContent);
    note();
    new MutationObserver(note).observe(root, { subtree: true, childList: true, characterData: true });
  `);
  return { shown: () => page.evaluate('[...shownDigits]') };
}
