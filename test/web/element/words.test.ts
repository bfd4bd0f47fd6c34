import { readdirSync } from 'node:fs';
import path from 'node:path';
import { PRICED_VALUES } from '../../../contract/priced-values';
import { completeWords } from '../../../web/element/words/complete-words';
import { ENGLISH, type Translation } from '../../../web/element/words/english';
import { createFormat } from '../../../web/element/words/format';
import { LANGUAGES, languageOf, usable } from '../../../web/element/words/languages';

const FOLDER = path.join(__dirname, '..', '..', '..', 'web', 'element', 'words', 'languages');
const wordsOf = (language: string): Translation => require(path.join(FOLDER, language)).WORDS;

test('words of an earlier page are completed by the English ones', () => {
  const { next, went, ...rest } = ENGLISH;
  const { other: _other, ...earlier } = next;
  const german = { ...rest, language: 'de', next: { ...earlier, none: 'Kein Abo.' } };
  const words = completeWords(german, ENGLISH);
  expect(words).toEqual({ ...ENGLISH, language: 'de', next: { ...next, none: 'Kein Abo.' } });
  expect(words.next.other('paused')).toBe('Your subscription is “paused”.');
  expect(words.went).toBe(went);
});

test('each language has its file', () => {
  expect(readdirSync(FOLDER).map((file) => path.basename(file, '.ts'))).toEqual([...LANGUAGES]);
});

test.each([
  ['de-AT', 'de'],
  ['ar', 'ar'],
  ['ja-JP-u-ca-japanese', 'ja'],
  ['pl-PL', 'en'],
  ['en-GB', 'en'],
])('a visitor with %s reads the page in %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});

type Say = (...given: unknown[]) => string;

/** Stands for any argument: a format, a number above one, a name, or a list with one. */
const argument = (name: string) => ({
  ...{ count: String, money: String, seconds: String, percent: String },
  ...{ length: 1, join: () => name },
  [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? 7 : name),
});

/** Every sentence, by its path, with `⟨0⟩`, `⟨1⟩`, … for its arguments. */
function sentences(words: object, at = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, member]): [string, string][] => {
    const here = `${at}.${name}`;
    if (typeof member === 'object') return sentences(member, here);
    if (typeof member === 'string') return [[here, member]];
    const given = [0, 1, 2, 3, 4].map((index) => argument(`⟨${index}⟩`));
    return [[here, String((member as Say)(...given))]];
  });
}

const argumentsIn = (sentence = '') => [...new Set(sentence.match(/⟨\d⟩/g))].sort();
const ISOLATES = /[\u2066-\u2069]/g;

describe.each(LANGUAGES)('the words in %s', (language) => {
  const words = wordsOf(language);
  const translated = new Map(sentences(words));

  test('say all that the English ones say, with the same names and figures', () => {
    expect(words.language).toBe(language);
    const english = sentences(ENGLISH);
    expect([...translated.keys()]).toEqual(english.map(([at]) => at));
    const differing = english.filter(
      ([at, sentence]) =>
        translated.get(at)?.trim() === '' ||
        argumentsIn(translated.get(at)).join() !== argumentsIn(sentence).join(),
    );
    expect(differing).toEqual([]);
  });

  test('are translated', () => {
    const english = sentences(ENGLISH).filter(([, sentence]) => sentence.length > 12);
    expect(english.filter(([at, sentence]) => translated.get(at) === sentence)).toEqual([]);
  });

  test.each([0, 1, 2, 5, 11, 100])('have a form for %d', (count) => {
    const format = createFormat(language, { language, timeZone: 'UTC' });
    const said = usable(words).credits(format, count).replaceAll(ISOLATES, '');
    expect(said).toMatch(/^\p{Number}+\s?\p{Letter}/u);
    expect(said).not.toMatch(/undefined|NaN/);
  });
});

test('names of another direction are isolated, and a sign stays before its digits', () => {
  const words = usable(wordsOf('ar'));
  const format = createFormat('ar-EG', { language: 'ar', timeZone: 'UTC' });
  expect(words.waiting.one(format, 'AI Avatar', 20)).toBe(
    '\u2068AI Avatar\u2069 بانتظار \u2068٢٠\u2069 رصيدًا',
  );
  expect(words.went.onDay('30 Nov', ['Veo3 4'])).toBe('\u206830 Nov\u2069: \u2068Veo3 4\u2069');
  expect(format.change(-20)).toBe('\u2066\u061c−٢٠\u2069');
});

test('each value of a price’s dimension has its words', () => {
  for (const language of LANGUAGES)
    for (const { dimension } of PRICED_VALUES)
      expect(usable(wordsOf(language)).dimensions).toHaveProperty(dimension);
});
