/**
 * A language's words, completed by the English ones: they may have been written for an earlier
 * version of the page.
 */
export function completeWords<Words extends object>(given: object, defaults: Words): Words {
  const members = Object.entries(defaults).map(([name, standard]) => {
    const own: unknown = (given as Record<string, unknown>)[name];
    const isGroup = typeof standard === 'object' && typeof own === 'object' && own !== null;
    return [name, isGroup ? completeWords(own, standard) : (own ?? standard)];
  });
  return { ...given, ...Object.fromEntries(members) };
}
