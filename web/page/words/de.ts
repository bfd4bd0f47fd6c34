import { html } from '../html';
import type { PageWords } from './english';

export const WORDS: PageWords = {
  language: 'de',
  nothingCharged: 'Es wurde nichts berechnet.',
  tryAgain: 'Noch einmal versuchen',
  support: (code) => html`Wenn es so bleibt, nennen Sie dem Support: ${code}`,
  withoutScript:
    'Das Guthaben oben ist von dem Moment, in dem diese Seite geladen wurde. Alles andere braucht JavaScript.',
  logIn: {
    title: 'Anmelden – Credits',
    heading: 'Melden Sie sich an, um Ihre Credits zu sehen',
    alone: 'Ihr Guthaben sehen nur Sie, sobald Sie angemeldet sind.',
    expired: 'Ihre Anmeldung ist abgelaufen.',
    empty: 'Dieser Link enthält keine Anmeldung.',
    product:
      'Öffnen Sie Ihre Credits in dem Produkt, in dem Sie sie verwenden: Es meldet Sie hier an.',
    link: 'Anmelden',
    reload: 'Schon angemeldet? Seite neu laden',
  },
  failure: {
    title: 'Nicht verfügbar – Credits',
    heading: 'Ihre Credits lassen sich gerade nicht anzeigen',
    server: 'Ihre Credits sind, wo sie waren; nur diese Seite erreicht sie nicht.',
  },
  loggingIn: {
    title: 'Anmeldung – Credits',
    busy: 'Sie werden angemeldet …',
    withoutScript: 'Die Anmeldung braucht JavaScript.',
  },
  refused: {
    heading: 'Diese Anmeldung gilt hier nicht',
    product: 'Öffnen Sie Ihre Credits noch einmal in dem Produkt, in dem Sie sie verwenden.',
    link: 'Erneut anmelden',
  },
  other: {
    heading: 'Mit einem anderen Konto weitermachen?',
    both: (now, linked) =>
      html`Sie sind als ${now} angemeldet. Dieser Link meldet Sie als ${linked} an.`,
    goOn: (linked) => html`Weiter als ${linked}`,
    stay: (now) => html`Als ${now} angemeldet bleiben`,
  },
  unreachable: {
    heading: 'Der Server ist nicht erreichbar',
    look: 'Prüfen Sie, ob Sie online sind, und versuchen Sie es noch einmal.',
  },
};
