-- A payment of a cycle, told in any order: before its subscription is there it begins it, with the
-- plan that was paid; known already, it changes nothing.
CREATE OR REPLACE FUNCTION holdfast.apply_cycle_payment(
  e holdfast.billing_events, p_plan_id text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reference    text := e.body->>'paymentReference';
  v_paid_at      timestamptz := coalesce(holdfast.instant(e.body->>'paidAt'), e.occurred_at);
  v_answer       jsonb := holdfast.known_payment(e);
  v_subscription holdfast.subscriptions;
BEGIN
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;
  SELECT * INTO v_subscription
  FROM holdfast.subscriptions
  WHERE account_id = e.account_id AND subscription_id = e.subscription_id;
  IF NOT FOUND THEN
    IF p_plan_id IS NULL THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
    RETURN holdfast.subscribe(e.account_id, e.subscription_id, jsonb_strip_nulls(
      jsonb_build_object(
        'planId', p_plan_id,
        'paymentReference', v_reference,
        'timeZone', e.body->'timeZone')));
  END IF;
  -- A subscription starts when its first payment is told: one that was paid before counts as paid
  -- then.
  v_answer := holdfast.renew_as(
    e.account_id, e.subscription_id, v_reference,
    CASE WHEN v_paid_at >= holdfast.began_at(v_subscription) THEN holdfast.iso(v_paid_at) END,
    p_plan_id);
  IF v_answer->'refusal' IS NULL THEN PERFORM holdfast.hold_newest_plan(e, p_plan_id); END IF;
  RETURN v_answer;
END $$;

-- An end if the payment is known: applied where it has paid for that very subscription, a conflict
-- where it has paid for anything else; null for a new one.
CREATE OR REPLACE FUNCTION holdfast.known_payment(e holdfast.billing_events) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_reference text := e.body->>'paymentReference';
BEGIN
  IF EXISTS (
    SELECT FROM holdfast.payments
    WHERE account_id = e.account_id
      AND reference = v_reference
      AND subscription_id = e.subscription_id
  ) THEN
    RETURN holdfast.event_end('applied', 'paid-before');
  END IF;
  IF EXISTS (
    SELECT FROM holdfast.purchases
    WHERE account_id = e.account_id AND payment_id = v_reference
  ) THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', v_reference));
  END IF;
  RETURN holdfast.reference_refused(e.account_id, v_reference);
END $$;

-- Another plan, a cancellation taken back or not, or both. A plan that takes effect at once needs
-- its payment, which another event may tell.
CREATE OR REPLACE FUNCTION holdfast.apply_subscription_change(
  e holdfast.billing_events, p_plan_id text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb := '{}';
BEGIN
  IF holdfast.states_cancellation(e) AND NOT holdfast.is_setting_outdated(e, 'cancellation') THEN
    v_answer := holdfast.apply_cancellation(e, (e.body->>'cancelAtPeriodEnd')::boolean);
    IF v_answer#>>'{refusal,code}' IS DISTINCT FROM 'SUBSCRIPTION_NOT_CANCELLED'
      AND v_answer->'refusal' IS NOT NULL
    THEN
      RETURN v_answer;
    END IF;
  END IF;
  IF p_plan_id IS NULL THEN RETURN v_answer; END IF;
  IF e.body->>'paymentReference' IS NOT NULL THEN
    RETURN holdfast.apply_paid_change(e, p_plan_id);
  END IF;
  IF holdfast.is_setting_outdated(e, 'plan') THEN RETURN v_answer; END IF;
  RETURN holdfast.change_plan(
    e.account_id, e.subscription_id, holdfast.billing_event_key(e),
    jsonb_build_object('planId', p_plan_id));
END $$;

-- A change of plan that was paid for counts however late it is told.
CREATE OR REPLACE FUNCTION holdfast.apply_paid_change(
  e holdfast.billing_events, p_plan_id text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb := holdfast.known_payment(e);
BEGIN
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;
  v_answer := holdfast.change_plan(
    e.account_id, e.subscription_id, holdfast.billing_event_key(e),
    jsonb_build_object('planId', p_plan_id, 'paymentReference', e.body->'paymentReference'));
  IF v_answer->'refusal' IS NOT NULL THEN RETURN v_answer; END IF;
  PERFORM holdfast.hold_newest_plan(e, p_plan_id);
  IF v_answer#>>'{result,paymentUsed}' = 'false' THEN
    RETURN holdfast.event_end('failed', 'PAYMENT_NOT_USED', jsonb_build_object(
      'effect', v_answer#>'{result,effect}'));
  END IF;
  RETURN v_answer;
END $$;

CREATE OR REPLACE FUNCTION holdfast.apply_cancellation(
  e holdfast.billing_events, p_cancel boolean
) RETURNS jsonb
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.set_cancellation(
    e.account_id, e.subscription_id, holdfast.billing_event_key(e), p_cancel)
$$;

-- A payment has set the plan that it paid for. What was told of a later moment, and applied before,
-- holds from the next boundary on.
CREATE OR REPLACE FUNCTION holdfast.hold_newest_plan(
  e holdfast.billing_events, p_plan_id text
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_newest  holdfast.billing_events;
  v_plan_id text;
BEGIN
  SELECT * INTO v_newest
  FROM holdfast.billing_events AS n
  WHERE n.account_id = e.account_id
    AND n.subscription_id = e.subscription_id
    AND n.type = 'subscription-changed'
    AND n.state = 'applied'
    AND holdfast.states_plan(n.body)
    AND (n.occurred_at, n.source, n.event_id) > (e.occurred_at, e.source, e.event_id)
  ORDER BY n.occurred_at DESC, n.source DESC, n.event_id DESC LIMIT 1;
  v_plan_id := holdfast.sold_in(v_newest.body, v_newest.ended_at)->>'planId';
  IF v_plan_id IS NULL OR v_plan_id = p_plan_id THEN RETURN; END IF;
  PERFORM holdfast.change_plan(
    e.account_id, e.subscription_id, holdfast.billing_event_key(e, ':again'),
    jsonb_build_object('planId', v_plan_id));
END $$;
