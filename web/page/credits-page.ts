import type { Overview } from '../element/api/types';
import { firstPaint } from '../element/first-paint';
import { CSS } from '../element/styles/element-styles';
import { Html, html, jsonInScript } from './html';
import { SCRIPT_PATH } from './scripts';
import type { Page } from './send-page';
import { pageWordsFor, wordsFor } from './words-for';

export interface PageLinks {
  /** The product's login, which leads back here with a token. */
  loginUrl?: string;
  /** The product's page for subscribing and renewing. */
  subscriptionUrl?: string;
}

export const TOKEN_PATH = '/credits/token';
export const LOG_OUT_PATH = '/credits/logout';

/**
 * The page with the element. It shows the balance before the script has run, and brings the data
 * that the script needs first, but not the token, which the script asks for.
 */
export function creditsPage(overview: Overview, locale: string, links: PageLinks): Page {
  const words = wordsFor(locale);
  return {
    status: 200,
    title: words.page.title,
    heading: words.page.title,
    language: words.language,
    script: SCRIPT_PATH,
    session: html`<form method="post" action="${LOG_OUT_PATH}">
<p class="quiet">${words.page.account(overview.balance.accountId)}</p>
<button>${words.page.logOut}</button>
</form>`,
    main: (
      nonce,
    ) => html`<holdfast-credits token-url="${TOKEN_PATH}" lang="${locale}"${attributesOf(links)}>
<template shadowrootmode="open"><style nonce="${nonce}">${new Html(CSS)}</style>${new Html(firstPaint(overview, locale, words))}</template>
<script type="application/json" class="holdfast-first">${jsonInScript(overview)}</script>
</holdfast-credits>
<noscript><p>${pageWordsFor(locale).withoutScript}</p></noscript>`,
  };
}

function attributesOf({ loginUrl, subscriptionUrl }: PageLinks): Html {
  const login = loginUrl === undefined ? '' : html` login-url="${loginUrl}"`;
  const subscription =
    subscriptionUrl === undefined ? '' : html` subscription-url="${subscriptionUrl}"`;
  return html`${login}${subscription}`;
}
