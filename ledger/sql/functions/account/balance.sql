-- The account's balance. p_as_of: null means now. One statement, one snapshot: the figures and the
-- grants belong together.
CREATE OR REPLACE FUNCTION holdfast.balance(p_account_id text, p_as_of timestamptz) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH account AS (
    -- An earlier time judges by the term and its end as they were known then, not as a later
    -- renewal has moved them.
    SELECT a.account_id, coalesce(p_as_of, holdfast.ledger_now(a.last_entry_at)) AS at,
      CASE WHEN p_as_of IS NULL THEN a.term ELSE known.term END AS term,
      CASE WHEN p_as_of IS NULL THEN a.valid_until ELSE known.valid_until END AS valid_until
    FROM holdfast.accounts AS a
    LEFT JOIN LATERAL (
      SELECT * FROM holdfast.terms
      WHERE account_id = a.account_id AND at <= p_as_of
      ORDER BY change DESC LIMIT 1
    ) AS known ON true
    WHERE a.account_id = p_account_id
  ), last AS (
    -- LATERAL, so that it reads the index from its end; a join would sort all the account's
    -- entries.
    SELECT e.*
    FROM account AS a, LATERAL (
      SELECT * FROM holdfast.entries
      WHERE account_id = a.account_id AND at <= a.at
      ORDER BY version DESC LIMIT 1
    ) AS e
  ), held AS (
    SELECT g.*,
      r.remaining AS unused,
      coalesce(own.ends_at, a.valid_until) AS ends,
      coalesce(holdfast.grant_counts(own.ends_at, own.term, a.term, a.valid_until, a.at), false)
        AS counts
    FROM account AS a, last,
      LATERAL holdfast.remainders_at(p_account_id, last.version, p_as_of) AS r,
      LATERAL (
        SELECT * FROM holdfast.grants
        WHERE account_id = p_account_id AND grant_id = r.grant_id
      ) AS g, LATERAL holdfast.end_of_grant_at(
        p_account_id, g.grant_id, CASE WHEN p_as_of IS NOT NULL THEN last.version END) AS own
    WHERE r.remaining > 0
  )
  SELECT jsonb_build_object(
    'accountId', p_account_id,
    'at', (SELECT holdfast.iso(at) FROM account),
    'available', coalesce((SELECT sum(unused) FROM held WHERE counts), 0),
    'pendingExpiry', coalesce((SELECT sum(unused) FROM held WHERE NOT counts), 0),
    'reserved', coalesce(max(last.reserved_after), 0),
    'spent', coalesce(max(last.spent_after), 0),
    'expired', coalesce(max(last.expired_after), 0),
    'deducted', coalesce(max(last.deducted_after), 0),
    'refunded', coalesce(max(last.refunded_after), 0),
    'frozen', coalesce(max(last.frozen_after), 0),
    'granted', coalesce(max(last.granted_after), 0),
    'owed', coalesce(max(last.owed_after), 0),
    'validUntil', (SELECT holdfast.iso(valid_until) FROM account),
    'grants', coalesce((
      SELECT jsonb_agg(holdfast.balance_line(held.account_id, grant_id, credits, unused, ends)
        ORDER BY priority, ends, cost_cents > 0, granted_at, grant_id)
      FROM held
    ), '[]'))
  FROM last
$$;

-- The remainder of each grant of the account: as it is stored, or, with p_as_of, after the entry of
-- that version.
CREATE OR REPLACE FUNCTION holdfast.remainders_at(
  p_account_id text, p_version bigint, p_as_of timestamptz
) RETURNS TABLE (grant_id bigint, remaining bigint)
LANGUAGE sql STABLE AS $$
  SELECT g.grant_id, g.remaining
  FROM holdfast.grants AS g
  WHERE p_as_of IS NULL AND g.account_id = p_account_id AND g.has_remainder
  UNION ALL
  SELECT leg.grant_id, sum(leg.delta)::bigint
  FROM holdfast.entries AS e,
    unnest(e.grant_ids, e.remainder_deltas) AS leg (grant_id, delta)
  WHERE p_as_of IS NOT NULL AND e.account_id = p_account_id AND e.version <= p_version
  GROUP BY leg.grant_id
$$;

-- The published line of a grant in a balance.
CREATE OR REPLACE FUNCTION holdfast.balance_line(
  p_account_id text, p_grant_id bigint, p_credits bigint, p_unused bigint, p_ends_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.grant_origin(p_account_id, p_grant_id) || jsonb_build_object(
    'grantId', p_grant_id::text,
    'credits', p_credits,
    'remaining', p_unused,
    'expiresAt', holdfast.iso(p_ends_at))
$$;

-- The balance as of a time that a caller has said; null means now.
CREATE OR REPLACE FUNCTION holdfast.balance_at(p_account_id text, p_as_of text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.balance(p_account_id, holdfast.instant(p_as_of))
$$;

-- The credits of the account's grants that count at p_at, less the reserved ones.
CREATE OR REPLACE FUNCTION holdfast.available_at(
  p_account holdfast.accounts, p_at timestamptz
) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(g.remaining), 0)::bigint
  FROM holdfast.grants AS g
  WHERE g.account_id = p_account.account_id
    AND g.has_remainder
    AND holdfast.grant_counts(g.ends_at, g.term, p_account.term, p_account.valid_until, p_at)
$$;

-- A stamp for each of the accounts: it changes whenever a balance or a request does, but not when a
-- grant's own end comes, which no row shows.
CREATE OR REPLACE FUNCTION holdfast.account_stamps(p_account_ids text[]) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(a.account_id, concat_ws('/',
    a.version,
    a.term,
    holdfast.iso(a.valid_until),
    a.valid_until > holdfast.ledger_now(a.last_entry_at),
    a.last_ticket,
    a.waited_for)), '{}')
  FROM holdfast.accounts AS a
  WHERE a.account_id = ANY (p_account_ids)
$$;
