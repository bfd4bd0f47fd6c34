/**
 * The keys of every object in a document, by where it stands, in the order in which they were
 * printed.
 */
export type Keys = Record<string, string[][]>;

export function keysOf(document: unknown): Keys {
  const keys: Keys = {};
  collect(document, '', keys);
  return keys;
}

function collect(value: unknown, at: string, into: Keys): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, `${at}[]`, into);
    return;
  }
  const known = into[at] ?? [];
  into[at] = known;
  const keys = Object.keys(value);
  if (!known.some((other) => other.join() === keys.join())) known.push(keys);
  for (const [key, member] of Object.entries(value))
    collect(member, at === '' ? key : `${at}.${key}`, into);
}
