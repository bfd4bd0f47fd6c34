-- The invariants of subscriptions, terms and cycles. What upkeep has to do is a finding only two
-- reconciliation intervals late.
CREATE OR REPLACE FUNCTION holdfast.subscription_violations(p_now timestamptz)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT * FROM holdfast.cycle_violations(p_now)
  UNION ALL
  SELECT * FROM holdfast.cycle_grant_violations()
  UNION ALL
  SELECT * FROM holdfast.term_violations()
  UNION ALL
  SELECT 'validity-follows-payments', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id, 'validUntil', a.valid_until)
  FROM holdfast.subscriptions AS s
  JOIN holdfast.accounts AS a USING (account_id)
  JOIN holdfast.cycles AS c
    ON (c.account_id, c.subscription_id, c.cycle) = (s.account_id, s.subscription_id, s.paid_cycle),
    LATERAL (SELECT holdfast.add_duration(c.ends_at, s.grace, s.time_zone) AS at) AS grace_end
  WHERE s.status = 'active' AND (
    a.term <> s.term
    OR a.booked_term >= s.term
    OR a.valid_until < c.ends_at
    OR a.valid_until > grace_end.at + interval '26 hours'
    OR (NOT s.cancel_at_period_end AND a.valid_until < grace_end.at - interval '26 hours')
  )
$$;

-- Each paid cycle with its subscription, its payment and the cycle before it.
CREATE OR REPLACE FUNCTION holdfast.paid_cycles()
RETURNS TABLE (
  account_id text, subscription_id text, cycle integer, term integer, plan_id text, length text,
  starts_at timestamptz, ends_at timestamptz, grant_id bigint, closed_why text,
  closed_at timestamptz, anchor timestamptz, anchor_cycle integer, time_zone text,
  reference text, recorded_at timestamptz,
  expected_cycle bigint, previous_end timestamptz, previous_term integer
)
LANGUAGE sql STABLE AS $$
  SELECT c.account_id, c.subscription_id, c.cycle, c.term, c.plan_id, c.length,
    c.starts_at, c.ends_at, c.grant_id, s.closed_why,
    s.closed_at, s.anchor, s.anchor_cycle, s.time_zone,
    p.reference, p.recorded_at,
    row_number() OVER cycles, lag(c.ends_at) OVER cycles, lag(c.term) OVER cycles
  FROM holdfast.cycles AS c
  JOIN holdfast.subscriptions AS s USING (account_id, subscription_id)
  LEFT JOIN holdfast.payments AS p
    ON (p.account_id, p.subscription_id, p.cycle, p.pays)
      = (c.account_id, c.subscription_id, c.cycle, 'cycle')
  WINDOW cycles AS (PARTITION BY c.account_id, c.subscription_id ORDER BY c.cycle)
$$;

-- Every cycle is paid, follows the one before it and the calendar, and is granted once it begins;
-- the subscription follows its cycles.
CREATE OR REPLACE FUNCTION holdfast.cycle_violations(p_now timestamptz)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH paid AS (
    SELECT p.*,
      jsonb_build_object('subscriptionId', p.subscription_id, 'cycle', p.cycle) AS detail
    FROM holdfast.paid_cycles() AS p
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
  -- A day's tolerance, because a country may change its clocks after a boundary has been settled.
  SELECT 'cycles-follow-calendar', p.account_id, p.detail
  FROM paid AS p
  WHERE p.starts_at < p.previous_end
    OR (p.term = p.previous_term AND p.starts_at <> p.previous_end)
    OR (p.cycle >= p.anchor_cycle AND p.starts_at NOT BETWEEN
      holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle, p.length, p.time_zone)
        - interval '26 hours'
      AND holdfast.cycle_start(p.anchor, p.anchor_cycle, p.cycle, p.length, p.time_zone)
        + interval '26 hours')
  UNION ALL
  SELECT 'subscription-follows-cycles', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id)
  FROM holdfast.subscriptions AS s
  LEFT JOIN last USING (account_id, subscription_id)
  WHERE (s.paid_cycle, s.granted_cycle, s.granted_cycle, s.term, s.plan_id) IS DISTINCT FROM (
    last.paid_cycle, coalesce(last.granted_cycle, 0), last.grants::integer, last.term,
    last.plan_id)
$$;

