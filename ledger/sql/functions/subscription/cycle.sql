-- When cycle n starts: anchor + (n - anchor_cycle) × cycle, always from the anchor, so that month
-- ends clamp and return (31 Jan, 28 Feb, 31 Mar). Months and days are those of the time zone's
-- calendar, the rest of a duration is absolute.
CREATE OR REPLACE FUNCTION holdfast.cycle_start(
  p_anchor timestamptz, p_anchor_cycle integer, p_cycle_number integer, p_cycle text,
  p_time_zone text
) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_steps    integer  := p_cycle_number - p_anchor_cycle;
  v_cycle    interval := holdfast.duration(p_cycle);
  v_months   integer  := extract(year FROM v_cycle) * 12 + extract(month FROM v_cycle);
  v_days     integer  := extract(day FROM v_cycle);
  v_calendar interval := make_interval(months => v_months * v_steps, days => v_days * v_steps);
  v_time     interval := v_cycle - make_interval(months => v_months, days => v_days);
  v_zone     text;
BEGIN
  -- An anchor within the hour that autumn repeats would not survive the way to local time and back.
  IF v_calendar = interval '0' THEN RETURN p_anchor + v_time * v_steps; END IF;
  v_zone := holdfast.counted_time_zone(p_time_zone);
  RETURN (p_anchor AT TIME ZONE v_zone + v_calendar) AT TIME ZONE v_zone + v_time * v_steps;
END $$;

