import { html } from '../../../web/page/html';
import type { PageWords } from '../../../web/page/words/english';
import { pageWordsFor } from '../../../web/page/words-for';
import { openWeb, tokenOf, type Web } from '../harness';
import { visit } from './visitor';

const LANGUAGES = ['ar', 'de', 'es', 'fr', 'ja'];

/** Every text by its path; a text with places as it reads with these in them. */
function textsOf(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, text]): [string, string][] => {
    if (typeof text === 'object') return textsOf(text, `${path}${name}.`);
    if (typeof text === 'string') return [[path + name, text]];
    const [first, second] = [html`<b>FIRST</b>`, html`<b>SECOND</b>`];
    return [[path + name, text(first, second).text]];
  });
}

describe.each(LANGUAGES)('the words of pages without a balance, in %s', (language) => {
  const words: PageWords = pageWordsFor(language);
  const english = new Map(textsOf(pageWordsFor('en')));

  test('are that language’s own, every one', () => {
    expect(words.language).toBe(language);
    const left = textsOf(words).filter(([path, text]) => text === english.get(path));
    expect(left).toEqual([]);
  });

  test('have what is named in them, once', () => {
    for (const [path, text] of textsOf(words)) {
      for (const named of ['<b>FIRST</b>', '<b>SECOND</b>']) {
        const times = (where = '') => where.split(named).length - 1;
        expect([path, times(text)]).toEqual([path, times(english.get(path))]);
      }
    }
  });
});

describe('a page', () => {
  let web: Web;
  beforeAll(async () => {
    web = await openWeb({});
  });
  afterAll(() => web.close());

  const inLanguage = async (path: string, language: string) => {
    const response = await fetch(`${web.url}${path}`, { headers: { 'accept-language': language } });
    return response.text();
  };

  test.each([
    ['/credits', 'de-AT,de;q=0.9', '<html lang="de" dir="ltr">', 'Melden Sie sich an', 'Credits'],
    ['/credits/login', 'ar', '<html lang="ar" dir="rtl">', 'جارٍ تسجيل دخولك…', 'الرصيد'],
    [
      '/credits/login',
      'ja-JP',
      '<html lang="ja" dir="ltr">',
      '別のアカウントで続けますか？',
      'クレジット',
    ],
    ['/credits', 'nl', '<html lang="en" dir="ltr">', 'Log in to see your credits', 'Credits'],
    [
      '/credits',
      '"><script>',
      '<html lang="en" dir="ltr">',
      'Log in to see your credits',
      'Credits',
    ],
  ])('%s for %s', async (path, language, opening, words, heading) => {
    const page = await inLanguage(path, language);
    expect(page).toContain(opening);
    expect(page).toContain(words);
    expect(page).toContain(`<h1>${heading}</h1>`);
  });

  test('of an expired session says so in the visitor’s language', async () => {
    const token = await tokenOf('acme', { exp: 1 });
    const { html: page } = await visit(web.url, token, { 'accept-language': 'fr' });
    expect(page).toContain('Votre connexion a expiré. Rien n’a été débité.');
  });
});
