-- The published record of a subscription, judged at p_at by comparing: no upkeep needs to have run
-- before.
CREATE OR REPLACE FUNCTION holdfast.subscription_record(
  s holdfast.subscriptions, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH term AS (
    SELECT valid_until
    FROM holdfast.terms
    WHERE account_id = s.account_id AND term = s.term
    ORDER BY change DESC LIMIT 1
  ), last AS (
    SELECT *
    FROM holdfast.cycles
    WHERE account_id = s.account_id
      AND subscription_id = s.subscription_id
      AND cycle = s.paid_cycle
  ), current AS (
    -- After the last boundary the last paid cycle stays the current one, in grace and beyond. After
    -- an end at once none begins.
    SELECT *
    FROM holdfast.cycles
    WHERE account_id = s.account_id
      AND subscription_id = s.subscription_id
      AND starts_at <= least(p_at, s.closed_at)
    ORDER BY cycle DESC LIMIT 1
  )
  SELECT jsonb_build_object(
    'accountId', s.account_id,
    'subscriptionId', s.subscription_id,
    'at', holdfast.iso(p_at),
    'status', CASE
      WHEN s.status = 'closed' THEN 'closed'
      WHEN p_at >= term.valid_until THEN 'lapsed'
      WHEN p_at >= last.ends_at THEN 'grace'
      ELSE 'active' END,
    'closedWhy', s.closed_why,
    'closedAt', holdfast.iso(s.closed_at),
    'planId', current.plan_id,
    'scheduledPlanId', s.scheduled_plan_id,
    'nextPlanId', coalesce(s.scheduled_plan_id, s.plan_id),
    'term', s.term, 'timeZone', s.time_zone,
    'cycle', current.cycle, 'cycleLength', current.length,
    'cycleStart', holdfast.iso(current.starts_at), 'cycleEnd', holdfast.iso(current.ends_at),
    'paidCycle', s.paid_cycle, 'grantedCycle', s.granted_cycle,
    'paidAhead', s.paid_cycle - current.cycle, 'paidUntil', holdfast.iso(last.ends_at),
    'validUntil', holdfast.iso(term.valid_until),
    'windowEnd', holdfast.iso(CASE
      WHEN s.closed_why = 'ended-now' THEN term.valid_until
      ELSE holdfast.add_duration(term.valid_until, s.settlement_window, s.time_zone) END),
    'cancelAtPeriodEnd', s.cancel_at_period_end)
  FROM term, last, current
$$;

-- The subscription as it stands by the ledger's clock; without an id, the account's newest. Null if
-- there is none.
CREATE OR REPLACE FUNCTION holdfast.subscription(p_account_id text, p_subscription_id text)
RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.subscription_record(s, holdfast.ledger_now(a.last_entry_at))
  FROM holdfast.subscriptions AS s
  JOIN holdfast.accounts AS a USING (account_id)
  WHERE s.account_id = p_account_id
    AND (p_subscription_id IS NULL OR s.subscription_id = p_subscription_id)
  ORDER BY s.term DESC LIMIT 1
$$;