-- Pays the next cycle. It starts where the one before ends, or at the anchor if that has just been
-- set. Of a subscription that was taken over, the cycles before are not here.
CREATE OR REPLACE FUNCTION holdfast.pay_cycle(
  p_account_id text, p_subscription_id text, p_plan_id text, p_reference text,
  p_paid_at timestamptz, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_paid holdfast.subscriptions;
BEGIN
  UPDATE holdfast.subscriptions
  SET plan_id = p_plan_id,
    scheduled_plan_id = NULL,
    paid_cycle = paid_cycle + 1,
    grace = holdfast.stated_by_catalog('renewalGrace', 'PT0S', p_at),
    settlement_window = holdfast.stated_by_catalog('settlementWindow', 'PT1H', p_at)
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id
  RETURNING * INTO v_paid;
  INSERT INTO holdfast.cycles (account_id, subscription_id, cycle, term, plan_id, length,
    starts_at, ends_at)
  VALUES (p_account_id, p_subscription_id, v_paid.paid_cycle, v_paid.term, p_plan_id, v_paid.cycle,
    CASE
      WHEN v_paid.paid_cycle = v_paid.anchor_cycle THEN v_paid.anchor
      ELSE coalesce(
        holdfast.cycle_end(p_account_id, p_subscription_id, v_paid.paid_cycle - 1),
        holdfast.cycle_start(
          v_paid.anchor, v_paid.anchor_cycle, v_paid.paid_cycle, v_paid.cycle, v_paid.time_zone))
    END,
    holdfast.cycle_start(
      v_paid.anchor, v_paid.anchor_cycle, v_paid.paid_cycle + 1, v_paid.cycle, v_paid.time_zone));
  INSERT INTO holdfast.payments (account_id, reference, subscription_id, cycle, pays, plan_id,
    paid_at, recorded_at)
  VALUES (p_account_id, p_reference, p_subscription_id, v_paid.paid_cycle, 'cycle', p_plan_id,
    p_paid_at, p_at);
  PERFORM holdfast.update_term_end(p_account_id, p_subscription_id, p_at);
END $$;

-- When a paid cycle of the subscription ends.
CREATE OR REPLACE FUNCTION holdfast.cycle_end(
  p_account_id text, p_subscription_id text, p_cycle integer
) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT ends_at
  FROM holdfast.cycles
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND cycle = p_cycle
$$;

-- Grants every paid cycle that has begun, in order, by the catalog of its beginning: the result is
-- the same, however late the call. Returns a line for each.
CREATE OR REPLACE FUNCTION holdfast.grant_due(
  p_account_id text, p_subscription_id text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_cycle   holdfast.cycles;
  v_grant   jsonb;
  v_granted jsonb := '[]';
BEGIN
  FOR v_cycle IN
    SELECT *
    FROM holdfast.cycles
    WHERE account_id = p_account_id
      AND subscription_id = p_subscription_id
      AND grant_id IS NULL
      AND starts_at <= p_at
    ORDER BY cycle
  LOOP
    v_grant := holdfast.grant_paid_cycle(
      v_cycle,
      holdfast.plan_credits(v_cycle.plan_id, v_cycle.length, v_cycle.starts_at),
      p_at);
    v_granted := v_granted || v_grant;
  END LOOP;
  RETURN v_granted;
END $$;

-- Grants a paid cycle, and returns its line in the answer.
CREATE OR REPLACE FUNCTION holdfast.grant_paid_cycle(
  p_cycle holdfast.cycles, p_credits bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_grant jsonb := holdfast.grant_for_cycle(
    p_cycle.account_id,
    'cycle:' || p_cycle.subscription_id || ':' || p_cycle.cycle,
    p_cycle,
    p_credits,
    p_at);
BEGIN
  UPDATE holdfast.cycles
  SET grant_id = (v_grant->>'grantId')::bigint
  WHERE account_id = p_cycle.account_id
    AND subscription_id = p_cycle.subscription_id
    AND cycle = p_cycle.cycle;
  UPDATE holdfast.subscriptions
  SET granted_cycle = p_cycle.cycle
  WHERE account_id = p_cycle.account_id AND subscription_id = p_cycle.subscription_id;
  RETURN v_grant;
END $$;

-- A grant of a cycle, remembered under its key for ever: there can be no second one. Returns its
-- line in the answer.
CREATE OR REPLACE FUNCTION holdfast.grant_for_cycle(
  p_account_id text, p_key text, p_cycle holdfast.cycles, p_credits bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_grant_id bigint := holdfast.next_grant_id(p_account_id);
  v_result   jsonb;
BEGIN
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining,
    cost_cents, currency, granted_at, term, subscription_id, cycle)
  VALUES (p_account_id, v_grant_id, 'plan', 20, p_credits, p_credits,
    0, 'USD', p_at, p_cycle.term, p_cycle.subscription_id, p_cycle.cycle);
  PERFORM holdfast.post_grant(
    p_account_id, p_at, v_grant_id, p_credits,
    p_reason => p_cycle.plan_id || ', cycle ' || p_cycle.cycle);
  v_result := jsonb_build_object(
    'cycle', p_cycle.cycle,
    'planId', p_cycle.plan_id,
    'credits', p_credits,
    'grantId', v_grant_id::text);
  PERFORM holdfast.remember(
    p_account_id, 'grant', p_key,
    jsonb_build_object('subscriptionId', p_cycle.subscription_id, 'cycle', p_cycle.cycle),
    v_result);
  RETURN v_result;
END $$;

-- Grants what is due. The keys are the cycles' own, so it is safe to repeat and needs no other.
CREATE OR REPLACE FUNCTION holdfast.grant_cycles(p_account_id text, p_subscription_id text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account      holdfast.accounts := holdfast.lock_account(p_account_id);
  v_subscription holdfast.subscriptions;
  v_now          timestamptz := holdfast.ledger_now(v_account.last_entry_at);
  v_granted      jsonb := '[]';
BEGIN
  SELECT * INTO v_subscription
  FROM holdfast.subscriptions
  WHERE account_id = v_account.account_id AND subscription_id = p_subscription_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  -- A closed one has been granted what was due when it was closed; after an end at once the rest
  -- never begins.
  IF v_subscription.status = 'active' THEN
    IF holdfast.over_limit(v_account, p_subscription_id, v_now) THEN
      RETURN holdfast.limit_exceeded(v_account);
    END IF;
    PERFORM holdfast.book_ended_grants(p_account_id, v_now);
    v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
    SELECT * INTO v_subscription
    FROM holdfast.subscriptions
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  END IF;
  RETURN holdfast.finish_operation(p_account_id, jsonb_build_object(
    'replayed', v_granted = '[]',
    'result', jsonb_build_object(
      'subscription', holdfast.subscription_record(v_subscription, v_now),
      'granted', v_granted)));
END $$;

-- Credits of cycles that are paid, have begun and are not granted yet, while the subscription is
-- live.
CREATE OR REPLACE FUNCTION holdfast.due_credits(p_account holdfast.accounts, p_at timestamptz)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(holdfast.plan_credits(c.plan_id, c.length, c.starts_at)), 0)::bigint
  FROM holdfast.subscriptions AS s
  JOIN holdfast.cycles AS c USING (account_id, subscription_id)
  WHERE s.account_id = p_account.account_id
    AND s.status = 'active'
    AND p_at < p_account.valid_until
    AND c.grant_id IS NULL
    AND c.starts_at <= p_at
$$;

-- The credits of the plan of the account's current cycle; null without a subscription.
CREATE OR REPLACE FUNCTION holdfast.cycle_credits(p_account_id text) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT holdfast.plan_credits(c.plan_id, c.length, c.starts_at)
  FROM holdfast.subscriptions AS s
  JOIN holdfast.cycles AS c
    ON c.account_id = s.account_id
    AND c.subscription_id = s.subscription_id
    AND c.cycle = s.granted_cycle
  WHERE s.account_id = p_account_id AND s.status = 'active'
$$;
