/** An INSERT of an entry like the last one of account `base`, with these columns changed to these SQL expressions. */
export function entryWith(changes: Record<string, string>): string {
  const columns =
    `account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas,
    reserved_deltas, available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after, owed_delta, owed_after, frozen_after,
    request_id, grant_id, by_name`.split(/,\s*/);
  const values = columns.map(
    (column) => changes[column] ?? (column === 'version' ? 'version + 1' : column),
  );
  return `INSERT INTO holdfast.entries (${columns}) SELECT ${values} FROM holdfast.entries
    WHERE account_id = 'base' ORDER BY version DESC LIMIT 1`;
}

/** An INSERT of a row like an existing one of the table, with these columns changed to these SQL expressions. */
export function rowWith(
  table: string,
  columns: string,
  changes: Record<string, string>,
  where = '',
): string {
  const values = columns.split(', ').map((column) => changes[column] ?? column);
  return `INSERT INTO holdfast.${table} (${columns}) SELECT ${values} FROM holdfast.${table} ${where} LIMIT 1`;
}
