import { firstKnownLocale } from '../element/words/format';

/** The locale that an Accept-Language header asks for; browsers send the dearest first. */
export function localeOf(header = ''): string {
  return firstKnownLocale(header.split(',').map((part) => (part.split(';')[0] ?? '').trim()));
}
