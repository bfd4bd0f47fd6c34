-- Tells of a payment. The key is its reference; without p_paid_at it was paid now. What decides is
-- when it was paid: before the lapse it carries everything forward, as long as the lapse's expiry
-- has not been booked.
CREATE OR REPLACE FUNCTION holdfast.renew_subscription(
  p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at text
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.renew_as(
    p_account_id, p_subscription_id, p_payment_reference, p_paid_at, p_plan_id => NULL)
$$;

-- The same with the plan that was paid for; null: the one that comes next.
CREATE OR REPLACE FUNCTION holdfast.renew_as(
  p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at text,
  p_plan_id text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_paid_at      timestamptz := holdfast.instant(p_paid_at);
  v_body         jsonb := holdfast.renewal_body(p_subscription_id, v_paid_at);
  v_account      holdfast.accounts;
  v_key          holdfast.idempotency_keys;
  v_now          timestamptz;
  v_refusal      jsonb;
  v_subscription holdfast.subscriptions;
  v_in_time      boolean;
  v_granted      jsonb;
BEGIN
  v_account := holdfast.lock_account(p_account_id);
  IF v_account.account_id IS NULL THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  SELECT * INTO v_key
  FROM holdfast.idempotency_keys
  WHERE account_id = p_account_id AND operation = 'renew' AND key = p_payment_reference;
  IF FOUND THEN
    -- Earlier versions kept the time rounded by Postgres, which is why begin_operation won't do.
    IF v_key.body = holdfast.renewal_body(p_subscription_id, p_paid_at::timestamptz) THEN
      v_body := v_key.body;
    END IF;
    RETURN holdfast.finish_operation(p_account_id, holdfast.replay(v_key, v_body));
  END IF;
  v_refusal := holdfast.reference_refused(p_account_id, p_payment_reference);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_paid_at := coalesce(v_paid_at, v_now);
  SELECT * INTO v_subscription
  FROM holdfast.subscriptions
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF p_plan_id <> v_subscription.plan_id AND holdfast.plan_length(p_plan_id, v_now) IS NULL THEN
    RETURN holdfast.refusal('UNKNOWN_PLAN', jsonb_build_object('planId', p_plan_id));
  END IF;
  IF p_plan_id IS NOT NULL THEN
    v_subscription.scheduled_plan_id := nullif(p_plan_id, v_subscription.plan_id);
  END IF;
  v_in_time := v_subscription.status = 'active' AND v_paid_at < v_account.valid_until;
  v_refusal := holdfast.renewal_refused(
    v_account, v_subscription, v_paid_at, v_in_time, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  PERFORM holdfast.prepare_cycle(v_subscription, v_account.term, v_in_time, v_now);
  PERFORM holdfast.pay_cycle(
    p_account_id, p_subscription_id,
    coalesce(v_subscription.scheduled_plan_id, v_subscription.plan_id),
    p_payment_reference, v_paid_at, v_now);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_granted := v_granted || holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.finish_subscription_operation(
    p_account_id, p_subscription_id, 'renew', p_payment_reference, v_body, v_now,
    jsonb_build_object('granted', v_granted, 'newTerm', NOT v_in_time));
END $$;

-- For versions that send a payment's time as a timestamp.
CREATE OR REPLACE FUNCTION holdfast.renew(
  p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamptz
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.renew_subscription(
    p_account_id, p_subscription_id, p_payment_reference, holdfast.iso(p_paid_at))
$$;

CREATE OR REPLACE FUNCTION holdfast.renewal_body(p_subscription_id text, p_paid_at timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'subscriptionId', p_subscription_id,
    'paidAt', holdfast.iso(p_paid_at))
$$;

-- Why a renewal can't be booked, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.renewal_refused(
  p_account holdfast.accounts, p_subscription holdfast.subscriptions, p_paid_at timestamptz,
  p_in_time boolean, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_plan_id text := coalesce(p_subscription.scheduled_plan_id, p_subscription.plan_id);
  v_refusal jsonb := holdfast.payment_refused(p_subscription, p_paid_at, p_at);
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF holdfast.over_limit(
    p_account, p_subscription.subscription_id, p_at,
    p_more => holdfast.plan_credits(
      v_plan_id, holdfast.next_length(p_subscription, p_at), p_at))
  THEN
    RETURN holdfast.limit_exceeded(p_account);
  END IF;
  RETURN holdfast.calendar_exceeded(
    holdfast.next_end(p_subscription, p_in_time, p_at), p_subscription.time_zone, p_at);
END $$;

-- Why a payment of that time can't renew the subscription, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.payment_refused(
  p_subscription holdfast.subscriptions, p_paid_at timestamptz, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_subscription.subscription_id IS NULL
      THEN holdfast.refusal('SUBSCRIPTION_NOT_FOUND')
    WHEN p_paid_at > p_at
      THEN holdfast.refusal('PAYMENT_IN_FUTURE', jsonb_build_object(
        'paidAt', holdfast.iso(p_paid_at),
        'now', holdfast.iso(p_at)))
    WHEN p_paid_at < holdfast.began_at(p_subscription)
      THEN holdfast.refusal('PAYMENT_BEFORE_SUBSCRIPTION', jsonb_build_object(
        'paidAt', holdfast.iso(p_paid_at),
        'beganAt', holdfast.iso(holdfast.began_at(p_subscription))))
    WHEN p_subscription.closed_why = 'ended-now'
      THEN holdfast.subscription_ended(p_subscription)
    WHEN p_subscription.closed_why = 'superseded'
      THEN holdfast.refusal('RENEWAL_SUPERSEDED', jsonb_build_object(
        'subscriptionId', p_subscription.subscription_id,
        'newer', (
          SELECT subscription_id
          FROM holdfast.subscriptions
          WHERE account_id = p_subscription.account_id
          ORDER BY term DESC LIMIT 1
        )))
  END
$$;

-- When the subscription's first cycle began, and was paid.
CREATE OR REPLACE FUNCTION holdfast.began_at(p_subscription holdfast.subscriptions)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT starts_at
  FROM holdfast.cycles
  WHERE account_id = p_subscription.account_id
    AND subscription_id = p_subscription.subscription_id
  ORDER BY cycle LIMIT 1
$$;
