-- Why the provider has said that the payment method must never be charged again; null if it has
-- not. A null method is the account's default at the provider.
CREATE OR REPLACE FUNCTION holdfast.payment_method_refused_why(
  p_account_id text, p_payment_method text
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT reason
  FROM holdfast.refused_payment_methods
  WHERE account_id = p_account_id AND payment_method = coalesce(p_payment_method, '')
$$;

-- A refusal if that is so; null otherwise. p_body: of a purchase or of a top-up.
CREATE OR REPLACE FUNCTION holdfast.payment_method_refusal(p_account_id text, p_body jsonb)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('PAYMENT_METHOD_REFUSED', jsonb_build_object('reason', why))
  FROM holdfast.payment_method_refused_why(p_account_id, p_body->>'paymentMethod') AS why
  WHERE why IS NOT NULL
$$;

-- The provider has declined the purchase, and said that its payment method must never be charged
-- again.
CREATE OR REPLACE FUNCTION holdfast.refuse_payment_method(
  p_purchase holdfast.purchases, p_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.refused_payment_methods (account_id, payment_method, purchase_id, reason,
    at)
  VALUES (p_purchase.account_id, coalesce(p_purchase.body->>'paymentMethod', ''),
    p_purchase.purchase_id, p_purchase.reason, p_at)
  ON CONFLICT DO NOTHING
$$;

-- An operator lets all payment methods of the account be charged again, and counts its declines
-- anew: the owner has seen to what pays, at the provider.
CREATE OR REPLACE FUNCTION holdfast.forget_declines(
  p_account_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_now     timestamptz;
  v_methods integer;
BEGIN
  v_now := holdfast.ledger_now((holdfast.lock_account(p_account_id)).last_entry_at);
  DELETE FROM holdfast.refused_payment_methods WHERE account_id = p_account_id;
  GET DIAGNOSTICS v_methods = ROW_COUNT;
  UPDATE holdfast.account_settings
  SET top_up_failures = 0, top_up_retry_at = NULL, top_up_stopped_why = NULL
  WHERE account_id = p_account_id;
  IF FOUND THEN PERFORM holdfast.post_message(p_account_id, 'top-up', '', v_now); END IF;
  PERFORM holdfast.record_operator_act(
    p_account_id, 'forget-declines', jsonb_build_object('paymentMethods', v_methods),
    p_reason, p_by, v_now);
  RETURN holdfast.finish_operation(p_account_id, jsonb_build_object(
    'result', jsonb_build_object(
      'accountId', p_account_id,
      'paymentMethods', v_methods)));
END $$;
