-- The one place where figures change: the account's row, the grants' remainders and the entry, in one go.
-- The caller holds the account's lock. A grant's own row is inserted by its caller before. p_day: the day on which the
-- generation of a reserve, commit or release was begun.
CREATE OR REPLACE FUNCTION holdfast.post_entry(
  p_account_id text, p_at timestamptz, p_type text,
  p_grant_ids bigint[], p_remainder_deltas bigint[], p_reserved_deltas bigint[],
  p_request_id text, p_grant_id bigint, p_reason text, p_by_name text, p_day date DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_available bigint := 0;
  v_reserved  bigint := 0;
  v_account   holdfast.accounts;
BEGIN
  -- One UPDATE by primary key for each grant, not one that joins them all: Postgres plans such a join anew at every
  -- call once it has statistics, because it takes the plan for the array at hand to be cheaper than one for all arrays.
  FOR i IN 1 .. cardinality(p_grant_ids) LOOP
    v_available := v_available + p_remainder_deltas[i];
    v_reserved  := v_reserved + p_reserved_deltas[i];
    IF p_type <> 'grant' AND p_remainder_deltas[i] <> 0 THEN
      UPDATE holdfast.grants SET remaining = remaining + p_remainder_deltas[i]
      WHERE account_id = p_account_id AND grant_id = p_grant_ids[i];
    END IF;
  END LOOP;

  UPDATE holdfast.accounts SET
    version       = version + 1,
    last_entry_at = p_at,
    available     = available + v_available,
    reserved      = reserved + v_reserved,
    granted       = granted  + CASE p_type WHEN 'grant'  THEN v_available ELSE 0 END,
    spent         = spent    + CASE p_type WHEN 'commit' THEN -v_available - v_reserved ELSE 0 END,
    expired       = expired  + CASE p_type WHEN 'expire' THEN -v_available ELSE 0 END,
    deducted      = deducted + CASE p_type WHEN 'deduct' THEN -v_available ELSE 0 END,
    open_reservations = open_reservations + CASE p_type WHEN 'reserve' THEN 1 WHEN 'commit' THEN -1 WHEN 'release' THEN -1 ELSE 0 END,
    day           = CASE p_type WHEN 'reserve' THEN p_day ELSE day END,
    -- What is given back on a later day than it was taken belongs to neither.
    day_credits   = CASE WHEN p_day = day THEN day_credits - v_available
                         WHEN p_type = 'reserve' THEN -v_available ELSE day_credits END,
    ran_dry       = ran_dry AND p_type <> 'grant'
  WHERE account_id = p_account_id
  RETURNING * INTO v_account;

  INSERT INTO holdfast.entries VALUES (
    p_account_id, v_account.version, p_at, p_type, v_available, v_reserved,
    p_grant_ids, p_remainder_deltas, p_reserved_deltas,
    v_account.available, v_account.reserved, v_account.spent, v_account.expired, v_account.deducted, v_account.granted,
    p_request_id, p_grant_id, p_reason, p_by_name
  );
  RETURN v_account.version;
END $$;

-- Whether a grant's credits can be used at that time. Decided by comparing, never by whether expiry has been booked.
CREATE OR REPLACE FUNCTION holdfast.grant_counts(
  p_ends_at timestamptz, p_term integer, p_account_term integer, p_valid_until timestamptz, p_at timestamptz
) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_term IS NULL THEN p_at < p_ends_at
              ELSE p_term = p_account_term AND coalesce(p_at < p_valid_until, false) END
$$;

-- Books what is left of grants whose own end has come or whose term is over, an entry each. The caller holds the lock.
-- Grants of the current term are left until its window has been closed: a late payment may still carry them forward.
CREATE OR REPLACE FUNCTION holdfast.book_ended_grants(p_account_id text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_grant record;
BEGIN
  FOR v_grant IN
    SELECT g.grant_id, g.remaining, CASE WHEN g.term IS NULL THEN 'ended' ELSE 'lapsed' END AS reason
    FROM holdfast.grants AS g JOIN holdfast.accounts AS a USING (account_id)
    WHERE g.account_id = p_account_id AND g.has_remainder
      AND CASE WHEN g.term IS NULL THEN g.ends_at <= p_at ELSE g.term <> a.term OR g.term <= a.booked_term END
    ORDER BY g.ends_at, g.grant_id
  LOOP
    PERFORM holdfast.post_entry(p_account_id, p_at, 'expire', ARRAY[v_grant.grant_id], ARRAY[-v_grant.remaining],
      ARRAY[0::bigint], NULL, v_grant.grant_id, v_grant.reason, NULL);
  END LOOP;
END $$;

-- Chooses from which grants credits are taken, in burn order: priority, soonest end, zero cost before paid, oldest, id.
-- available is what all grants that count hold; the arrays are null when that is too little.
CREATE OR REPLACE FUNCTION holdfast.allocate(
  p_account holdfast.accounts, p_at timestamptz, p_credits bigint,
  OUT available bigint, OUT grant_ids bigint[], OUT credits bigint[]
) LANGUAGE sql STABLE AS $$
  WITH counting AS (
    SELECT g.grant_id, g.remaining, sum(g.remaining) OVER burn AS running, row_number() OVER burn AS rank
    FROM holdfast.grants AS g
    WHERE g.account_id = p_account.account_id AND g.has_remainder
      AND holdfast.grant_counts(g.ends_at, g.term, p_account.term, p_account.valid_until, p_at)
    WINDOW burn AS (
      ORDER BY g.priority, coalesce(g.ends_at, p_account.valid_until), g.cost_cents > 0, g.granted_at, g.grant_id
    )
  ), total AS (
    SELECT coalesce(sum(remaining), 0)::bigint AS available FROM counting
  )
  SELECT total.available,
    array_agg(grant_id ORDER BY rank) FILTER (WHERE running - remaining < p_credits AND total.available >= p_credits),
    array_agg(least(remaining, p_credits - (running - remaining))::bigint ORDER BY rank)
      FILTER (WHERE running - remaining < p_credits AND total.available >= p_credits)
  FROM total LEFT JOIN counting ON true
  GROUP BY total.available
$$;

CREATE OR REPLACE FUNCTION holdfast.negated(p_values bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(-value ORDER BY position) FROM unnest(p_values) WITH ORDINALITY AS v (value, position)
$$;

-- Locks the account, creating it if it is new.
CREATE OR REPLACE FUNCTION holdfast.lock_or_open_account(p_account_id text) RETURNS holdfast.accounts
LANGUAGE plpgsql AS $$
DECLARE
  v_account holdfast.accounts;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO holdfast.accounts (account_id) VALUES (p_account_id) ON CONFLICT DO NOTHING;
    SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  END IF;
  RETURN v_account;
END $$;
