/** A language's words, with the English ones where it has none: it may have been written for an earlier page. */
export function completed<Words extends object>(said: Partial<Words>, otherwise: Words): Words {
  const members = Object.entries(otherwise).map(([name, theirs]) => {
    const own: unknown = (said as Record<string, unknown>)[name];
    const isGroup = typeof theirs === 'object' && typeof own === 'object' && own !== null;
    return [name, isGroup ? completed(own, theirs) : (own ?? theirs)];
  });
  return { ...said, ...Object.fromEntries(members) };
}
