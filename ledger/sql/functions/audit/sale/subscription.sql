-- The invariants of subscriptions, terms and cycles. What upkeep has to do is a finding only two
-- reconciliation intervals late.
CREATE OR REPLACE FUNCTION holdfast.validity_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'validity-follows-payments', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id, 'validUntil', a.valid_until)
  FROM holdfast.subscriptions AS s
  JOIN holdfast.accounts AS a USING (account_id)
  JOIN holdfast.cycles AS c
    ON (c.account_id, c.subscription_id, c.cycle) = (s.account_id, s.subscription_id, s.paid_cycle),
    LATERAL (SELECT holdfast.add_duration(c.ends_at, s.grace, s.time_zone) AS at) AS grace_end
  WHERE s.account_id BETWEEN p_from AND p_to AND s.status = 'active' AND (
    a.term <> s.term
    OR a.booked_term >= s.term
    OR a.valid_until < c.ends_at
    OR a.valid_until > grace_end.at + interval '26 hours'
    OR (NOT s.cancel_at_period_end AND a.valid_until < grace_end.at - interval '26 hours')
  )
$$;

-- How many cycles of a subscription had been paid and over before it was taken over.
CREATE OR REPLACE FUNCTION holdfast.cycles_elsewhere(p_account_id text, p_subscription_id text)
RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT coalesce(max((k.result->>'cycle')::integer - 1), 0)
  FROM holdfast.idempotency_keys AS k
  WHERE k.account_id = p_account_id
    AND k.operation = 'import'
    AND k.result->>'subscriptionId' = p_subscription_id
$$;

-- Each paid cycle with its subscription, its payment and the cycle before it.
CREATE OR REPLACE FUNCTION holdfast.paid_cycles(p_from text, p_to text)
RETURNS TABLE (
  account_id text, subscription_id text, cycle integer, term integer, plan_id text, length text,
  starts_at timestamptz, ends_at timestamptz, grant_id bigint, closed_why text,
  closed_at timestamptz, anchor timestamptz, anchor_cycle integer, time_zone text,
  subscription_length text, reference text, recorded_at timestamptz,
  expected_cycle bigint, previous_end timestamptz, previous_term integer
)
LANGUAGE sql STABLE AS $$
  SELECT c.account_id, c.subscription_id, c.cycle, c.term, c.plan_id, c.length,
    c.starts_at, c.ends_at, c.grant_id, s.closed_why,
    s.closed_at, s.anchor, s.anchor_cycle, s.time_zone,
    s.cycle, p.reference, p.recorded_at,
    row_number() OVER cycles + holdfast.cycles_elsewhere(c.account_id, c.subscription_id),
    lag(c.ends_at) OVER cycles, lag(c.term) OVER cycles
  FROM holdfast.cycles AS c
  JOIN holdfast.subscriptions AS s USING (account_id, subscription_id)
  LEFT JOIN holdfast.payments AS p
    ON (p.account_id, p.subscription_id, p.cycle, p.pays)
      = (c.account_id, c.subscription_id, c.cycle, 'cycle')
  WHERE c.account_id BETWEEN p_from AND p_to
  WINDOW cycles AS (PARTITION BY c.account_id, c.subscription_id ORDER BY c.cycle)
$$;

-- Every cycle is paid, follows the one before it and the calendar, and is granted once it begins;
-- the subscription follows its cycles.
CREATE OR REPLACE FUNCTION holdfast.cycle_violations(
  p_from text, p_to text, p_now timestamptz
) RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH paid AS (
    SELECT p.*,
      jsonb_build_object('subscriptionId', p.subscription_id, 'cycle', p.cycle) AS detail
    FROM holdfast.paid_cycles(p_from, p_to) AS p
  ), last AS (
    SELECT p.account_id, p.subscription_id,
      max(p.cycle) AS paid_cycle,
      max(p.cycle) FILTER (WHERE p.grant_id IS NOT NULL) AS granted_cycle,
      count(p.grant_id) AS grants,
      max(p.term) AS term,
      (array_agg(p.plan_id ORDER BY p.cycle DESC))[1] AS plan_id
    FROM paid AS p
    GROUP BY p.account_id, p.subscription_id
  )
  SELECT 'paid-cycle-granted', p.account_id, p.detail
  FROM paid AS p
  WHERE p.grant_id IS NULL
    AND greatest(p.starts_at, p.recorded_at) + interval '120 seconds' < p_now
    AND NOT (p.closed_why IS NOT DISTINCT FROM 'ended-now' AND p.starts_at > p.closed_at)
  UNION ALL
  SELECT 'cycles-paid-and-gap-free', p.account_id, p.detail
  FROM paid AS p
  WHERE p.cycle <> p.expected_cycle
    OR p.reference IS NULL
    OR p.term < p.previous_term
  UNION ALL
  SELECT 'subscription-follows-cycles', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id)
  FROM holdfast.subscriptions AS s
  LEFT JOIN last USING (account_id, subscription_id)
  WHERE s.account_id BETWEEN p_from AND p_to
    AND (s.paid_cycle, s.granted_cycle, s.granted_cycle, s.term, s.plan_id) IS DISTINCT FROM (
      last.paid_cycle, coalesce(last.granted_cycle, 0),
      last.grants::integer + holdfast.cycles_elsewhere(s.account_id, s.subscription_id),
      last.term, last.plan_id)
$$;

