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
    WHEN 'stop' THEN holdfast.redo_stop(p_account_id, p_what, p_said)
    WHEN 'admit' THEN holdfast.redo_stop(p_account_id, p_what, p_said)
    ELSE coalesce(
      holdfast.redo_setting(p_account_id, p_what, p_id, p_said),
      holdfast.redo_subscription_change(p_account_id, p_what, p_id, p_said))
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
  v_account holdfast.accounts;
  -- Of what could not be charged, the ledger knows the price from the commit that it refused.
  v_credits bigint := coalesce((p_said->>'credits')::bigint, (
    SELECT credits
    FROM holdfast.lost_operations
    WHERE account_id = p_account_id AND what = 'generation' AND id = p_request_id
  ));
BEGIN
  IF v_credits IS NULL THEN RETURN holdfast.reservation_not_found(p_request_id); END IF;
  v_account := holdfast.lock_account(p_account_id);
  IF EXISTS (
    SELECT FROM holdfast.reservations
    WHERE account_id = p_account_id AND request_id = p_request_id
      AND state IN ('open', 'committed')
  ) THEN
    RETURN holdfast.commit_in_steps(
      v_account, p_account_id, p_request_id, v_credits, p_said->>'outputUrl',
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

-- p_said: {set, askedAt}. Null for what is no setting. In the order in which it was said: after a
-- later one it is refused.
CREATE OR REPLACE FUNCTION holdfast.redo_setting(
  p_account_id text, p_what text, p_key text, p_said jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_set   jsonb := p_said->'set';
  v_times jsonb := holdfast.redone_times(p_said);
BEGIN
  RETURN CASE p_what
    WHEN 'limits' THEN holdfast.set_limits(p_account_id, p_key, v_set, v_times)
    WHEN 'low-balance' THEN holdfast.set_low_balance(p_account_id, p_key, v_set, v_times)
    -- Its payment method was the account's then.
    WHEN 'top-up' THEN holdfast.set_top_up(
      p_account_id, p_key, v_set, p_is_owned => NULL, p_times => v_times)
  END;
END $$;

-- p_said: {kind, reason, by, askedAt}. A star as the account stands for all.
CREATE OR REPLACE FUNCTION holdfast.redo_stop(p_account_id text, p_what text, p_said jsonb)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text  := nullif(p_account_id, '*');
  v_times      jsonb := holdfast.redone_times(p_said);
BEGIN
  RETURN CASE p_what
    WHEN 'stop' THEN holdfast.stop_admissions(
      v_account_id, p_said->>'kind', p_said->>'reason', p_said->>'by', v_times, NULL)
    ELSE holdfast.admit_again(
      v_account_id, p_said->>'kind', p_said->>'reason', p_said->>'by', v_times, NULL)
  END;
END $$;

-- The times of a command that is redone: when it was said, and without an end.
CREATE OR REPLACE FUNCTION holdfast.redone_times(p_said jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'askedAt', p_said->'askedAt',
    'temporalAt', p_said->'askedAt',
    'notAfter', NULL)
$$;
