type Category = Intl.LDMLPluralRule;

/** Chooses a word's form by the language's plural rule; `other` stands for forms that are missing. */
export function pluralOf(language: string) {
  const rules = new Intl.PluralRules(language);
  return (count: number, forms: Partial<Record<Category, string>> & { other: string }): string =>
    forms[rules.select(count)] ?? forms.other;
}
