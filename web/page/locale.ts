/** The first language of an Accept-Language header whose numbers and dates are known here; browsers send the dearest first. */
export function localeOf(header = ''): string {
  for (const part of header.split(',')) {
    const [tag = ''] = part.split(';');
    try {
      const [locale] = Intl.NumberFormat.supportedLocalesOf(tag.trim());
      if (locale !== undefined) return locale;
    } catch {
      // It is no language tag; the next may be one.
    }
  }
  return 'en';
}
