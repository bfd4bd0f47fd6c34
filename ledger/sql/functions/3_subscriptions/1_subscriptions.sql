-- The published record of a subscription, judged at p_at by comparing: nobody needs to have swept before.
CREATE OR REPLACE FUNCTION holdfast.subscription_record(s holdfast.subscriptions, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH term AS (
    SELECT valid_until FROM holdfast.terms WHERE account_id = s.account_id AND term = s.term ORDER BY change DESC LIMIT 1
  ), last AS (
    SELECT * FROM holdfast.cycles WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle
  ), current AS (
    -- After the last boundary the last paid cycle stays the current one, in grace and beyond. After an end at once none begins.
    SELECT * FROM holdfast.cycles
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND starts_at <= least(p_at, s.closed_at)
    ORDER BY cycle DESC LIMIT 1
  )
  SELECT jsonb_build_object(
    'accountId', s.account_id, 'subscriptionId', s.subscription_id, 'at', holdfast.iso(p_at),
    'status', CASE WHEN s.status = 'closed' THEN 'closed' WHEN p_at >= term.valid_until THEN 'lapsed'
                   WHEN p_at >= last.ends_at THEN 'grace' ELSE 'active' END,
    'closedWhy', s.closed_why, 'closedAt', holdfast.iso(s.closed_at),
    'planId', current.plan_id, 'scheduledPlanId', s.scheduled_plan_id, 'nextPlanId', coalesce(s.scheduled_plan_id, s.plan_id),
    'term', s.term, 'timeZone', s.time_zone, 'cycle', current.cycle, 'cycleLength', current.length,
    'cycleStart', holdfast.iso(current.starts_at), 'cycleEnd', holdfast.iso(current.ends_at),
    'paidCycle', s.paid_cycle, 'grantedCycle', s.granted_cycle, 'paidAhead', s.paid_cycle - current.cycle,
    'paidUntil', holdfast.iso(last.ends_at), 'validUntil', holdfast.iso(term.valid_until),
    'windowEnd', holdfast.iso(CASE WHEN s.closed_why = 'ended-now' THEN term.valid_until
      ELSE holdfast.add_duration(term.valid_until, s.settlement_window, s.time_zone) END),
    'cancelAtPeriodEnd', s.cancel_at_period_end)
  FROM term, last, current
$$;

-- Moves the end of the account's term, and remembers what held when.
CREATE OR REPLACE FUNCTION holdfast.set_term(p_account_id text, p_term integer, p_valid_until timestamptz, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_last holdfast.terms;
BEGIN
  UPDATE holdfast.accounts SET term = p_term, valid_until = p_valid_until WHERE account_id = p_account_id;
  PERFORM holdfast.expect_end(p_account_id, p_valid_until, p_at);
  SELECT * INTO v_last FROM holdfast.terms WHERE account_id = p_account_id ORDER BY change DESC LIMIT 1;
  IF (v_last.term, v_last.valid_until) IS DISTINCT FROM (p_term, p_valid_until) THEN
    INSERT INTO holdfast.terms VALUES (p_account_id, coalesce(v_last.change, 0) + 1, greatest(p_at, v_last.at), p_term, p_valid_until);
  END IF;
END $$;

-- The last paid cycle's end, plus grace unless the subscription is cancelled at that end. p_not_before is for a cancellation
-- within the grace: it lapses now and not before, because what was spent meanwhile was spent in time.
CREATE OR REPLACE FUNCTION holdfast.settle_term(
  p_account_id text, p_subscription_id text, p_at timestamptz, p_not_before timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s            holdfast.subscriptions;
  v_paid_until timestamptz;
BEGIN
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  SELECT ends_at INTO v_paid_until FROM holdfast.cycles
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = s.paid_cycle;
  PERFORM holdfast.set_term(p_account_id, s.term, CASE
    WHEN s.cancel_at_period_end THEN greatest(v_paid_until, p_not_before)
    ELSE holdfast.add_duration(v_paid_until, s.grace, s.time_zone) END, p_at);
END $$;

-- The next cycle and its payment. It starts where the one before ends, or at the anchor where that has just been set.
CREATE OR REPLACE FUNCTION holdfast.pay_cycle(
  p_account_id text, p_subscription_id text, p_plan_id text, p_reference text, p_paid_at timestamptz, p_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s holdfast.subscriptions;
BEGIN
  UPDATE holdfast.subscriptions SET
    plan_id = p_plan_id, scheduled_plan_id = NULL, paid_cycle = paid_cycle + 1,
    grace = holdfast.catalog_duration('renewalGrace', 'PT0S', p_at),
    settlement_window = holdfast.catalog_duration('settlementWindow', 'PT1H', p_at)
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id RETURNING * INTO s;
  INSERT INTO holdfast.cycles (account_id, subscription_id, cycle, term, plan_id, length, starts_at, ends_at)
  VALUES (p_account_id, p_subscription_id, s.paid_cycle, s.term, p_plan_id, s.cycle,
    CASE WHEN s.paid_cycle = s.anchor_cycle THEN s.anchor ELSE (
      SELECT ends_at FROM holdfast.cycles
      WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = s.paid_cycle - 1) END,
    holdfast.cycle_start(s.anchor, s.anchor_cycle, s.paid_cycle + 1, s.cycle, s.time_zone));
  INSERT INTO holdfast.payments
  VALUES (p_account_id, p_reference, p_subscription_id, s.paid_cycle, 'cycle', p_plan_id, p_paid_at, p_at);
  PERFORM holdfast.settle_term(p_account_id, p_subscription_id, p_at, NULL);
END $$;

-- A grant of a cycle, remembered under its key for ever: there can be no second one. Returns its line in the answer.
CREATE OR REPLACE FUNCTION holdfast.grant_for_cycle(
  p_account_id text, p_key text, c holdfast.cycles, p_credits bigint, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_grant_id bigint;
  v_result   jsonb;
BEGIN
  SELECT version + 1 INTO v_grant_id FROM holdfast.accounts WHERE account_id = p_account_id;
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at,
    term, subscription_id, cycle)
  VALUES (p_account_id, v_grant_id, 'plan', 20, p_credits, p_credits, 0, 'USD', p_at, c.term, c.subscription_id, c.cycle);
  PERFORM holdfast.post_entry(p_account_id, p_at, 'grant', ARRAY[v_grant_id], ARRAY[p_credits], ARRAY[0::bigint],
    NULL, v_grant_id, c.plan_id || ', cycle ' || c.cycle, NULL);
  v_result := jsonb_build_object('cycle', c.cycle, 'planId', c.plan_id, 'credits', p_credits, 'grantId', v_grant_id::text);
  PERFORM holdfast.remember(p_account_id, 'grant', p_key,
    jsonb_build_object('subscriptionId', c.subscription_id, 'cycle', c.cycle), v_result);
  RETURN v_result;
END $$;

-- Grants every paid cycle that has begun, in order, by the catalog of its beginning: it doesn't matter who was late.
CREATE OR REPLACE FUNCTION holdfast.grant_due(p_account_id text, p_subscription_id text, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  c       holdfast.cycles;
  v_grant jsonb;
  v_granted jsonb := '[]';
BEGIN
  FOR c IN
    SELECT * FROM holdfast.cycles WHERE account_id = p_account_id AND subscription_id = p_subscription_id
      AND grant_id IS NULL AND starts_at <= p_at ORDER BY cycle
  LOOP
    v_grant := holdfast.grant_for_cycle(p_account_id, 'cycle:' || p_subscription_id || ':' || c.cycle, c,
      holdfast.plan_credits(c.plan_id, c.length, c.starts_at), p_at);
    UPDATE holdfast.cycles SET grant_id = (v_grant->>'grantId')::bigint
      WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = c.cycle;
    UPDATE holdfast.subscriptions SET granted_cycle = c.cycle
      WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
    v_granted := v_granted || v_grant;
  END LOOP;
  RETURN v_granted;
END $$;

-- Whether the account would hold too many credits after its due cycles' grants and p_more. Asked before anything is written.
CREATE OR REPLACE FUNCTION holdfast.over_limit(p_account holdfast.accounts, p_subscription_id text, p_at timestamptz, p_more bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(p_account.granted, 0) + coalesce(p_more, 0)::numeric + coalesce(sum(holdfast.plan_credits(plan_id, length, starts_at)), 0)
    > 9007199254740991
  FROM holdfast.cycles WHERE account_id = p_account.account_id AND subscription_id = p_subscription_id
    AND grant_id IS NULL AND starts_at <= p_at
$$;

CREATE OR REPLACE FUNCTION holdfast.limit_exceeded(p_account holdfast.accounts) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal('BALANCE_LIMIT_EXCEEDED', jsonb_build_object('granted', p_account.granted))
$$;

-- A refusal if the reference has paid for something already; a replay has been answered before.
CREATE OR REPLACE FUNCTION holdfast.used_reference(p_account_id text, p_reference text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', reference, 'earlier', jsonb_build_object(
    'subscriptionId', subscription_id, 'cycle', cycle, 'pays', pays, 'paidAt', holdfast.iso(paid_at))))
  FROM holdfast.payments WHERE account_id = p_account_id AND reference = p_reference
$$;

-- Why a subscription can't be changed now; null if it is live.
CREATE OR REPLACE FUNCTION holdfast.not_live(s holdfast.subscriptions, p_account holdfast.accounts, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN s.subscription_id IS NULL THEN holdfast.refusal('SUBSCRIPTION_NOT_FOUND')
    WHEN s.closed_why = 'ended-now' THEN
      holdfast.refusal('SUBSCRIPTION_ENDED', jsonb_build_object('subscriptionId', s.subscription_id, 'endedAt', holdfast.iso(s.closed_at)))
    WHEN s.status = 'closed' OR p_at >= p_account.valid_until THEN
      holdfast.refusal('SUBSCRIPTION_LAPSED', jsonb_build_object('subscriptionId', s.subscription_id, 'lapsedAt', (
        SELECT holdfast.iso(valid_until) FROM holdfast.terms
        WHERE account_id = s.account_id AND term = s.term ORDER BY change DESC LIMIT 1)))
  END
$$;

-- The answer of every operation: the subscription as it stands now, and what else happened; kept under the operation's key.
CREATE OR REPLACE FUNCTION holdfast.subscription_answer(
  p_account_id text, p_subscription_id text, p_operation text, p_key text, p_body jsonb, p_at timestamptz, p_more jsonb
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  s holdfast.subscriptions;
BEGIN
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, p_operation, p_key, p_body,
    jsonb_build_object('subscription', holdfast.subscription_record(s, p_at)) || p_more));
END $$;
