-- body: {planId, paymentReference?}. More credits for the same length, and a longer cycle while
-- none is paid ahead, take effect at once and need their payment; everything else waits for the
-- first unpaid boundary, and uses no reference.
CREATE OR REPLACE FUNCTION holdfast.change_plan(
  p_account_id text, p_subscription_id text, p_key text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_body         jsonb := p_body || jsonb_build_object('subscriptionId', p_subscription_id);
  v_plan_id      text  := p_body->>'planId';
  v_reference    text  := p_body->>'paymentReference';
  v_begun        record;
  v_account      holdfast.accounts;
  v_subscription holdfast.subscriptions;
  v_now          timestamptz;
  v_refusal      jsonb;
  v_current      holdfast.cycles;
  v_plan         jsonb;
  v_effect       text;
  v_granted      jsonb;
BEGIN
  v_begun := holdfast.begin_subscription_operation(
    p_account_id, p_subscription_id, 'change_plan', p_key, v_body);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_account := v_begun.account;
  v_subscription := v_begun.subscription;
  v_now := v_begun.now;
  v_plan := holdfast.plan_on_sale(v_plan_id, v_now);
  v_current := holdfast.current_cycle(p_account_id, p_subscription_id, v_now);
  v_refusal := holdfast.plan_change_not_now(
    v_subscription, v_account, v_current, p_body, v_plan, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_effect := holdfast.plan_change_effect(v_subscription, v_current, v_plan_id, v_plan, v_now);
  v_refusal := holdfast.plan_change_refused(
    v_account, v_subscription, v_effect, p_body, v_plan, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  IF v_effect = 'upgrade' THEN
    v_granted := v_granted
      || holdfast.upgrade_plan(v_current, v_plan_id, v_plan, v_reference, v_now);
  ELSIF v_effect = 'longer-cycle' THEN
    v_granted := v_granted
      || holdfast.start_longer_cycle(v_subscription, v_plan_id, v_plan, v_reference, v_now);
  ELSE
    UPDATE holdfast.subscriptions
    SET scheduled_plan_id = CASE v_effect WHEN 'at-boundary' THEN v_plan_id END
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  END IF;
  RETURN holdfast.finish_subscription_operation(
    p_account_id, p_subscription_id, 'change_plan', p_key, v_body, v_now, jsonb_build_object(
      'granted', v_granted,
      'effect', v_effect,
      'paymentUsed', v_effect IN ('upgrade', 'longer-cycle')));
END $$;

-- The last paid cycle that has begun.
CREATE OR REPLACE FUNCTION holdfast.current_cycle(
  p_account_id text, p_subscription_id text, p_at timestamptz
) RETURNS holdfast.cycles
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_cycle holdfast.cycles;
BEGIN
  SELECT * INTO v_cycle
  FROM holdfast.cycles
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id AND starts_at <= p_at
  ORDER BY cycle DESC LIMIT 1;
  RETURN v_cycle;
END $$;

-- Why the plan can't be changed now to any plan, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.plan_change_not_now(
  p_subscription holdfast.subscriptions, p_account holdfast.accounts, p_current holdfast.cycles,
  p_body jsonb, p_plan jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_refusal jsonb := holdfast.not_live(p_subscription, p_account, p_at);
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF p_plan IS NULL THEN
    RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_body->'planId'));
  END IF;
  IF p_at >= p_current.ends_at THEN
    RETURN holdfast.refusal('RENEWAL_DUE', jsonb_build_object(
      'cycle', p_current.cycle + 1,
      'since', holdfast.iso(p_current.ends_at),
      'validUntil', holdfast.iso(p_account.valid_until)));
  END IF;
  RETURN NULL;
END $$;

-- Why a change with that effect is refused, as a refusal; null if it isn't.
CREATE OR REPLACE FUNCTION holdfast.plan_change_refused(
  p_account holdfast.accounts, p_subscription holdfast.subscriptions, p_effect text,
  p_body jsonb, p_plan jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_refusal jsonb;
BEGIN
  IF p_effect IN ('upgrade', 'longer-cycle') THEN
    IF p_body->>'paymentReference' IS NULL THEN
      RETURN holdfast.refusal(
        'PAYMENT_REFERENCE_REQUIRED',
        jsonb_build_object('planId', p_body->'planId', 'effect', p_effect));
    END IF;
    v_refusal := holdfast.reference_refused(
      p_account.account_id, p_body->>'paymentReference');
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  END IF;
  IF holdfast.over_limit(
    p_account, p_subscription.subscription_id, p_at, p_more => (p_plan->>'credits')::bigint)
  THEN
    RETURN holdfast.limit_exceeded(p_account);
  END IF;
  RETURN holdfast.plan_exceeds_calendar(p_subscription, p_effect, p_plan->>'cycle', p_at);
END $$;

-- A refusal if the first cycle of the new plan would end past the calendar; else null.
CREATE OR REPLACE FUNCTION holdfast.plan_exceeds_calendar(
  p_subscription holdfast.subscriptions, p_effect text, p_length text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_zone text := p_subscription.time_zone;
  v_from timestamptz := p_at;
BEGIN
  IF p_effect = 'at-boundary' THEN
    v_from := holdfast.cycle_end(
      p_subscription.account_id, p_subscription.subscription_id, p_subscription.paid_cycle);
  ELSIF p_effect <> 'longer-cycle' THEN
    RETURN NULL;
  END IF;
  IF v_from > holdfast.calendar_end() THEN
    RETURN holdfast.calendar_exceeded(v_from, v_zone, p_at);
  END IF;
  RETURN holdfast.calendar_exceeded(
    holdfast.add_duration(v_from, p_length, v_zone), v_zone, p_at);
END $$;

-- held: only a scheduled change is dropped. upgrade, longer-cycle: at once. at-boundary: everything
-- else. More than the held plan gives today, but no more than this cycle has had, is no upgrade:
-- its payment would bring nothing. A cycle is longer if it ends later than the cycle that runs,
-- counted from its start: how long a month is depends on which one it is.
CREATE OR REPLACE FUNCTION holdfast.plan_change_effect(
  p_subscription holdfast.subscriptions, p_current holdfast.cycles, p_plan_id text,
  p_plan jsonb, p_at timestamptz
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_plan_id = p_subscription.plan_id THEN 'held'
    WHEN holdfast.same_length(p_plan->>'cycle', p_current.length)
      AND (p_plan->>'credits')::bigint > greatest(
        holdfast.plan_credits(p_current.plan_id, p_current.length, p_at),
        holdfast.plan_credits(p_current.plan_id, p_current.length, p_current.starts_at),
        holdfast.granted_in_cycle(p_current))
      THEN 'upgrade'
    WHEN NOT holdfast.same_length(p_plan->>'cycle', p_current.length)
      AND p_subscription.paid_cycle = p_current.cycle
      AND holdfast.add_duration(
        p_current.starts_at, p_plan->>'cycle', p_subscription.time_zone) > p_current.ends_at
      THEN 'longer-cycle'
    ELSE 'at-boundary'
  END
$$;

-- The credits that plans have granted in the cycle, upgrades included; null if there are none yet.
CREATE OR REPLACE FUNCTION holdfast.granted_in_cycle(p_cycle holdfast.cycles) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT sum(credits)::bigint
  FROM holdfast.grants
  WHERE account_id = p_cycle.account_id
    AND subscription_id = p_cycle.subscription_id
    AND cycle = p_cycle.cycle
$$;

-- Grants what the new plan gives above what plans have granted in this cycle, so that toggling
-- mints nothing. Cycles paid ahead are raised as well, and get theirs at their boundary, unless
-- they have another length or a better plan already.
CREATE OR REPLACE FUNCTION holdfast.upgrade_plan(
  p_current holdfast.cycles, p_plan_id text, p_plan jsonb, p_reference text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id      text := p_current.account_id;
  v_subscription_id text := p_current.subscription_id;
  v_credits         bigint := (p_plan->>'credits')::bigint;
  v_raised          holdfast.cycles;
BEGIN
  UPDATE holdfast.cycles
  SET plan_id = p_plan_id
  WHERE account_id = v_account_id
    AND subscription_id = v_subscription_id
    AND cycle >= p_current.cycle
    AND holdfast.same_length(length, p_current.length)
    AND holdfast.plan_credits(plan_id, length, greatest(starts_at, p_at)) < v_credits;
  UPDATE holdfast.subscriptions AS s
  SET scheduled_plan_id = NULL, plan_id = last.plan_id
  FROM holdfast.cycles AS last
  WHERE s.account_id = v_account_id
    AND s.subscription_id = v_subscription_id
    AND last.account_id = s.account_id
    AND last.subscription_id = s.subscription_id
    AND last.cycle = s.paid_cycle;
  INSERT INTO holdfast.payments (account_id, reference, subscription_id, cycle, pays, plan_id,
    paid_at, recorded_at)
  VALUES (v_account_id, p_reference, v_subscription_id, p_current.cycle, 'upgrade', p_plan_id,
    p_at, p_at);
  SELECT * INTO v_raised
  FROM holdfast.cycles
  WHERE account_id = v_account_id
    AND subscription_id = v_subscription_id
    AND cycle = p_current.cycle;
  RETURN jsonb_build_array(holdfast.grant_for_cycle(
    v_account_id, 'upgrade:' || p_reference, v_raised,
    v_credits - coalesce(holdfast.granted_in_cycle(p_current), 0), p_at));
END $$;

-- The cycle that runs is cut short, and the next number starts now, with a full grant. Unused
-- credits stay.
CREATE OR REPLACE FUNCTION holdfast.start_longer_cycle(
  p_subscription holdfast.subscriptions, p_plan_id text, p_plan jsonb, p_reference text,
  p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id      text := p_subscription.account_id;
  v_subscription_id text := p_subscription.subscription_id;
BEGIN
  UPDATE holdfast.cycles
  SET ends_at = p_at
  WHERE account_id = v_account_id
    AND subscription_id = v_subscription_id
    AND cycle = p_subscription.paid_cycle;
  UPDATE holdfast.subscriptions
  SET anchor = p_at, anchor_cycle = paid_cycle + 1, cycle = p_plan->>'cycle'
  WHERE account_id = v_account_id AND subscription_id = v_subscription_id;
  PERFORM holdfast.pay_cycle(
    v_account_id, v_subscription_id, p_plan_id, p_reference, p_paid_at => p_at, p_at => p_at);
  RETURN holdfast.grant_due(v_account_id, v_subscription_id, p_at);
END $$;
