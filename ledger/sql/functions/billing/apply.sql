-- Applies an event: looks what it asks for up, does it by the ordinary operations, and keeps how it
-- has ended, in one transaction. What can't be applied yet waits; what has ended answers as it did.
-- p_environment: the one that this installation serves, `live` or `test`.
CREATE OR REPLACE FUNCTION holdfast.apply_billing_event(
  p_source text, p_event_id text, p_environment text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_event   holdfast.billing_events;
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_answer  jsonb;
BEGIN
  v_event := holdfast.lock_billing_event(p_source, p_event_id);
  IF v_event.source IS NULL THEN
    RETURN holdfast.billing_event_not_found(p_source, p_event_id);
  END IF;
  IF v_event.ended_at IS NOT NULL THEN
    RETURN holdfast.billing_event_answer(v_event, p_replayed => true);
  END IF;
  v_event := holdfast.with_account_of_payment(holdfast.with_account_of_customer(v_event));
  v_account := holdfast.lock_account(v_event.account_id);
  v_now := greatest(holdfast.ledger_now(v_account.last_entry_at), v_event.received_at);
  v_answer := holdfast.carry_out_billing_event(v_event, p_environment, v_now);
  v_event := holdfast.settle_billing_event(
    v_event, holdfast.end_of_billing_event(v_event, v_answer, v_now), v_now);
  RETURN holdfast.finish_operation(
    v_event.account_id, holdfast.billing_event_answer(v_event));
END $$;

-- What an operation has answered as the event's state: {state, reason?, details?}. Billing systems
-- tell in any order, so what isn't there yet is waited for; what holds already is applied.
CREATE OR REPLACE FUNCTION holdfast.end_of_billing_event(
  e holdfast.billing_events, p_answer jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_code    text    := p_answer#>>'{refusal,code}';
  v_is_paid boolean := e.body->>'paymentReference' IS NOT NULL;
  v_state   text;
BEGIN
  IF v_code IS NULL THEN
    RETURN CASE
      WHEN p_answer->>'state' IS NOT NULL THEN p_answer
      ELSE '{"state": "applied"}'
    END;
  END IF;
  v_state := CASE
    WHEN NOT v_is_paid AND v_code IN (
      'SUBSCRIPTION_LAPSED', 'SUBSCRIPTION_ENDED', 'SUBSCRIPTION_NOT_CANCELLED'
    ) THEN 'applied'
    WHEN v_code NOT IN (
      'SUBSCRIPTION_NOT_FOUND', 'SUBSCRIPTION_EXISTS', 'SUBSCRIPTION_REQUIRED', 'RENEWAL_DUE',
      'PAYMENT_IN_FUTURE', 'PAYMENT_REFERENCE_REQUIRED', 'PURCHASE_NOT_FOUND',
      'BILLING_ACCOUNT_MISSING'
    ) THEN 'failed'
    WHEN p_at < e.wait_until THEN 'waiting'
    -- What was never paid for here needs no operator.
    WHEN v_code = 'SUBSCRIPTION_NOT_FOUND' AND NOT v_is_paid THEN 'ignored'
    WHEN e.account_id IS NULL AND NOT (v_is_paid AND v_code = 'BILLING_ACCOUNT_MISSING')
      THEN 'ignored'
    ELSE 'failed'
  END;
  RETURN jsonb_build_object(
    'state', v_state,
    'reason', v_code,
    'details', coalesce(p_answer#>'{refusal,details}', '{}'));
END $$;

-- Keeps how the event stands. p_end: {state, reason?, details?}
CREATE OR REPLACE FUNCTION holdfast.settle_billing_event(
  e holdfast.billing_events, p_end jsonb, p_at timestamptz
) RETURNS holdfast.billing_events
LANGUAGE plpgsql AS $$
DECLARE
  v_is_waiting boolean := p_end->>'state' = 'waiting';
  v_settled    holdfast.billing_events;
BEGIN
  UPDATE holdfast.billing_events
  SET state = p_end->>'state',
    reason = p_end->>'reason',
    details = coalesce(p_end->'details', '{}'),
    attempts = attempts + 1,
    look_from = CASE WHEN v_is_waiting THEN look_from END,
    ended_at = CASE WHEN NOT v_is_waiting THEN p_at END
  WHERE source = e.source AND event_id = e.event_id
  RETURNING * INTO v_settled;
  RETURN v_settled;
END $$;

-- Carries out what the event asks for. Answers as its operation does, or with an end of its own.
CREATE OR REPLACE FUNCTION holdfast.carry_out_billing_event(
  e holdfast.billing_events, p_environment text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_sold  jsonb := holdfast.sold_in(e.body, p_at);
  v_early jsonb := holdfast.end_before_lookup(e, p_environment, v_sold);
BEGIN
  IF v_early IS NOT NULL THEN RETURN v_early; END IF;
  RETURN CASE e.type
    WHEN 'subscription-started' THEN holdfast.apply_cycle_payment(e, v_sold->>'planId')
    WHEN 'invoice-paid' THEN CASE
      WHEN v_sold->>'packId' IS NOT NULL
        THEN holdfast.apply_pack_payment(e, v_sold->>'packId', p_at)
      ELSE holdfast.apply_cycle_payment(e, v_sold->>'planId')
    END
    WHEN 'subscription-changed' THEN holdfast.apply_subscription_change(e, v_sold->>'planId')
    WHEN 'subscription-cancelled' THEN holdfast.apply_cancellation(e, p_cancel => true)
    WHEN 'subscription-resumed' THEN holdfast.apply_cancellation(e, p_cancel => false)
    WHEN 'subscription-ended' THEN holdfast.end_subscription_now(
      e.account_id, e.subscription_id, holdfast.billing_event_key(e))
    WHEN 'pack-paid' THEN holdfast.apply_pack_payment(e, v_sold->>'packId', p_at)
    WHEN 'payment-refunded' THEN holdfast.apply_payment_refund(e)
    WHEN 'dispute-opened' THEN holdfast.apply_dispute(e)
    WHEN 'dispute-closed' THEN holdfast.apply_dispute(e)
  END;
END $$;

-- The end of an event that asks for nothing here, or can't be carried out as it was told; null for
-- any other.
CREATE OR REPLACE FUNCTION holdfast.end_before_lookup(
  e holdfast.billing_events, p_environment text, p_sold jsonb
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN e.body->>'environment' <> p_environment THEN holdfast.event_end(
      'refused', 'OTHER_ENVIRONMENT', jsonb_build_object('environment', p_environment))
    WHEN e.body->>'problem' IS NOT NULL
      THEN holdfast.event_end('failed', e.body->>'problem')
    WHEN e.type = 'payment-failed' THEN holdfast.event_end('ignored', 'lapses-unpaid')
    WHEN e.type NOT IN (
      'subscription-started', 'subscription-changed', 'subscription-cancelled',
      'subscription-resumed', 'subscription-ended', 'invoice-paid', 'pack-paid',
      'payment-refunded', 'dispute-opened', 'dispute-closed'
    ) THEN holdfast.event_end('ignored', 'unknown-type')
    WHEN e.account_id IS NULL AND NOT holdfast.tells_of_money_back(e)
      THEN holdfast.end_without_account(e, p_sold)
    WHEN e.type = 'subscription-started' AND e.body->>'paymentReference' IS NULL
      THEN holdfast.event_end('ignored', 'not-paid')
    WHEN holdfast.is_event_incomplete(e, p_sold)
      THEN holdfast.event_end('failed', 'BILLING_EVENT_INCOMPLETE')
    WHEN p_sold = '{}' AND e.body->>'priceId' IS NOT NULL THEN holdfast.event_end(
      'failed', 'UNMAPPED_PRICE', jsonb_build_object('priceId', e.body->'priceId'))
    WHEN holdfast.is_event_outdated(e) THEN holdfast.event_end('ignored', 'outdated')
  END
$$;

CREATE OR REPLACE FUNCTION holdfast.event_end(
  p_state text, p_reason text, p_details jsonb DEFAULT '{}'
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('state', p_state, 'reason', p_reason, 'details', p_details)
$$;

-- Whether a member is missing without which the event can't be carried out.
CREATE OR REPLACE FUNCTION holdfast.is_event_incomplete(
  e holdfast.billing_events, p_sold jsonb
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN e.type = 'pack-paid' OR (e.type = 'invoice-paid' AND p_sold->>'packId' IS NOT NULL)
      THEN e.body->>'paymentReference' IS NULL
        OR (p_sold->>'packId' IS NULL AND e.body->>'priceId' IS NULL)
    WHEN e.type = 'invoice-paid'
      THEN e.body->>'paymentReference' IS NULL OR e.subscription_id IS NULL
    WHEN e.type = 'payment-refunded' THEN e.body->>'paymentReference' IS NULL
      OR e.body->>'refundId' IS NULL
      OR e.body->>'currency' IS NULL
      OR coalesce((e.body->>'amountCents')::bigint, 0) = 0
    WHEN e.type IN ('dispute-opened', 'dispute-closed')
      THEN e.body->>'paymentReference' IS NULL
        OR e.body->>'disputeId' IS NULL
        OR (e.type = 'dispute-closed' AND e.body->>'disputeOutcome' IS NULL)
        OR e.body->>'amountCents' = '0'
    WHEN e.type = 'subscription-changed' THEN e.subscription_id IS NULL
      OR (NOT holdfast.states_plan(e.body) AND NOT holdfast.states_cancellation(e))
    ELSE e.subscription_id IS NULL
  END
$$;

-- What the event is about: {planId} or {packId}, as it says, or by the billing system's price as
-- the catalog maps it, or mapped it last; {} if neither.
CREATE OR REPLACE FUNCTION holdfast.sold_in(p_body jsonb, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_body->>'planId' IS NOT NULL THEN jsonb_build_object('planId', p_body->'planId')
    WHEN p_body->>'packId' IS NOT NULL THEN jsonb_build_object('packId', p_body->'packId')
    ELSE coalesce((
      SELECT document->'billingPrices'->(p_body->>'priceId')
      FROM holdfast.catalog_versions
      WHERE effective_from <= p_at
        AND document->'billingPrices'->(p_body->>'priceId') IS NOT NULL
      ORDER BY effective_from DESC LIMIT 1
    ), '{}')
  END
$$;

-- The key of what the event does. No caller's key has a colon.
CREATE OR REPLACE FUNCTION holdfast.billing_event_key(
  e holdfast.billing_events, p_more text DEFAULT ''
) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT 'billing:' || e.source || ':' || e.event_id || p_more
$$;
