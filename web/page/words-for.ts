import { ENGLISH, type Words } from '../element/words/english';
import { languageOf, usable } from '../element/words/languages';
import { WORDS as AR } from '../element/words/languages/ar';
import { WORDS as DE } from '../element/words/languages/de';
import { WORDS as ES } from '../element/words/languages/es';
import { WORDS as FR } from '../element/words/languages/fr';
import { WORDS as JA } from '../element/words/languages/ja';
import { WORDS as PAGE_AR } from './words/ar';
import { WORDS as PAGE_DE } from './words/de';
import { ENGLISH as PAGE_ENGLISH, type PageWords } from './words/english';
import { WORDS as PAGE_ES } from './words/es';
import { WORDS as PAGE_FR } from './words/fr';
import { WORDS as PAGE_JA } from './words/ja';

const WORDS = {
  en: ENGLISH,
  ar: usable(AR),
  de: usable(DE),
  es: usable(ES),
  fr: usable(FR),
  ja: usable(JA),
};

const PAGE_WORDS: Record<keyof typeof WORDS, PageWords> = {
  en: PAGE_ENGLISH,
  ar: PAGE_AR,
  de: PAGE_DE,
  es: PAGE_ES,
  fr: PAGE_FR,
  ja: PAGE_JA,
};

/** The words with which the server paints the balance first. */
export const wordsFor = (locale: string): Words => WORDS[languageOf(locale)];

/** The words of the pages around it, which the element's script doesn't need. */
export const pageWordsFor = (locale: string): PageWords => PAGE_WORDS[languageOf(locale)];
