-- body: {planId, paymentReference, timeZone?}. The key is the subscription's id. Starts a new term of the account.
CREATE OR REPLACE FUNCTION holdfast.subscribe(p_account_id text, p_subscription_id text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_refusal jsonb;
  v_old     holdfast.subscriptions;
  v_plan    jsonb;
  v_zone    text := coalesce(p_body->>'timeZone', 'UTC');
  v_granted jsonb;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'subscribe' AND key = p_subscription_id;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;
  v_refusal := holdfast.used_reference(p_account_id, p_body->>'paymentReference');
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_plan := holdfast.plan_on_sale(p_body->>'planId', v_now);
  IF v_plan IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_body->'planId')); END IF;
  IF NOT holdfast.is_time_zone(v_zone) THEN
    RETURN holdfast.refusal('INVALID_TIME_ZONE', jsonb_build_object('timeZone', v_zone));
  END IF;
  SELECT * INTO v_old FROM holdfast.subscriptions WHERE account_id = p_account_id AND status = 'active';
  IF FOUND AND v_now < v_account.valid_until THEN
    RETURN holdfast.refusal('SUBSCRIPTION_EXISTS', jsonb_build_object('subscriptionId', v_old.subscription_id,
      'planId', v_old.plan_id, 'validUntil', holdfast.iso(v_account.valid_until)));
  END IF;
  IF holdfast.over_limit(v_account, v_old.subscription_id, v_now, (v_plan->>'credits')::bigint) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;
  v_refusal := holdfast.calendar_exceeded(holdfast.add_duration(v_now, v_plan->>'cycle', v_zone), v_zone, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  -- What the old one paid for was its own, though it expires in the same breath.
  PERFORM holdfast.grant_due(p_account_id, v_old.subscription_id, v_now);
  UPDATE holdfast.subscriptions SET status = 'closed', closed_why = 'superseded', closed_at = coalesce(closed_at, v_now)
    WHERE account_id = p_account_id AND closed_why IS DISTINCT FROM 'ended-now';
  INSERT INTO holdfast.subscriptions (account_id, subscription_id, term, plan_id, time_zone, anchor, anchor_cycle, cycle,
    paid_cycle, granted_cycle, grace, settlement_window, status, look_from)
  VALUES (p_account_id, p_subscription_id, v_account.term + 1, p_body->>'planId', v_zone, v_now, 1, v_plan->>'cycle',
    0, 0, 'PT0S', 'PT0S', 'active', v_now + interval '2 minutes');
  PERFORM holdfast.pay_cycle(p_account_id, p_subscription_id, p_body->>'planId', p_body->>'paymentReference', v_now, v_now);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'subscribe', p_subscription_id, p_body, v_now,
    jsonb_build_object('granted', v_granted));
END $$;

-- Tells of a payment. The key is its reference; without p_paid_at it was paid now. What decides is when it was paid:
-- before the lapse it carries everything forward, as long as the lapse's expiry has not been booked.
CREATE OR REPLACE FUNCTION holdfast.renew_subscription(
  p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at text
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_paid_at timestamptz := holdfast.instant(p_paid_at);
  v_body    jsonb := holdfast.renewal_body(p_subscription_id, v_paid_at);
  v_refusal jsonb;
  s         holdfast.subscriptions;
  v_in_time boolean;
  v_granted jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'renew' AND key = p_payment_reference;
  IF FOUND THEN
    -- As earlier versions had it, rounded by Postgres.
    IF v_key.body = holdfast.renewal_body(p_subscription_id, p_paid_at::timestamptz) THEN v_body := v_key.body; END IF;
    RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body));
  END IF;
  v_refusal := holdfast.used_reference(p_account_id, p_payment_reference);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_paid_at := coalesce(v_paid_at, v_now);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_refusal := holdfast.renewal_refused(s, v_paid_at, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now,
    holdfast.plan_credits(coalesce(s.scheduled_plan_id, s.plan_id), holdfast.next_length(s, v_now), v_now)) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;

  v_in_time := s.status = 'active' AND v_paid_at < v_account.valid_until;
  v_refusal := holdfast.calendar_exceeded(holdfast.next_end(s, v_in_time, v_now), s.time_zone, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  PERFORM holdfast.prepare_cycle(s, v_account.term, v_in_time, v_now);
  PERFORM holdfast.pay_cycle(p_account_id, p_subscription_id, coalesce(s.scheduled_plan_id, s.plan_id), p_payment_reference,
    v_paid_at, v_now);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := v_granted || holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'renew', p_payment_reference, v_body, v_now,
    jsonb_build_object('granted', v_granted, 'newTerm', NOT v_in_time));
END $$;

-- As of before a payment's time came as it was said.
CREATE OR REPLACE FUNCTION holdfast.renew(
  p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamptz
) RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.renew_subscription(p_account_id, p_subscription_id, p_payment_reference, holdfast.iso(p_paid_at))
$$;

