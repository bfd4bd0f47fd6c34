-- body: {planId, paymentReference?}. More credits for the same length, and a longer cycle while none is paid ahead, take
-- effect at once and need their payment; everything else waits for the first unpaid boundary, and uses no reference.
CREATE OR REPLACE FUNCTION holdfast.change_plan(p_account_id text, p_subscription_id text, p_key text, p_body jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_body    jsonb := p_body || jsonb_build_object('subscriptionId', p_subscription_id);
  v_now     timestamptz;
  v_refusal jsonb;
  s         holdfast.subscriptions;
  v_current holdfast.cycles;
  v_plan    jsonb;
  v_effect  text;
  v_granted jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'change_plan' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_refusal := holdfast.not_live(s, v_account, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  v_plan := holdfast.plan_on_sale(p_body->>'planId', v_now);
  IF v_plan IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_body->'planId')); END IF;
  SELECT * INTO v_current FROM holdfast.cycles WHERE account_id = p_account_id AND subscription_id = p_subscription_id
    AND starts_at <= v_now ORDER BY cycle DESC LIMIT 1;
  IF v_now >= v_current.ends_at THEN
    RETURN holdfast.refusal('RENEWAL_DUE', jsonb_build_object('cycle', v_current.cycle + 1,
      'since', holdfast.iso(v_current.ends_at), 'validUntil', holdfast.iso(v_account.valid_until)));
  END IF;

  v_effect := holdfast.plan_change_effect(s, v_current, p_body->>'planId', v_plan, v_now);
  IF v_effect IN ('upgrade', 'longer-cycle') THEN
    IF p_body->>'paymentReference' IS NULL THEN
      RETURN holdfast.refusal('PAYMENT_REFERENCE_REQUIRED', jsonb_build_object('planId', p_body->'planId', 'effect', v_effect));
    END IF;
    v_refusal := holdfast.used_reference(p_account_id, p_body->>'paymentReference');
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now, (v_plan->>'credits')::bigint) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;
  v_refusal := holdfast.plan_exceeds_calendar(s, v_effect, v_plan->>'cycle', v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now) || CASE v_effect
    WHEN 'upgrade' THEN holdfast.upgrade_plan(v_current, p_body->>'planId', v_plan, p_body->>'paymentReference', v_now)
    WHEN 'longer-cycle' THEN holdfast.start_longer_cycle(s, p_body->>'planId', v_plan, p_body->>'paymentReference', v_now)
    ELSE holdfast.schedule_plan(s, CASE v_effect WHEN 'at-boundary' THEN p_body->>'planId' END) END;
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'change_plan', p_key, v_body, v_now, jsonb_build_object(
    'granted', v_granted, 'effect', v_effect, 'paymentUsed', v_effect IN ('upgrade', 'longer-cycle')));
END $$;

-- A refusal where the first cycle of the new plan would end past the calendar; else null.
CREATE OR REPLACE FUNCTION holdfast.plan_exceeds_calendar(
  s holdfast.subscriptions, p_effect text, p_length text, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_from timestamptz := p_at;
BEGIN
  IF p_effect = 'at-boundary' THEN
    SELECT ends_at INTO v_from FROM holdfast.cycles
      WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle;
  ELSIF p_effect <> 'longer-cycle' THEN
    RETURN NULL;
  END IF;
  RETURN holdfast.calendar_exceeded(CASE WHEN v_from > holdfast.calendar_end() THEN v_from
    ELSE holdfast.add_duration(v_from, p_length, s.time_zone) END, s.time_zone, p_at);
END $$;

-- held: nothing but a scheduled change is dropped. upgrade, longer-cycle: at once. at-boundary: everything else. More than
-- the held plan gives today, but no more than this cycle has had, is no upgrade: its payment would bring nothing. Longer is
-- what ends later than the cycle that runs, counted from its start: how long a month is depends on which one it is.
CREATE OR REPLACE FUNCTION holdfast.plan_change_effect(
  s holdfast.subscriptions, c holdfast.cycles, p_plan_id text, p_plan jsonb, p_at timestamptz
) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_plan_id = s.plan_id THEN 'held'
    WHEN holdfast.same_length(p_plan->>'cycle', c.length)
      AND (p_plan->>'credits')::bigint > greatest(
        holdfast.plan_credits(c.plan_id, c.length, p_at), holdfast.plan_credits(c.plan_id, c.length, c.starts_at),
        (SELECT sum(credits) FROM holdfast.grants
         WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle = c.cycle)) THEN 'upgrade'
    WHEN NOT holdfast.same_length(p_plan->>'cycle', c.length) AND s.paid_cycle = c.cycle
      AND holdfast.add_duration(c.starts_at, p_plan->>'cycle', s.time_zone) > c.ends_at THEN 'longer-cycle'
    ELSE 'at-boundary' END
$$;

CREATE OR REPLACE FUNCTION holdfast.schedule_plan(s holdfast.subscriptions, p_plan_id text) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE holdfast.subscriptions SET scheduled_plan_id = p_plan_id
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  RETURN '[]';
END $$;

-- Grants what the new plan gives above what plans have granted in this cycle, so that toggling mints nothing. Cycles paid
-- ahead are raised as well, and get theirs at their boundary, unless they have another length or a better plan already.
CREATE OR REPLACE FUNCTION holdfast.upgrade_plan(
  c holdfast.cycles, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_credits bigint := (p_plan->>'credits')::bigint;
BEGIN
  UPDATE holdfast.cycles SET plan_id = p_plan_id
  WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle >= c.cycle
    AND holdfast.same_length(length, c.length) AND holdfast.plan_credits(plan_id, length, greatest(starts_at, p_at)) < v_credits;
  UPDATE holdfast.subscriptions AS s SET scheduled_plan_id = NULL, plan_id = last.plan_id
  FROM holdfast.cycles AS last
  WHERE s.account_id = c.account_id AND s.subscription_id = c.subscription_id AND last.account_id = s.account_id
    AND last.subscription_id = s.subscription_id AND last.cycle = s.paid_cycle;
  INSERT INTO holdfast.payments
  VALUES (c.account_id, p_reference, c.subscription_id, c.cycle, 'upgrade', p_plan_id, p_at, p_at);
  SELECT v_credits - coalesce(sum(credits), 0) INTO v_credits FROM holdfast.grants
    WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle = c.cycle;
  SELECT * INTO c FROM holdfast.cycles
    WHERE account_id = c.account_id AND subscription_id = c.subscription_id AND cycle = c.cycle;
  RETURN jsonb_build_array(holdfast.grant_for_cycle(c.account_id, 'upgrade:' || p_reference, c, v_credits, p_at));
END $$;

-- The cycle that runs is cut short, and the next number starts now, with a full grant. Unused credits stay.
CREATE OR REPLACE FUNCTION holdfast.start_longer_cycle(
  s holdfast.subscriptions, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  UPDATE holdfast.cycles SET ends_at = p_at
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle;
  UPDATE holdfast.subscriptions SET anchor = p_at, anchor_cycle = paid_cycle + 1, cycle = p_plan->>'cycle'
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  PERFORM holdfast.pay_cycle(s.account_id, s.subscription_id, p_plan_id, p_reference, p_at, p_at);
  RETURN holdfast.grant_due(s.account_id, s.subscription_id, p_at);
END $$;
