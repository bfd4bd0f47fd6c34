import { ENGLISH, type Words } from './english';
import { type Language, languageOf, usable, wordsFileOf } from './languages';

/** After that the page is drawn in English. */
const WITHIN_MS = 3_000;

const loaded = new Map<Language, Promise<Words>>();

/**
 * The words for a locale, from a file beside this script. English where there is no translation,
 * or where the file doesn't come in time.
 */
export async function loadWords(locale: string): Promise<Words> {
  const language = languageOf(locale);
  if (language === 'en') return ENGLISH;
  const words = loaded.get(language) ?? fetchWords(language);
  loaded.set(language, words);
  const late = new Promise<Words>((resolve) => setTimeout(resolve, WITHIN_MS, ENGLISH));
  return Promise.race([words, late]).catch(() => {
    loaded.delete(language);
    return ENGLISH;
  });
}

async function fetchWords(language: Language): Promise<Words> {
  // A host that names a version for the script gets the words of the same one.
  const { search } = new URL(import.meta.url);
  const { WORDS } = await import(
    new URL(`${wordsFileOf(language)}${search}`, import.meta.url).href
  );
  return usable(WORDS);
}
