-- An operator lets an operation be done again that a workflow remembers and the ledger has lost,
-- under its own key: by the ordinary operation, which judges by what is now. p_said: the request as
-- the workflow has it, with the payment's id, the credits and the output where there are some.
CREATE OR REPLACE FUNCTION holdfast.redo_lost(
  p_account_id text, p_what text, p_id text, p_said jsonb, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answer jsonb;
BEGIN
  v_answer := CASE p_what
    WHEN 'generation'
      THEN holdfast.redo_generation(p_account_id, p_id, p_said, p_reason, p_by)
    WHEN 'purchase' THEN holdfast.redo_purchase(p_account_id, p_id, p_said)
    WHEN 'grant' THEN holdfast.grant_credits(p_account_id, p_id, p_said)
    WHEN 'subscribe' THEN holdfast.subscribe(p_account_id, p_id, p_said)
    ELSE holdfast.redo_subscription_change(p_account_id, p_what, p_id, p_said)
  END;
  IF v_answer->'refusal' IS NOT NULL THEN RETURN v_answer; END IF;
  IF holdfast.end_lost(p_account_id, p_what, p_id, 'redone') IS NULL THEN
    PERFORM holdfast.record_operator_act(
      p_account_id, 'redo', jsonb_build_object('what', p_what, 'id', p_id), p_reason, p_by);
  END IF;
  RETURN v_answer || jsonb_build_object('result', jsonb_build_object(
    'accountId', p_account_id,
    'what', p_what,
    'id', p_id,
    'answer', v_answer->'result'));
END $$;

-- A reservation that is still open is committed. One that is gone can't be: what was delivered is
-- then deducted, under a key of its own.
CREATE OR REPLACE FUNCTION holdfast.redo_generation(
  p_account_id text, p_request_id text, p_said jsonb, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  -- Of what could not be charged, the ledger knows the price from the commit that it refused.
  v_credits bigint := coalesce((p_said->>'credits')::bigint, (
    SELECT credits
    FROM holdfast.lost_operations
    WHERE account_id = p_account_id AND what = 'generation' AND id = p_request_id
  ));
BEGIN
  IF v_credits IS NULL THEN RETURN holdfast.reservation_not_found(p_request_id); END IF;
  PERFORM holdfast.lock_account(p_account_id);
  IF EXISTS (
    SELECT FROM holdfast.reservations
    WHERE account_id = p_account_id AND request_id = p_request_id
      AND state IN ('open', 'committed')
  ) THEN
    RETURN holdfast.commit_as(
      p_account_id, p_request_id, v_credits, p_said->>'outputUrl',
      p_reason => CASE WHEN p_said->>'outputUrl' IS NULL THEN 'cancelled' END);
  END IF;
  RETURN holdfast.deduct_credits(
    p_account_id, 'lost:' || p_request_id,
    jsonb_build_object('credits', v_credits, 'reason', p_reason, 'by', p_by));
END $$;

-- The intent at the price that was shown, and then the payment, if there is one: what was opened
-- and lost is not charged again.
CREATE OR REPLACE FUNCTION holdfast.redo_purchase(
  p_account_id text, p_purchase_id text, p_said jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb := holdfast.open_purchase(
    p_account_id, p_purchase_id, p_said - 'paymentId', p_not_after => NULL);
BEGIN
  IF v_answer->'refusal' IS NOT NULL OR p_said->>'paymentId' IS NULL THEN RETURN v_answer; END IF;
  RETURN holdfast.settle_purchase(p_account_id, p_purchase_id, p_said->>'paymentId');
END $$;

CREATE OR REPLACE FUNCTION holdfast.redo_subscription_change(
  p_account_id text, p_what text, p_key text, p_said jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_subscription_id text := p_said->>'subscriptionId';
BEGIN
  RETURN CASE p_what
    WHEN 'renew' THEN holdfast.renew_subscription(
      p_account_id, v_subscription_id, p_key, p_said->>'paidAt')
    WHEN 'changePlan' THEN holdfast.change_plan(
      p_account_id, v_subscription_id, p_key, p_said - 'subscriptionId')
    WHEN 'cancelAtPeriodEnd' THEN holdfast.set_cancellation(
      p_account_id, v_subscription_id, p_key, p_cancel => true)
    WHEN 'resume' THEN holdfast.set_cancellation(
      p_account_id, v_subscription_id, p_key, p_cancel => false)
    WHEN 'endNow' THEN holdfast.end_subscription_now(p_account_id, v_subscription_id, p_key)
  END;
END $$;
