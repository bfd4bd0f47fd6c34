/** Does it for all items, for so many at a time. The first failure ends it. */
export async function inLanes<Item>(
  items: Item[],
  lanes: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
