import type { HoldfastError } from '../../contract/errors';
import type { Problem } from '../http/problems';
import type { PageLinks } from './credits-page';
import { type Html, html } from './html';
import { LOGIN_SCRIPT_PATH } from './scripts';
import type { Page } from './send-page';
import type { PageWords } from './words/english';
import { wordsFor } from './words-for';

/** The credits page's own heading. */
const headOf = ({ language }: PageWords) => ({ language, heading: wordsFor(language).page.title });

/** The page for visitors without a session, or with an expired one. */
export function logInPage({ details }: HoldfastError, links: PageLinks, words: PageWords): Page {
  const { logIn, nothingCharged } = words;
  const why = details.expired === true ? `${logIn.expired} ${nothingCharged}` : logIn.alone;
  return {
    status: 401,
    title: logIn.title,
    ...headOf(words),
    main: () => logInNotice(why, links, words),
  };
}

function logInNotice(why: string, { loginUrl }: PageLinks, { logIn }: PageWords): Html {
  const link =
    loginUrl === undefined
      ? html`<p>${logIn.product}</p>`
      : html`<a class="button" href="${loginUrl}">${logIn.link}</a>`;
  return html`<section class="notice" data-case="nobody">
<h2>${logIn.heading}</h2>
<p>${why}</p>
${link}
<a class="quiet" href="/credits">${logIn.reload}</a>
</section>`;
}

/** The page for any other failure. It says first that nothing was charged. */
export function failurePage({ status, detail, code, instance }: Problem, words: PageWords): Page {
  const { failure, nothingCharged, tryAgain, support } = words;
  // A refusal's detail is in English, as the API tells it.
  const why = status >= 500 ? failure.server : html`<span lang="en" dir="ltr">${detail}</span>`;
  return {
    status,
    title: failure.title,
    ...headOf(words),
    main: () => html`<section class="notice">
<h2>${failure.heading}</h2>
<p>${nothingCharged} ${why}</p>
<a class="button" href="/credits">${tryAgain}</a>
<p class="quiet">${support(html`<bdi>${code}, ${instance}</bdi>`)}</p>
</section>`,
  };
}

const part = (name: string) => html`<bdi data-part="${name}"></bdi>`;

/**
 * The page that logs in: its script takes the token from the address and begins a session. It shows
 * one of the cases.
 */
export function logInProgressPage(links: PageLinks, words: PageWords): Page {
  const { loggingIn, logIn, nothingCharged, other, unreachable, tryAgain } = words;
  const [now, linked] = [part('loggedInAs'), part('accountId')];
  return {
    status: 200,
    title: loggingIn.title,
    ...headOf(words),
    script: LOGIN_SCRIPT_PATH,
    main: () => html`<div id="cases" aria-live="polite">
<section class="notice" data-case="busy"><p>${loggingIn.busy}</p></section>
<template data-case="nobody">${logInNotice(logIn.empty, links, words)}</template>
<template data-case="refused">${refusedNotice(links, words)}</template>
<template data-case="other"><section class="notice">
<h2>${other.heading}</h2>
<p>${other.both(html`<b>${now}</b>`, html`<b>${linked}</b>`)}</p>
<button class="button" data-part="switch">${other.goOn(linked)}</button>
<a class="quiet" href="/credits">${other.stay(now)}</a>
</section></template>
<template data-case="unreachable"><section class="notice">
<h2>${unreachable.heading}</h2>
<p>${nothingCharged} ${unreachable.look}</p>
<a class="button" href="/credits">${tryAgain}</a>
</section></template>
</div>
<noscript><p>${loggingIn.withoutScript}</p></noscript>`,
  };
}

function refusedNotice({ loginUrl }: PageLinks, words: PageWords): Html {
  const { refused, nothingCharged, support } = words;
  const link =
    loginUrl === undefined
      ? html`<p>${refused.product}</p>`
      : html`<a class="button" href="${loginUrl}">${refused.link}</a>`;
  return html`<section class="notice">
<h2>${refused.heading}</h2>
<p>${nothingCharged} <span data-part="detail" lang="en" dir="ltr"></span></p>
${link}
<p class="quiet">${support(part('code'))}</p>
</section>`;
}
