const RIGHT_TO_LEFT = ['ar', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi'];

export function isRightToLeft(locale: string): boolean {
  return RIGHT_TO_LEFT.includes(new Intl.Locale(locale).language);
}

export const directionOf = (locale: string) => (isRightToLeft(locale) ? 'rtl' : 'ltr');
