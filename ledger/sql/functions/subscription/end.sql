-- p_cancel: true cancels at the period's end, false resumes. Cancelling twice changes nothing;
-- resuming a subscription that is not cancelled is refused.
CREATE OR REPLACE FUNCTION holdfast.set_cancellation(
  p_account_id text, p_subscription_id text, p_key text, p_cancel boolean
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_operation    text  := CASE WHEN p_cancel THEN 'cancel' ELSE 'resume' END;
  v_body         jsonb := jsonb_build_object('subscriptionId', p_subscription_id);
  v_begun        record;
  v_subscription holdfast.subscriptions;
  v_refusal      jsonb;
BEGIN
  v_begun := holdfast.begin_subscription_operation(
    p_account_id, p_subscription_id, v_operation, p_key, v_body);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_subscription := v_begun.subscription;
  v_refusal := holdfast.not_live(v_subscription, v_begun.account, v_begun.now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF NOT p_cancel AND NOT v_subscription.cancel_at_period_end THEN
    RETURN holdfast.refusal(
      'SUBSCRIPTION_NOT_CANCELLED', jsonb_build_object('subscriptionId', p_subscription_id));
  END IF;

  UPDATE holdfast.subscriptions
  SET cancel_at_period_end = p_cancel
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  PERFORM holdfast.update_term_end(
    p_account_id, p_subscription_id, v_begun.now, p_not_before => v_begun.now);
  RETURN holdfast.finish_subscription_operation(
    p_account_id, p_subscription_id, v_operation, p_key, v_body, v_begun.now);
END $$;

-- Lapses at once, without grace or window. Cycles paid ahead never begin.
CREATE OR REPLACE FUNCTION holdfast.end_subscription_now(
  p_account_id text, p_subscription_id text, p_key text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_body         jsonb := jsonb_build_object('subscriptionId', p_subscription_id);
  v_begun        record;
  v_account      holdfast.accounts;
  v_subscription holdfast.subscriptions;
  v_now          timestamptz;
  v_granted      jsonb;
  v_expired      jsonb;
BEGIN
  v_begun := holdfast.begin_subscription_operation(
    p_account_id, p_subscription_id, 'end_now', p_key, v_body);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_account := v_begun.account;
  v_subscription := v_begun.subscription;
  v_now := v_begun.now;
  -- A lapsed subscription can still be ended while its window is open, which then closes.
  IF v_subscription.status <> 'active' THEN
    RETURN holdfast.not_live(v_subscription, v_account, v_now);
  END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;

  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  PERFORM holdfast.set_term(
    p_account_id, v_subscription.term, least(v_account.valid_until, v_now), v_now);
  v_expired := holdfast.close_term(p_account_id, p_subscription_id, 'ended-now', v_now);
  RETURN holdfast.finish_subscription_operation(
    p_account_id, p_subscription_id, 'end_now', p_key, v_body, v_now,
    v_expired || jsonb_build_object('granted', v_granted));
END $$;

-- Live means before the lapse, by the ledger's clock. For views, which call functions as their
-- reader: a reader may not ask the clock.
CREATE OR REPLACE FUNCTION holdfast.is_live(
  p_valid_until timestamptz, p_last_entry_at timestamptz
) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.ledger_now(p_last_entry_at) < p_valid_until
$$;
