import type { Holdfast } from '../workflows/harness';

const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();

/** Straight into the ledger, so that nothing has to run. */
export async function grant(
  { ledger }: Holdfast,
  account: string,
  key: string,
  credits: number,
  reason = 'test',
) {
  const body = { credits, source: 'promotion' as const, reason, by: 'Ada', expiresAt: NEXT_YEAR };
  const granted = await ledger.grant(account, key, body);
  if (!granted.ok) throw new Error(granted.refusal.message);
  return granted.value;
}

/** Makes so many entries of an account's only one, which is a grant of one credit. */
export async function lengthenHistory(
  { sql }: Holdfast,
  account: string,
  entries: number,
): Promise<void> {
  await sql(
    `INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas,
       reserved_deltas, available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after, grant_id)
     SELECT account_id, n, at, type, 1, 0, '{1}', '{1}', '{0}', n, 0, 0, 0, 0, n, 1
     FROM holdfast.entries, generate_series(2, $2::integer) AS n WHERE account_id = $1`,
    [account, entries],
  );
}