-- Cycles follow the calendar of their subscription. A day's tolerance, because a country may change
-- its clocks after a boundary has been settled.
CREATE OR REPLACE FUNCTION holdfast.calendar_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'cycles-follow-calendar', p.account_id,
    jsonb_build_object('subscriptionId', p.subscription_id, 'cycle', p.cycle)
  FROM holdfast.paid_cycles(p_from, p_to) AS p
  WHERE p.starts_at < p.previous_end
    OR p.ends_at < p.starts_at
    OR (p.term = p.previous_term AND p.starts_at <> p.previous_end)
    OR (p.cycle = p.anchor_cycle AND p.starts_at <> p.anchor)
    OR (p.cycle >= p.anchor_cycle AND (
      p.length <> p.subscription_length
      OR p.starts_at NOT BETWEEN
        holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle, p.length, p.time_zone)
          - interval '26 hours'
        AND holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle, p.length, p.time_zone)
          + interval '26 hours'
      OR p.ends_at NOT BETWEEN
        holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle + 1, p.length, p.time_zone)
          - interval '26 hours'
        AND holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle + 1, p.length, p.time_zone)
          + interval '26 hours'
    ))
  UNION ALL
  SELECT 'cycles-follow-calendar', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id, 'anchorCycle', s.anchor_cycle)
  FROM holdfast.subscriptions AS s
  WHERE s.account_id BETWEEN p_from AND p_to
    AND s.anchor_cycle NOT BETWEEN 1 AND s.paid_cycle
  UNION ALL
  SELECT 'time-zone-known', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id, 'timeZone', s.time_zone)
  FROM holdfast.subscriptions AS s
  WHERE s.account_id BETWEEN p_from AND p_to AND s.time_zone <> 'UTC'
    AND holdfast.counted_time_zone(s.time_zone) = 'UTC'
$$;

-- What the catalog promised at the last payment of a cycle.
CREATE OR REPLACE FUNCTION holdfast.subscription_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'waits-as-promised', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id)
  FROM holdfast.subscriptions AS s
  JOIN holdfast.payments AS p
    ON (p.account_id, p.subscription_id, p.cycle, p.pays)
      = (s.account_id, s.subscription_id, s.paid_cycle, 'cycle')
  WHERE s.account_id BETWEEN p_from AND p_to
    -- A day's tolerance: a version may have come while the clock was set back.
    AND NOT EXISTS (
      SELECT FROM holdfast.catalog_versions AS v
      WHERE v.effective_from <= p.recorded_at
        AND v.version >= coalesce(
          holdfast.effective_version(p.recorded_at - interval '1 day'), v.version)
        AND (
          coalesce(v.document->>'renewalGrace', 'PT0S'),
          coalesce(v.document->>'settlementWindow', 'PT1H')
        ) = (s.grace, s.settlement_window)
    )
$$;

-- How a subscription was closed: by an end at once, by a booked expiry, or by a newer one. What was
-- left of its credits expired then, and not before.
CREATE OR REPLACE FUNCTION holdfast.closing_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'closed-as-told', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id, 'closedWhy', s.closed_why)
  FROM holdfast.subscriptions AS s,
    LATERAL (
      SELECT count(*) FILTER (WHERE k.operation = 'end_now') AS ends,
        count(*) FILTER (
          WHERE k.operation = 'expire_term' AND k.result->'term' = to_jsonb(s.term)
        ) AS expiries
      FROM holdfast.subscription_answers(s.account_id, s.account_id) AS k
      WHERE k.subscription_id = s.subscription_id
    ) AS told,
    LATERAL (
      SELECT min(c.starts_at) AS starts_at
      FROM holdfast.subscriptions AS n
      JOIN holdfast.cycles AS c USING (account_id, subscription_id)
      WHERE n.account_id = s.account_id AND n.term > s.term
    ) AS newer,
    LATERAL holdfast.term_end(s.account_id, s.term) AS ended
  WHERE s.account_id BETWEEN p_from AND p_to AND (
    s.status NOT IN ('active', 'closed')
    OR (s.status = 'closed') <> (s.closed_why IS NOT NULL)
    OR (s.status = 'closed') <> (s.closed_at IS NOT NULL)
    OR s.closed_at < ended.valid_until
    OR s.closed_at > ended.expired_at
    OR CASE coalesce(s.closed_why, 'active')
      WHEN 'active' THEN told.ends + told.expiries > 0 OR newer.starts_at IS NOT NULL
      WHEN 'ended-now' THEN told.ends = 0
      WHEN 'lapsed' THEN told.expiries = 0 OR newer.starts_at IS NOT NULL
      WHEN 'superseded' THEN newer.starts_at IS NULL OR told.ends > 0
        OR s.closed_at > newer.starts_at
      ELSE true
    END
  )
$$;

-- The end of a term as it was set last, and when its first credits expired with it.
CREATE OR REPLACE FUNCTION holdfast.term_end(
  p_account_id text, p_term integer, OUT valid_until timestamptz, OUT expired_at timestamptz
) LANGUAGE sql STABLE AS $$
  SELECT (
      SELECT t.valid_until
      FROM holdfast.terms AS t
      WHERE t.account_id = p_account_id AND t.term = p_term
      ORDER BY t.change DESC LIMIT 1
    ), (
      SELECT min(e.at)
      FROM holdfast.grants AS g
      JOIN holdfast.entries AS e ON e.account_id = g.account_id AND e.grant_id = g.grant_id
      WHERE g.account_id = p_account_id AND g.term = p_term AND e.type = 'expire'
    )
$$;
