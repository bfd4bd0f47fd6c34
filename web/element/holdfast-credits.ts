import { html, nothing, render, type TemplateResult } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { createApi, fetchToken } from './api/http-api';
import type { Overview } from './api/types';
import { countTo } from './count-up';
import { COLUMNS, skeleton } from './first-paint';
import { affordableSection } from './sections/affordable-section';
import { balanceSection } from './sections/balance-section';
import { bannerSection } from './sections/banner-section';
import { grantsSection } from './sections/grants-section';
import { purchaseSection } from './sections/purchase-section';
import { spendingSection } from './sections/spending-section';
import { subscriptionSection } from './sections/subscription-section';
import type { State } from './state/state';
import { Store } from './state/store';
import { CSS } from './styles/element-styles';
import type { SectionView, View } from './view';
import { directionOf } from './words/direction';
import { ENGLISH, type Words } from './words/english';
import { createFormat, type Format, firstKnownLocale } from './words/format';
import { usable } from './words/languages';
import { loadWords } from './words/load-words';

/** A host may have set them on the element before the script had loaded. */
const PROPERTIES = ['token', 'words'] as const;

const ATTRIBUTES = ['token', 'api', 'lang', 'login-url', 'subscription-url'] as const;

/** The API's origin is the script's, unless the host sets the attribute `api`. */
const OWN_ORIGIN = new URL(import.meta.url).origin;

/**
 * One sheet for all elements of a document. A constructed sheet isn't subject to the host's policy
 * for inline styles.
 */
const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);

/**
 * `<holdfast-credits token="…">` shows an account's credits, live. A page embeds it with one script
 * and a token.
 *
 * Attributes: `token`, `token-url`, `api`, `lang`, `login-url`, `subscription-url`. Properties:
 * `token`, `words`. Events: `holdfast-token-expired`, at which the host should set a fresh token.
 */
