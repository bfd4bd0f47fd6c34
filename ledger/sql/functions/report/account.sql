-- A page of accounts with what they have used from p_from_at to before p_until, in the order of
-- their ids, after p_after; with p_is_dry only those that had nothing left at p_until. By the
-- balances that stand in the journal: later entries change nothing. ranDryAt: when the last credit
-- was gone, of an account that has been given none since; runsDryAt: when it would be at the same
-- rate. next: what p_after is for the page after this one.
CREATE OR REPLACE FUNCTION holdfast.report_accounts(
  p_from_at timestamptz, p_until timestamptz, p_after text, p_is_dry boolean, p_limit integer
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH accounts AS MATERIALIZED (
    SELECT a.account_id
    FROM holdfast.accounts AS a
    WHERE a.account_id > p_after
    ORDER BY a.account_id
    LIMIT p_limit
  ), used AS (
    SELECT last.account_id, last.available_after AS available, last.reserved_after AS reserved,
      last.spent_after - coalesce(before.spent_after, 0) AS spent,
      holdfast.ran_dry_at(last) AS ran_dry_at
    FROM accounts AS a,
      LATERAL holdfast.last_entry_before(a.account_id, p_until) AS last
    LEFT JOIN LATERAL holdfast.last_entry_before(last.account_id, p_from_at) AS before ON true
    WHERE last.version IS NOT NULL
  )
  SELECT jsonb_build_object(
    'accounts', coalesce(jsonb_agg(jsonb_build_object(
      'accountId', u.account_id,
      'spent', u.spent,
      'available', u.available,
      'reserved', u.reserved,
      'runsDryAt', holdfast.iso(holdfast.dry_at(u.available, u.spent, p_from_at, p_until)),
      'ranDryAt', holdfast.iso(u.ran_dry_at)) ORDER BY u.account_id)
      FILTER (WHERE NOT p_is_dry OR u.ran_dry_at IS NOT NULL), '[]'),
    'next', (SELECT max(a.account_id) FROM accounts AS a HAVING count(*) = p_limit))
  FROM used AS u
$$;

-- The account's last entry before that time; all fields are null if there is none.
CREATE OR REPLACE FUNCTION holdfast.last_entry_before(p_account_id text, p_at timestamptz)
RETURNS holdfast.entries
LANGUAGE sql STABLE AS $$
  SELECT e
  FROM holdfast.entries AS e
  WHERE e.account_id = p_account_id AND e.at < p_at
  ORDER BY e.version DESC LIMIT 1
$$;

-- When the account's last credit was gone, if nothing is left of it after that entry. Frozen ones
-- may come back.
CREATE OR REPLACE FUNCTION holdfast.ran_dry_at(p_last holdfast.entries) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT min(e.at)
  FROM holdfast.entries AS e
  WHERE p_last.available_after = 0
    AND p_last.frozen_after = 0
    AND p_last.granted_after > 0
    AND e.account_id = p_last.account_id
    AND e.version <= p_last.version
    AND e.version > coalesce((
      SELECT had.version
      FROM holdfast.entries AS had
      WHERE had.account_id = p_last.account_id
        AND had.version < p_last.version
        AND had.available_after + had.frozen_after > 0
      ORDER BY had.version DESC LIMIT 1
    ), 0)
$$;

-- When so many credits would be gone at the rate of that time; null if nothing was spent in it, or
-- past the calendar's end.
CREATE OR REPLACE FUNCTION holdfast.dry_at(
  p_available bigint, p_spent bigint, p_from_at timestamptz, p_until timestamptz
) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_spent > 0
      AND p_available::numeric / p_spent * extract(epoch FROM p_until - p_from_at)
        < extract(epoch FROM holdfast.calendar_end() - p_until)
      THEN p_until + p_available::numeric / p_spent * (p_until - p_from_at)
  END
$$;
