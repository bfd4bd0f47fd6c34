-- The list of things that wait for an operator: workflows, and then reconciliation, should have
-- ended them by now. Finding decides nothing. Each part gives its oldest lines, in one shape: since
-- when, the problem, how many credits it is about, and a word of detail. p_missed_by is two
-- reconciliation intervals ago.

-- The whole list, oldest first. more: there are further lines.
CREATE OR REPLACE FUNCTION holdfast.stuck(p_interval_ms bigint, p_limit integer) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH clock AS MATERIALIZED (
    SELECT read.now, read.now - 2 * p_interval_ms * interval '1 millisecond' AS missed_by
    FROM (SELECT holdfast.clock() AS now) AS read
  ), found AS (
    SELECT oldest.*,
      row_number() OVER (
        ORDER BY oldest.since, oldest.account_id, oldest.what, oldest.id
      ) AS line
    FROM clock, LATERAL (
      SELECT * FROM holdfast.stuck_reservations(clock.missed_by, p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_purchases(clock.now, p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_subscriptions(clock.missed_by, p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_notices(clock.now, p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_events(clock.missed_by, p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_losses(p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_billing_events(clock.missed_by, p_limit + 1)
      UNION ALL
      SELECT * FROM holdfast.stuck_refund_orders(clock.now, p_limit + 1)
    ) AS oldest
  )
  SELECT jsonb_build_object(
    'more', (SELECT count(*) FROM found) > p_limit,
    'stuck', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
          'what', found.what,
          'accountId', found.account_id,
          'id', found.id,
          'since', holdfast.iso(found.since),
          'problem', found.problem,
          'credits', found.credits,
          'detail', found.detail)
        ORDER BY found.line)
      FROM found
      WHERE found.line <= p_limit
    ), '[]'))
$$;

-- Reservations and waits. While the workflow runs, reconciliation keeps extending the hold, so the
-- time limit counts as well.
CREATE OR REPLACE FUNCTION holdfast.stuck_reservations(p_missed_by timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  WITH limits AS (
    -- A catalog may name more seconds than an interval holds.
    SELECT v.version, k.key AS kind,
      least((k.value->>'timeLimitSeconds')::numeric, 1e9)::bigint * interval '1 second'
        AS time_limit
    FROM holdfast.catalog_versions AS v, jsonb_each(v.document->'kinds') AS k
  ), overdue AS (
    SELECT r.*,
      CASE
        WHEN r.state = 'waiting' AND r.wait_until <= p_missed_by THEN 'wait-over'
        WHEN r.state = 'open' AND r.reserved_at + l.time_limit <= p_missed_by
          THEN 'past-time-limit'
        WHEN r.expires_at <= p_missed_by THEN 'unattended'
      END AS problem,
      r.reserved_at + l.time_limit AS due_at
    FROM holdfast.reservations AS r
    LEFT JOIN limits AS l
      ON l.version = r.catalog_version AND l.kind = r.body->>'kind'
    WHERE r.resolved_at IS NULL
  )
  SELECT 'reservation', overdue.account_id, overdue.request_id,
    CASE overdue.problem
      WHEN 'wait-over' THEN overdue.wait_until
      WHEN 'past-time-limit' THEN overdue.due_at
      ELSE overdue.expires_at
    END AS since,
    overdue.problem,
    CASE overdue.state WHEN 'waiting' THEN overdue.waits_for ELSE overdue.credits END,
    overdue.state
  FROM overdue
  WHERE overdue.problem IS NOT NULL
  ORDER BY since, overdue.account_id, overdue.request_id
  LIMIT p_limit
$$;

-- Purchases, and stray payments, which are money to be given back as well. A bank transfer may take
-- days, and so may a refund: workflows and reconciliation move look_from on meanwhile.
CREATE OR REPLACE FUNCTION holdfast.stuck_purchases(p_now timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  WITH unfinished AS (
    SELECT p.*,
      CASE
        WHEN p.look_from + interval '15 minutes' <= p_now THEN 'unattended'
        WHEN p.status = 'returning' AND p.opened_at + interval '1 day' <= p_now
          THEN 'not-returned'
        WHEN p.status = 'open' AND p.opened_at + interval '7 days' <= p_now THEN 'undecided'
      END AS problem
    FROM holdfast.purchases AS p
    WHERE p.resolved_at IS NULL
  ), waiting AS (
    SELECT unfinished.account_id, unfinished.purchase_id,
      CASE unfinished.problem
        WHEN 'unattended' THEN unfinished.look_from
        ELSE unfinished.opened_at
      END AS since,
      unfinished.problem, unfinished.credits,
      concat_ws(', ', unfinished.status, unfinished.reason) AS detail
    FROM unfinished
    WHERE unfinished.problem IS NOT NULL
    UNION ALL
    SELECT stray.account_id, stray.purchase_id, stray.seen_at, 'not-returned', NULL,
      'returning, payment ' || stray.payment_id
    FROM holdfast.stray_payments AS stray
    WHERE stray.status = 'returning' AND (
      stray.look_from + interval '15 minutes' <= p_now
      OR stray.seen_at + interval '1 day' <= p_now
    )
  )
  SELECT 'purchase', waiting.account_id, waiting.purchase_id, waiting.since, waiting.problem,
    waiting.credits, waiting.detail
  FROM waiting
  ORDER BY waiting.since, waiting.account_id, waiting.purchase_id, waiting.detail
  LIMIT p_limit
$$;

-- Subscriptions with a due cycle, or a due expiry, that reconciliation has missed.
CREATE OR REPLACE FUNCTION holdfast.stuck_subscriptions(p_missed_by timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  SELECT 'subscription', due.line->>'accountId', due.line->>'subscriptionId',
    (due.line->>'at')::timestamptz AS since,
    due.problem, NULL::bigint, due.line->>'term'
  FROM (
    SELECT c AS line, 'cycle-not-granted' AS problem
    FROM holdfast.due_cycles(
      p_missed_by, p_after_at => NULL, p_after_account_id => NULL, p_limit => p_limit) AS c
    UNION ALL
    SELECT e, 'expiry-not-booked'
    FROM holdfast.due_expiries(
      p_missed_by, p_after_at => NULL, p_after_account_id => NULL, p_limit => p_limit) AS e
  ) AS due
  ORDER BY since, due.line->>'accountId'
  LIMIT p_limit
$$;

-- Notices. Delivery is given up after three days. If an account's first pending notice is older
-- than four, no workflow delivers it.
CREATE OR REPLACE FUNCTION holdfast.stuck_notices(p_now timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  (
    SELECT 'notice', n.account_id, n.notice_id::text, n.settled_at AS since, 'not-delivered',
      NULL::bigint, concat_ws(', ', n.type, n.reason)
    FROM holdfast.notices AS n
    WHERE n.status = 'failed' AND NOT EXISTS (
      SELECT FROM holdfast.interventions AS i
      WHERE i.account_id = n.account_id AND i.what = 'notice' AND i.id = n.notice_id::text
    )
    ORDER BY n.settled_at, n.account_id, n.notice_id
    LIMIT p_limit
  )
  UNION ALL
  (
    SELECT 'notice', n.account_id, n.notice_id::text, n.at, 'undelivered', NULL::bigint, n.type
    FROM holdfast.notices AS n
    WHERE n.status = 'pending' AND n.at + interval '4 days' <= p_now AND NOT EXISTS (
      SELECT FROM holdfast.notices AS earlier
      WHERE earlier.account_id = n.account_id
        AND earlier.status = 'pending'
        AND earlier.notice_id < n.notice_id
    )
    ORDER BY n.at, n.account_id, n.notice_id
    LIMIT p_limit
  )
$$;

-- Messages that have not been delivered.
CREATE OR REPLACE FUNCTION holdfast.stuck_events(p_missed_by timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  SELECT 'event', o.account_id, concat_ws('/', o.kind, nullif(o.subject, '')), o.written_at,
    'not-handed-over', NULL::bigint, o.kind
  FROM holdfast.outbox AS o
  WHERE o.written_at <= p_missed_by
  ORDER BY o.written_at, o.account_id, o.message_id
  LIMIT p_limit
$$;

-- What a workflow has reported and the ledger doesn't have: it was restored from an older copy.
CREATE OR REPLACE FUNCTION holdfast.stuck_losses(p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  SELECT CASE l.what WHEN 'generation' THEN 'reservation' ELSE l.what END, l.account_id, l.id,
    l.seen_at, 'lost', l.credits, l.what
  FROM holdfast.lost_operations AS l
  WHERE l.ended IS NULL
  ORDER BY l.seen_at, l.account_id, l.id
  LIMIT p_limit
$$;
