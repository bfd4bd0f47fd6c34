import { completeWords } from './complete-words';
import { isRightToLeft } from './direction';
import { ENGLISH, type Translation, type Words } from './english';
import { isolated } from './isolate';

/** The languages that the page comes in besides English. Each has a module in `languages/`. */
export const LANGUAGES = ['ar', 'de', 'es', 'fr', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The page's own language for a locale: English where there is no translation. */
export function languageOf(locale: string): Language | 'en' {
  const { language } = new Intl.Locale(locale);
  return LANGUAGES.find((one) => one === language) ?? 'en';
}

/** The file with a language's words, beside the element's script. */
export const wordsFileOf = (language: Language): string => `holdfast-credits-${language}.js`;

/** Words as the page uses them: completed by English ones, and safe beside text of the other direction. */
export function usable(given: Partial<Words> | Translation): Words {
  const words = completeWords(given, ENGLISH);
  return isRightToLeft(words.language) ? isolated(words) : words;
}
