import type { HoldfastError } from '../../contract/errors';
import type { Problem } from '../http/problems';
import type { PageLinks } from './credits-page';
import { type Html, html } from './html';
import { LOGIN_SCRIPT_PATH } from './scripts';
import type { Page } from './send-page';

/** The page for visitors without a session, or with an expired one. */
export function logInPage(error: HoldfastError, links: PageLinks): Page {
  return {
    status: 401,
    title: 'Log in – Credits',
    main: () => html`${logInNotice(whyLogIn(error), links)}`,
  };
}

function whyLogIn({ details }: HoldfastError): string {
  if (details.expired === true) return 'Your login has expired. Nothing was charged.';
  return 'Your balance is shown to you alone, once you are logged in.';
}

function logInNotice(why: string, { loginUrl }: PageLinks): Html {
  const link =
    loginUrl === undefined
      ? html`<p>Open your credits from the product in which you use them: it logs you in here.</p>`
      : html`<a class="button" href="${loginUrl}">Log in</a>`;
  return html`<section class="notice" data-case="nobody">
<h2>Log in to see your credits</h2>
<p>${why}</p>
${link}
<a class="quiet" href="/credits">Already logged in? Load the page again</a>
</section>`;
}

/** The page for any other failure. It says first that nothing was charged. */
export function failurePage({ status, detail, code, instance }: Problem): Page {
  const why =
    status >= 500 ? 'Your credits are where they were; only this page can’t reach them.' : detail;
  return {
    status,
    title: 'Not available – Credits',
    main: () => html`<section class="notice">
<h2>Your credits can’t be shown right now</h2>
<p>Nothing was charged. ${why}</p>
<a class="button" href="/credits">Try again</a>
<p class="quiet">If it stays like this, tell support: ${code}, ${instance}</p>
</section>`,
  };
}

/**
 * The page that logs in: its script takes the token from the address and begins a session. It shows
 * one of the cases.
 */
export function logInProgressPage(links: PageLinks): Page {
  return {
    status: 200,
    title: 'Logging in – Credits',
    script: LOGIN_SCRIPT_PATH,
    main: () => html`<div id="cases" aria-live="polite">
<section class="notice" data-case="busy"><p>Logging you in …</p></section>
<template data-case="nobody">${logInNotice('This link holds no login.', links)}</template>
<template data-case="refused">${refusedNotice(links)}</template>
<template data-case="other"><section class="notice">
<h2>Go on as another account?</h2>
<p>You are logged in as <b data-part="loggedInAs"></b>. This link logs in as <b data-part="accountId"></b>.</p>
<button class="button" data-part="switch">Go on as <span data-part="accountId"></span></button>
<a class="quiet" href="/credits">Stay logged in as <span data-part="loggedInAs"></span></a>
</section></template>
<template data-case="unreachable"><section class="notice">
<h2>The server can’t be reached</h2>
<p>Nothing was charged. Look whether you are online, then try again.</p>
<a class="button" href="/credits">Try again</a>
</section></template>
</div>
<noscript><p>Logging in needs JavaScript.</p></noscript>`,
  };
}

function refusedNotice({ loginUrl }: PageLinks): Html {
  const link =
    loginUrl === undefined
      ? html`<p>Open your credits from the product in which you use them once more.</p>`
      : html`<a class="button" href="${loginUrl}">Log in again</a>`;
  return html`<section class="notice">
<h2>This login doesn’t count here</h2>
<p>Nothing was charged. <span data-part="detail"></span></p>
${link}
<p class="quiet">If it stays like this, tell support: <span data-part="code"></span></p>
</section>`;
}
