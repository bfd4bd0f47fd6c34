-- body: {planId, paymentReference, timeZone?}. The key is the subscription's id. Starts a new term
-- of the account.
CREATE OR REPLACE FUNCTION holdfast.subscribe(
  p_account_id text, p_subscription_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun     record;
  v_account   holdfast.accounts;
  v_now       timestamptz;
  v_refusal   jsonb;
  v_old       holdfast.subscriptions;
  v_plan_id   text := p_body->>'planId';
  v_plan      jsonb;
  v_reference text := p_body->>'paymentReference';
  v_zone      text := holdfast.kept_time_zone(coalesce(p_body->>'timeZone', 'UTC'));
BEGIN
  v_begun := holdfast.begin_operation(
    p_account_id, 'subscribe', p_subscription_id, p_body, p_opens_account => true);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_account := v_begun.account;
  v_now := v_begun.now;
  v_refusal := holdfast.reference_refused(p_account_id, v_reference);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  v_plan := holdfast.plan_on_sale(v_plan_id, v_now);
  SELECT * INTO v_old
  FROM holdfast.subscriptions WHERE account_id = p_account_id AND status = 'active';
  v_refusal := holdfast.subscribe_refused(v_account, v_old, p_body, v_plan, v_zone, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.supersede(p_account_id, v_old.subscription_id, v_now);
  INSERT INTO holdfast.subscriptions (account_id, subscription_id, term, plan_id, time_zone,
    anchor, anchor_cycle, cycle, paid_cycle, granted_cycle, grace, settlement_window, status,
    look_from)
  VALUES (p_account_id, p_subscription_id, v_account.term + 1, v_plan_id, v_zone,
    v_now, 1, v_plan->>'cycle', 0, 0, 'PT0S', 'PT0S', 'active',
    v_now + interval '2 minutes');
  PERFORM holdfast.pay_cycle(
    p_account_id, p_subscription_id, v_plan_id, v_reference, p_paid_at => v_now, p_at => v_now);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  RETURN holdfast.finish_subscription_operation(
    p_account_id, p_subscription_id, 'subscribe', p_subscription_id, p_body, v_now,
    jsonb_build_object('granted', holdfast.grant_due(p_account_id, p_subscription_id, v_now)));
END $$;

-- A new subscription takes the place of the account's earlier ones. What the old one paid for was
-- its own, though it expires at the same moment.
CREATE OR REPLACE FUNCTION holdfast.supersede(
  p_account_id text, p_old_subscription_id text, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.grant_due(p_account_id, p_old_subscription_id, p_at);
  UPDATE holdfast.subscriptions
  SET status = 'closed', closed_why = 'superseded', closed_at = coalesce(closed_at, p_at)
  WHERE account_id = p_account_id AND closed_why IS DISTINCT FROM 'ended-now';
END $$;

-- Why such a subscription can't start now, as a refusal; null if it can. p_old: the account's
-- active one.
CREATE OR REPLACE FUNCTION holdfast.subscribe_refused(
  p_account holdfast.accounts, p_old holdfast.subscriptions, p_body jsonb, p_plan jsonb,
  p_time_zone text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_plan IS NULL THEN
    RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_body->'planId'));
  END IF;
  IF NOT holdfast.is_time_zone(p_time_zone) THEN
    RETURN holdfast.refusal('INVALID_TIME_ZONE', jsonb_build_object('timeZone', p_time_zone));
  END IF;
  IF p_old.subscription_id IS NOT NULL AND p_at < p_account.valid_until THEN
    RETURN holdfast.refusal('SUBSCRIPTION_EXISTS', jsonb_build_object(
      'subscriptionId', p_old.subscription_id,
      'planId', p_old.plan_id,
      'validUntil', holdfast.iso(p_account.valid_until)));
  END IF;
  IF holdfast.over_limit(
    p_account, p_old.subscription_id, p_at, p_more => (p_plan->>'credits')::bigint)
  THEN
    RETURN holdfast.limit_exceeded(p_account);
  END IF;
  RETURN holdfast.calendar_exceeded(
    holdfast.add_duration(p_at, p_plan->>'cycle', p_time_zone), p_time_zone, p_at);
END $$;
