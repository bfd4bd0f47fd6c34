import { type Html, html } from '../html';

/** The texts of the pages around the credits page: the login's, and those of a failure. */
export const ENGLISH = {
  language: 'en',
  nothingCharged: 'Nothing was charged.',
  tryAgain: 'Try again',
  support: (code: Html | string): Html => html`If it stays like this, tell support: ${code}`,
  withoutScript: 'The balance above is as of when this page was loaded. All else needs JavaScript.',

  logIn: {
    title: 'Log in – Credits',
    heading: 'Log in to see your credits',
    alone: 'Your balance is shown to you alone, once you are logged in.',
    expired: 'Your login has expired.',
    empty: 'This link holds no login.',
    product: 'Open your credits from the product in which you use them: it logs you in here.',
    link: 'Log in',
    reload: 'Already logged in? Load the page again',
  },

  failure: {
    title: 'Not available – Credits',
    heading: 'Your credits can’t be shown right now',
    server: 'Your credits are where they were; only this page can’t reach them.',
  },

  loggingIn: {
    title: 'Logging in – Credits',
    busy: 'Logging you in …',
    withoutScript: 'Logging in needs JavaScript.',
  },

  refused: {
    heading: 'This login doesn’t count here',
    product: 'Open your credits from the product in which you use them once more.',
    link: 'Log in again',
  },

  other: {
    heading: 'Go on as another account?',
    both: (now: Html, linked: Html): Html =>
      html`You are logged in as ${now}. This link logs in as ${linked}.`,
    goOn: (linked: Html): Html => html`Go on as ${linked}`,
    stay: (now: Html): Html => html`Stay logged in as ${now}`,
  },

  unreachable: {
    heading: 'The server can’t be reached',
    look: 'Look whether you are online, then try again.',
  },
};

export type PageWords = typeof ENGLISH;
