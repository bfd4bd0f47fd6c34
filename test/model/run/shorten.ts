/**
 * The shortest part of a list that still fails, as far as leaving out pieces finds it: halves
 * first, then smaller ones down to single items.
 */
export async function shortest<Item>(
  items: Item[],
  fails: (items: Item[]) => Promise<boolean>,
  isOver: () => boolean = () => false,
): Promise<Item[]> {
  let found = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let from = found.length - size; from > -size; from -= size) {
      if (isOver()) return found;
      const without = [...found.slice(0, Math.max(0, from)), ...found.slice(from + size)];
      if (without.length < found.length && (await fails(without))) found = without;
    }
  return found;
}