export class HoldfastCredits extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;

  readonly #root: ShadowRoot;
  #store: Store | undefined;
  #words: Words = ENGLISH;
  #areWordsGiven = false;
  #format: Format = createFormat('en');
  #fetched: string | undefined;
  #fetching: Promise<string> | undefined;
  readonly #setEarly: [name: string, value: unknown][];
  #isFirst = true;
  #isDrawPending = false;
  #isSilent = false;

  constructor() {
    super();
    this.#root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#setEarly = takenFrom(this);
  }

  get token(): string {
    return this.getAttribute('token') ?? '';
  }

  set token(token: string) {
    this.setAttribute('token', token);
  }

  /** The token that the host has set, or else the one at `token-url`, which is fetched once. */
  #currentToken(): string | Promise<string> {
    const url = this.getAttribute('token-url');
    if (url === null || this.hasAttribute('token')) return this.token;
    return this.#fetched ?? this.#fetchToken(url);
  }

  #fetchToken(url: string): Promise<string> {
    this.#fetching ??= fetchToken(url)
      .then((token) => {
        this.#fetched = token;
        return token;
      })
      .finally(() => {
        this.#fetching = undefined;
      });
    return this.#fetching;
  }

  /**
   * Words in another language, with the members of the English ones. English replaces members that
   * are missing.
   */
  set words(words: Words) {
    this.#areWordsGiven = true;
    this.#speak(usable(words));
  }

  #speak(words: Words): void {
    this.#words = words;
    this.#format = createFormat(localeOf(this), words);
    this.#draw();
  }

  /** Draws in the page's language, once its words have come; until then nothing new is drawn. */
  async #speakLocally(): Promise<void> {
    if (this.#areWordsGiven) return this.#speak(this.#words);
    const locale = localeOf(this);
    this.#isSilent = true;
    const words = await loadWords(locale);
    this.#isSilent = false;
    if (!this.#areWordsGiven && locale === localeOf(this)) this.#speak(words);
  }

  connectedCallback(): void {
    for (const [name, value] of this.#setEarly.splice(0)) Reflect.set(this, name, value);
    void this.#speakLocally();
    this.#root.adoptedStyleSheets = [sheet];
    this.#store = new Store(
      createApi(this.getAttribute('api') ?? OWN_ORIGIN, () => this.#currentToken()),
      (state) => this.#changed(state),
    );
    const embedded = this.#isFirst ? overviewIn(this) : null;
    this.#isFirst = false;
    this.#store.start(embedded);
  }

  disconnectedCallback(): void {
    this.#store?.end();
    this.#store = undefined;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    const store = this.#store;
    if (store === undefined || before === after) return;
    if (name === 'token' && subjectOf(before ?? this.#fetched ?? null) === subjectOf(after))
      store.reconnect();
    else if (name === 'token' || name === 'api') {
      this.disconnectedCallback();
      this.connectedCallback();
    } else if (name === 'lang') void this.#speakLocally();
    else this.#draw();
  }

  #changed(state: State): void {
    if (state.connection === 'expired' && this.dataset.state !== 'expired') {
      this.dispatchEvent(
        new CustomEvent('holdfast-token-expired', { bubbles: true, composed: true }),
      );
    }
    this.dataset.state = state.connection;
    this.#draw();
  }

  /** Draws once for several changes in a row. */
  #draw(): void {
    if (this.#isDrawPending || this.#isSilent) return;
    this.#isDrawPending = true;
    queueMicrotask(() => {
      this.#isDrawPending = false;
      if (this.#store !== undefined) this.#drawNow(this.#store);
    });
  }

  #drawNow(store: Store): void {
    const view: View = {
      state: store.state,
      store,
      words: this.#words,
      format: this.#format,
      loginUrl: this.getAttribute('login-url'),
      subscriptionUrl: this.getAttribute('subscription-url'),
    };
    // The first drawing replaces what the server has painted.
    if (!this.#root.querySelector('[data-live]')) this.#root.replaceChildren();
    render(page(view), this.#root);
    const digits = this.#root.querySelector<HTMLElement>('.digits');
    if (digits !== null && store.state.overview !== null) {
      countTo(digits, store.state.overview.balance.available, this.#format);
    }
  }
}

function page(view: View): TemplateResult {
  const { overview, connection } = view.state;
  const isStale = connection === 'offline' || connection === 'expired';
  const sections =
    overview === null
      ? unsafeHTML(skeleton(view.words))
      : [balanceSection({ ...view, overview }), ...columnsOf({ ...view, overview })];
  return html`<div class="all" data-live lang=${view.words.language} dir=${directionOf(view.words.language)} ?data-stale=${isStale}>
    ${bannerSection(view)}${connection === 'error' ? nothing : sections}
  </div>`;
}

const SECTIONS = {
  next: subscriptionSection,
  more: purchaseSection,
  parts: grantsSection,
  make: affordableSection,
  went: spendingSection,
};

const columnsOf = (view: SectionView): TemplateResult[] =>
  COLUMNS.map(
    (names) => html`<div class="column">${names.map((name) => SECTIONS[name](view))}</div>`,
  );

/** Such properties are the element's own, and would hide the accessors for ever. */
function takenFrom(element: HTMLElement): [name: string, value: unknown][] {
  return PROPERTIES.filter((name) => Object.hasOwn(element, name)).map((name) => {
    const value: unknown = Reflect.get(element, name);
    Reflect.deleteProperty(element, name);
    return [name, value];
  });
}

/** The element's own language, its nearest ancestor's, or the browser's. */
function localeOf(element: HTMLElement): string {
  const near =
    element.getAttribute('lang') ?? element.closest('[lang]')?.getAttribute('lang') ?? '';
  return firstKnownLocale([near, ...navigator.languages]);
}

/** The data that the server put into the page. */
function overviewIn(element: HTMLElement): Overview | null {
  const script = element.querySelector('script.holdfast-first');
  return script === null ? null : (JSON.parse(script.textContent ?? '') as Overview);
}

/**
 * The account of a token, unchecked. A fresh token of the same account lets the shown figures stay;
 * the server checks it.
 */
function subjectOf(token: string | null): unknown {
  try {
    const payload = (token ?? '').split('.')[1] ?? '';
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub;
  } catch {
    return token;
  }
}

if (!customElements.get('holdfast-credits'))
  customElements.define('holdfast-credits', HoldfastCredits);