CREATE OR REPLACE FUNCTION holdfast.renewal_body(p_subscription_id text, p_paid_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('subscriptionId', p_subscription_id, 'paidAt', holdfast.iso(p_paid_at))
$$;

-- When the subscription's first cycle began, and was paid.
CREATE OR REPLACE FUNCTION holdfast.began_at(s holdfast.subscriptions) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT starts_at FROM holdfast.cycles
  WHERE account_id = s.account_id AND subscription_id = s.subscription_id ORDER BY cycle LIMIT 1
$$;

CREATE OR REPLACE FUNCTION holdfast.renewal_refused(s holdfast.subscriptions, p_paid_at timestamptz, p_now timestamptz)
RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN s.subscription_id IS NULL THEN holdfast.refusal('SUBSCRIPTION_NOT_FOUND')
    WHEN p_paid_at > p_now THEN
      holdfast.refusal('PAYMENT_IN_FUTURE', jsonb_build_object('paidAt', holdfast.iso(p_paid_at), 'now', holdfast.iso(p_now)))
    WHEN p_paid_at < holdfast.began_at(s) THEN
      holdfast.refusal('PAYMENT_BEFORE_SUBSCRIPTION',
        jsonb_build_object('paidAt', holdfast.iso(p_paid_at), 'beganAt', holdfast.iso(holdfast.began_at(s))))
    WHEN s.closed_why = 'ended-now' THEN
      holdfast.refusal('SUBSCRIPTION_ENDED', jsonb_build_object('subscriptionId', s.subscription_id, 'endedAt', holdfast.iso(s.closed_at)))
    WHEN s.closed_why = 'superseded' THEN
      holdfast.refusal('RENEWAL_SUPERSEDED', jsonb_build_object('subscriptionId', s.subscription_id, 'newer', (
        SELECT subscription_id FROM holdfast.subscriptions WHERE account_id = s.account_id ORDER BY term DESC LIMIT 1)))
  END
$$;

-- The length of the next cycle to be paid: a scheduled plan's own, else the one that runs.
CREATE OR REPLACE FUNCTION holdfast.next_length(s holdfast.subscriptions, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce(holdfast.plan_length(s.scheduled_plan_id, p_at), s.cycle)
$$;

-- Sets the calendar for the next cycle: as it runs; from the next boundary, where a scheduled plan has another length; or
-- from now, in a new term of the same subscription, in which n goes on.
CREATE OR REPLACE FUNCTION holdfast.prepare_cycle(s holdfast.subscriptions, p_account_term integer, p_in_time boolean, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_length text := holdfast.next_length(s, p_at);
BEGIN
  IF NOT p_in_time THEN
    UPDATE holdfast.subscriptions SET term = p_account_term + 1, anchor = p_at, anchor_cycle = paid_cycle + 1, cycle = v_length,
      -- The cancellation has been carried out by the lapse; whoever pays again begins anew.
      cancel_at_period_end = false, status = 'active', closed_why = NULL, closed_at = NULL,
      look_from = p_at + interval '2 minutes'
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  ELSIF NOT holdfast.same_length(v_length, s.cycle) THEN
    UPDATE holdfast.subscriptions SET anchor_cycle = paid_cycle + 1, cycle = v_length, anchor = (
      SELECT ends_at FROM holdfast.cycles
      WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle)
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id;
  END IF;
END $$;

-- Where the next cycle will end, by the calendar that prepare_cycle sets for it. From a boundary past the calendar's end
-- nothing is counted any more.
CREATE OR REPLACE FUNCTION holdfast.next_end(s holdfast.subscriptions, p_in_time boolean, p_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_length     text := holdfast.next_length(s, p_at);
  v_paid_until timestamptz;
BEGIN
  IF NOT p_in_time THEN RETURN holdfast.add_duration(p_at, v_length, s.time_zone); END IF;
  SELECT ends_at INTO v_paid_until FROM holdfast.cycles
    WHERE account_id = s.account_id AND subscription_id = s.subscription_id AND cycle = s.paid_cycle;
  IF v_paid_until > holdfast.calendar_end() THEN RETURN v_paid_until; END IF;
  RETURN CASE WHEN holdfast.same_length(v_length, s.cycle)
    THEN holdfast.cycle_start(s.anchor, s.anchor_cycle, s.paid_cycle + 2, s.cycle, s.time_zone)
    ELSE holdfast.add_duration(v_paid_until, v_length, s.time_zone) END;
END $$;

-- Grants what is due. The keys are the cycles' own, so it is safe to repeat and needs no other.
CREATE OR REPLACE FUNCTION holdfast.grant_cycles(p_account_id text, p_subscription_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  s         holdfast.subscriptions;
  v_now     timestamptz;
  v_granted jsonb := '[]';
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  -- A closed one has been granted what was due when it was closed; after an end at once the rest never begins.
  IF s.status = 'active' THEN
    IF holdfast.over_limit(v_account, p_subscription_id, v_now, 0) THEN RETURN holdfast.limit_exceeded(v_account); END IF;
    PERFORM holdfast.book_ended_grants(p_account_id, v_now);
    v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
    SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  END IF;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('replayed', v_granted = '[]', 'result', jsonb_build_object(
    'subscription', holdfast.subscription_record(s, v_now), 'granted', v_granted)));
END $$;
