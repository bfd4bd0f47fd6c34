import type { TestLedger } from '../ledger-support';

/** The starts of the cycles 1 + `steps`, where cycle 1 starts at `anchor`. */
export async function starts(
  books: TestLedger,
  anchor: string,
  cycle: string,
  timeZone: string,
  steps: number[],
): Promise<string[]> {
  const { rows } = await books.owner.query(
    `SELECT holdfast.iso(holdfast.cycle_start($1, 1, 1 + step, $2, $3)) AS start
     FROM unnest($4::int[]) WITH ORDINALITY AS s (step, position) ORDER BY position`,
    [anchor, cycle, timeZone, steps],
  );
  return rows.map(({ start }) => start);
}