-- Each cycle has one grant of its own, and all of its grants are within the best plan held in it.
CREATE OR REPLACE FUNCTION holdfast.cycle_grant_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH granted AS (
    SELECT g.account_id, g.subscription_id, g.cycle,
      sum(g.credits) AS credits,
      count(*) FILTER (WHERE k.key IS NOT NULL) AS keyed,
      max(g.grant_id) FILTER (WHERE k.key IS NOT NULL) AS grant_id,
      count(DISTINCT g.term) AS terms,
      max(g.term) AS term
    FROM holdfast.grants AS g
    LEFT JOIN holdfast.idempotency_keys AS k
      ON k.account_id = g.account_id
      AND k.operation = 'grant'
      AND k.key = 'cycle:' || g.subscription_id || ':' || g.cycle
      AND k.result->>'grantId' = g.grant_id::text
    WHERE g.cycle IS NOT NULL
    GROUP BY g.account_id, g.subscription_id, g.cycle
  )
  SELECT 'cycle-granted-once', coalesce(c.account_id, g.account_id),
    jsonb_build_object(
      'subscriptionId', coalesce(c.subscription_id, g.subscription_id),
      'cycle', coalesce(c.cycle, g.cycle))
  FROM holdfast.cycles AS c
  FULL JOIN granted AS g USING (account_id, subscription_id, cycle)
  WHERE (c.grant_id, (c.grant_id IS NOT NULL)::integer, c.term) IS DISTINCT FROM (
      g.grant_id,
      coalesce(g.keyed, 0),
      CASE WHEN g.terms IS NULL THEN c.term WHEN g.terms = 1 THEN g.term END
    )
    OR EXISTS (
      SELECT FROM holdfast.grants AS early
      WHERE early.account_id = c.account_id
        AND early.grant_id = c.grant_id
        AND early.granted_at < c.starts_at
    )
  UNION ALL
  SELECT 'cycle-grants-within-best-plan', g.account_id,
    jsonb_build_object(
      'subscriptionId', g.subscription_id,
      'cycle', g.cycle,
      'granted', g.credits,
      'best', best.credits)
  FROM granted AS g
  LEFT JOIN holdfast.best_plans() AS best USING (account_id, subscription_id, cycle)
  WHERE g.credits > coalesce(best.credits, 0)
$$;

-- The credits of the best plan held in each cycle: the plan that it has, or had at its start, or
-- was raised to within it.
CREATE OR REPLACE FUNCTION holdfast.best_plans()
RETURNS TABLE (account_id text, subscription_id text, cycle integer, credits bigint)
LANGUAGE sql STABLE AS $$
  SELECT c.account_id, c.subscription_id, c.cycle,
    greatest(
      holdfast.plan_credits(c.plan_id, c.length, c.starts_at),
      max(holdfast.plan_credits(p.plan_id, c.length, greatest(
        c.starts_at,
        CASE p.pays WHEN 'upgrade' THEN p.recorded_at END))))
  FROM holdfast.cycles AS c
  LEFT JOIN holdfast.payments AS p USING (account_id, subscription_id, cycle)
  GROUP BY c.account_id, c.subscription_id, c.cycle
$$;

-- Terms are in order, give the account's validity, and leave nothing behind once they are booked.
CREATE OR REPLACE FUNCTION holdfast.term_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH last AS (
    SELECT DISTINCT ON (t.account_id) t.*
    FROM holdfast.terms AS t
    ORDER BY t.account_id, t.change DESC
  ), changes AS (
    SELECT t.*,
      row_number() OVER history AS expected_change,
      lag(t.at) OVER history AS previous_at,
      lag(t.term) OVER history AS previous_term
    FROM holdfast.terms AS t
    WINDOW history AS (PARTITION BY t.account_id ORDER BY t.change)
  )
  SELECT 'terms-in-order', t.account_id, jsonb_build_object('change', t.change)
  FROM changes AS t
  WHERE t.change <> t.expected_change
    OR t.at < t.previous_at
    OR t.term < t.previous_term
  UNION ALL
  SELECT 'terms-give-validity', a.account_id,
    jsonb_build_object('term', a.term, 'validUntil', a.valid_until)
  FROM holdfast.accounts AS a
  LEFT JOIN last USING (account_id)
  WHERE (nullif(a.term, 0), a.valid_until) IS DISTINCT FROM (last.term, last.valid_until)
  UNION ALL
  SELECT 'booked-term-is-empty', g.account_id,
    jsonb_build_object('grantId', g.grant_id, 'remaining', g.remaining)
  FROM holdfast.grants AS g
  JOIN holdfast.accounts AS a USING (account_id)
  WHERE g.has_remainder AND g.term <= a.booked_term
$$;
