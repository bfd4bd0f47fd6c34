-- What is open in the ledger, in figures, for the worker's metrics. Finding decides nothing. work:
-- by what, how many, how many credits, and since when the oldest. stuck: what `stuck` lists, by
-- what, at most a thousand of each. lockWaits: calls in this database that wait for a lock.
CREATE OR REPLACE FUNCTION holdfast.open_work(p_interval_ms bigint) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH clock AS MATERIALIZED (
    SELECT read.now, read.now - 2 * p_interval_ms * interval '1 millisecond' AS missed_by
    FROM (SELECT holdfast.clock() AS now) AS read
  )
  SELECT jsonb_build_object(
    'now', holdfast.iso(clock.now),
    'work', (
      SELECT jsonb_agg(jsonb_build_object(
        'what', found.what,
        'count', found.count,
        'credits', found.credits,
        'since', holdfast.iso(found.since)) ORDER BY found.what)
      FROM (
        SELECT * FROM holdfast.open_requests_in_figures(clock.now)
        UNION ALL
        SELECT * FROM holdfast.due_upkeep_in_figures(clock.now)
      ) AS found
    ),
    'stuck', holdfast.stuck_in_figures(clock.now, clock.missed_by),
    'lockWaits', holdfast.lock_waits())
  FROM clock
$$;

-- Requests, purchases, notices and messages that have not ended. late-hold: requests that
-- reconciliation has to look at.
CREATE OR REPLACE FUNCTION holdfast.open_requests_in_figures(p_now timestamptz)
RETURNS TABLE (what text, count bigint, credits bigint, since timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT 'reservation', count(*), coalesce(sum(r.credits), 0)::bigint, min(r.reserved_at)
  FROM holdfast.reservations AS r
  WHERE r.resolved_at IS NULL AND r.state = 'open'
  UNION ALL
  SELECT 'waiting', count(*), coalesce(sum(r.waits_for), 0)::bigint, min(r.waiting_since)
  FROM holdfast.reservations AS r
  WHERE r.state = 'waiting'
  UNION ALL
  SELECT 'late-hold', count(*), coalesce(sum(r.credits), 0)::bigint, min(r.expires_at)
  FROM holdfast.reservations AS r
  WHERE r.resolved_at IS NULL AND r.expires_at <= p_now
  UNION ALL
  SELECT 'purchase', count(*), coalesce(sum(p.credits), 0)::bigint, min(p.opened_at)
  FROM holdfast.purchases AS p
  WHERE p.resolved_at IS NULL
  UNION ALL
  SELECT 'notice', count(*), NULL, min(n.at)
  FROM holdfast.notices AS n
  WHERE n.status = 'pending'
  UNION ALL
  SELECT 'message', count(*), NULL, min(o.written_at)
  FROM holdfast.outbox AS o
$$;

-- Paid cycles, expiries and ends of grants whose time has come and that are not booked. since: when
-- it came.
CREATE OR REPLACE FUNCTION holdfast.due_upkeep_in_figures(p_now timestamptz)
RETURNS TABLE (what text, count bigint, credits bigint, since timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT 'cycle', count(*), NULL::bigint, min(c.starts_at)
  FROM holdfast.ungranted_cycles(p_now) AS c
  UNION ALL
  SELECT 'expiry', count(*), coalesce(sum(a.available), 0)::bigint, min(window_end.at)
  FROM holdfast.accounts AS a, LATERAL (
    SELECT holdfast.add_duration(a.valid_until, s.settlement_window, s.time_zone) AS at
    FROM holdfast.subscriptions AS s
    WHERE s.account_id = a.account_id AND s.status = 'active' LIMIT 1
  ) AS window_end
  WHERE a.booked_term < a.term AND a.valid_until <= p_now AND window_end.at <= p_now
  UNION ALL
  SELECT 'ended-grant', count(*), coalesce(sum(g.remaining), 0)::bigint, min(g.ends_at)
  FROM holdfast.grants AS g
  WHERE g.has_remainder AND g.ends_at IS NOT NULL AND g.ends_at <= p_now
$$;

-- How many things wait for an operator, by what they are.
CREATE OR REPLACE FUNCTION holdfast.stuck_in_figures(p_now timestamptz, p_missed_by timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'reservation', (SELECT count(*) FROM holdfast.stuck_reservations(p_missed_by, 1000)),
    'purchase', (SELECT count(*) FROM holdfast.stuck_purchases(p_now, 1000)),
    'subscription', (SELECT count(*) FROM holdfast.stuck_subscriptions(p_missed_by, 1000)),
    'notice', (SELECT count(*) FROM holdfast.stuck_notices(p_now, 1000)),
    'event', (SELECT count(*) FROM holdfast.stuck_events(p_missed_by, 1000)),
    'billing-event', (SELECT count(*) FROM holdfast.stuck_billing_events(p_missed_by, 1000)))
$$;

-- Calls of any login that wait for a lock in this database, and for how long the longest has. A
-- row's lock is waited for as its transaction's, which names no database.
CREATE OR REPLACE FUNCTION holdfast.lock_waits() RETURNS jsonb
LANGUAGE sql VOLATILE AS $$
  SELECT jsonb_build_object(
    'count', count(*),
    'longestMs', coalesce(max(
      extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, clock_timestamp())) * 1000
    ), 0)::bigint)
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_stat_activity AS a USING (pid)
  WHERE NOT l.granted AND a.datname = current_database()
$$;
