-- Pages of the things that reconciliation puts right with ordinary operations, in a stable order,
-- after the last row seen. Finding decides nothing: the operations judge again under the account's
-- lock. Subscriptions are looked up for each row of a page, because a join would read all of them
-- for every page.

-- The paid cycles that have begun and are not granted, of each active subscription the first. Part
-- of the query that asks for them, which can use the index of their beginnings.
CREATE OR REPLACE FUNCTION holdfast.ungranted_cycles(p_due_by timestamptz)
RETURNS SETOF holdfast.cycles
LANGUAGE sql STABLE AS $$
  SELECT c.*
  FROM holdfast.cycles AS c
  WHERE c.grant_id IS NULL
    AND c.starts_at <= p_due_by
    AND c.cycle = (
      SELECT s.granted_cycle + 1
      FROM holdfast.subscriptions AS s
      WHERE s.account_id = c.account_id
        AND s.subscription_id = c.subscription_id
        AND s.status = 'active'
    )
$$;

-- A page of them.
CREATE OR REPLACE FUNCTION holdfast.due_cycles(
  p_due_by timestamptz, p_after_at timestamptz, p_after_account_id text, p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'at', holdfast.iso(c.starts_at),
    'accountId', c.account_id,
    'subscriptionId', c.subscription_id)
  FROM holdfast.ungranted_cycles(p_due_by) AS c
  WHERE (c.starts_at, c.account_id)
      > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
  ORDER BY c.starts_at, c.account_id
  LIMIT p_limit
$$;

-- Active subscriptions whose term has lapsed and whose settlement window is over, by their lapse.
CREATE OR REPLACE FUNCTION holdfast.due_expiries(
  p_due_by timestamptz, p_after_at timestamptz, p_after_account_id text, p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'at', holdfast.iso(a.valid_until),
    'accountId', a.account_id,
    'subscriptionId', s.subscription_id,
    'term', s.term)
  FROM holdfast.accounts AS a, LATERAL (
    SELECT * FROM holdfast.subscriptions
    WHERE account_id = a.account_id AND status = 'active' LIMIT 1
  ) AS s
  WHERE a.booked_term < a.term
    AND a.valid_until <= p_due_by
    AND holdfast.add_duration(a.valid_until, s.settlement_window, s.time_zone) <= p_due_by
    AND (a.valid_until, a.account_id)
      > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
  ORDER BY a.valid_until, a.account_id
  LIMIT p_limit
$$;

-- Active subscriptions, by when it is to be asked whether their workflow still runs.
CREATE OR REPLACE FUNCTION holdfast.unwatched_subscriptions(
  p_due_by timestamptz, p_after_at timestamptz, p_after_account_id text, p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'at', holdfast.iso(s.look_from),
    'accountId', s.account_id,
    'subscriptionId', s.subscription_id)
  FROM holdfast.subscriptions AS s
  WHERE s.status = 'active'
    AND s.look_from <= p_due_by
    AND (s.look_from, s.account_id)
      > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
  ORDER BY s.look_from, s.account_id
  LIMIT p_limit
$$;

-- The workflow runs: the next check is later. Touches no balance, so it needs no account lock.
CREATE OR REPLACE FUNCTION holdfast.watch_subscription(
  p_account_id text, p_subscription_id text, p_for_ms bigint
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.subscriptions
  SET look_from = holdfast.clock() + p_for_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND status = 'active'
$$;
