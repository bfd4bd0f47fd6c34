-- Ends without a grant: declined, voided or returned. Voiding what was never seen leaves a
-- tombstone, so that an open that arrives late does nothing. A reason that the purchase has already
-- stays: it says why nothing was granted. p_never_again: the provider has said that the payment
-- method must never be charged again.
CREATE OR REPLACE FUNCTION holdfast.close_purchase(
  p_account_id text, p_purchase_id text, p_status text, p_reason text, p_never_again boolean
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun     record;
  v_purchase  holdfast.purchases;
  v_now       timestamptz;
  v_was_open  boolean;
  v_withdrawn boolean;
BEGIN
  v_begun := holdfast.begin_purchase_operation(
    p_account_id, p_purchase_id, p_opens_account => true);
  v_purchase := v_begun.purchase;
  v_now := v_begun.now;
  IF v_purchase.purchase_id IS NULL THEN
    IF p_status <> 'voided' THEN RETURN holdfast.purchase_not_found(p_purchase_id); END IF;
    INSERT INTO holdfast.purchases (account_id, purchase_id, status, opened_at, reason,
      resolved_at)
    VALUES (p_account_id, p_purchase_id, 'voided', v_now, p_reason, v_now)
    RETURNING * INTO v_purchase;
    RETURN holdfast.purchase_answer(v_purchase, v_now);
  END IF;
  IF v_purchase.status = p_status THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.purchase_answer(v_purchase, v_now, p_replayed => true));
  END IF;
  v_was_open := v_purchase.status = 'open';
  IF NOT v_was_open AND NOT (v_purchase.status = 'returning' AND p_status = 'returned') THEN
    RETURN holdfast.purchase_resolved(v_purchase);
  END IF;

  v_withdrawn := p_status = 'voided' AND v_was_open
    AND holdfast.is_withdrawn(v_purchase, v_now);
  UPDATE holdfast.purchases
  SET status = p_status,
    reason = coalesce(reason, p_reason),
    resolved_at = v_now,
    look_from = NULL
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id
  RETURNING * INTO v_purchase;
  IF p_never_again AND p_status = 'declined' THEN
    PERFORM holdfast.refuse_payment_method(v_purchase, v_now);
  END IF;
  -- A payment that has bought before counts like a decline: the next attempt may be answered with
  -- the same one.
  IF v_purchase.automatic AND NOT v_was_open AND v_purchase.reason <> 'payment-already-used' THEN
    PERFORM holdfast.notify_top_up_failed(
      v_purchase, p_retry_at => NULL, p_stopped => false, p_at => v_now);
  ELSIF v_purchase.automatic AND NOT v_withdrawn THEN
    PERFORM holdfast.top_up_declined(v_purchase, v_now);
  END IF;
  RETURN holdfast.finish_operation(
    p_account_id, holdfast.purchase_answer(v_purchase, v_now));
END $$;

-- As workers of v0.1.0 call it, and for ends by hand.
CREATE OR REPLACE FUNCTION holdfast.close_purchase(
  p_account_id text, p_purchase_id text, p_status text, p_reason text
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.close_purchase(
    p_account_id, p_purchase_id, p_status, p_reason, p_never_again => false)
$$;

CREATE OR REPLACE FUNCTION holdfast.purchase_resolved(p_purchase holdfast.purchases)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal('PURCHASE_RESOLVED', jsonb_build_object(
    'purchaseId', p_purchase.purchase_id,
    'outcome', p_purchase.status,
    'reason', p_purchase.reason,
    'paymentId', p_purchase.payment_id,
    'grantId', p_purchase.grant_id::text))
$$;
