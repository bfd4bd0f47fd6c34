import { ENGLISH, type Words } from '../element/words/english';
import { languageOf, usable } from '../element/words/languages';
import { WORDS as AR } from '../element/words/languages/ar';
import { WORDS as DE } from '../element/words/languages/de';
import { WORDS as ES } from '../element/words/languages/es';
import { WORDS as FR } from '../element/words/languages/fr';
import { WORDS as JA } from '../element/words/languages/ja';

const WORDS = {
  en: ENGLISH,
  ar: usable(AR),
  de: usable(DE),
  es: usable(ES),
  fr: usable(FR),
  ja: usable(JA),
};

/** The words with which the server paints the balance first. */
export const wordsFor = (locale: string): Words => WORDS[languageOf(locale)];
