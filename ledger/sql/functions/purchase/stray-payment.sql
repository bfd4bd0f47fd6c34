-- The answer to a payment for a settled purchase: the purchase's own payment is told again, as is
-- one that is accounted for elsewhere; any other is kept, to be given back. The caller holds the
-- account's lock.
CREATE OR REPLACE FUNCTION holdfast.keep_stray_payment(
  p_purchase holdfast.purchases, p_payment_id text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  IF p_purchase.payment_id = p_payment_id
    OR holdfast.is_payment_used(p_purchase, p_payment_id)
  THEN
    RETURN holdfast.purchase_answer(p_purchase, p_at, p_replayed => true);
  END IF;
  INSERT INTO holdfast.stray_payments (account_id, payment_id, purchase_id, status, seen_at,
    look_from)
  VALUES (p_purchase.account_id, p_payment_id, p_purchase.purchase_id, 'returning', p_at,
    p_at + interval '2 minutes');
  RETURN holdfast.purchase_answer(p_purchase, p_at);
END $$;

-- Whether another purchase was settled with that payment, or it goes back for one.
CREATE OR REPLACE FUNCTION holdfast.is_payment_used(
  p_purchase holdfast.purchases, p_payment_id text
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
      SELECT FROM holdfast.purchases
      WHERE account_id = p_purchase.account_id
        AND payment_id = p_payment_id
        AND purchase_id <> p_purchase.purchase_id
    )
    OR EXISTS (
      SELECT FROM holdfast.stray_payments
      WHERE account_id = p_purchase.account_id AND payment_id = p_payment_id
    )
$$;

-- Tells that a stray payment has gone back. A payment that the ledger doesn't know changes nothing.
CREATE OR REPLACE FUNCTION holdfast.return_stray_payment(
  p_account_id text, p_purchase_id text, p_payment_id text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun    record;
  v_purchase holdfast.purchases;
  v_changed  boolean;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, p_purchase_id);
  v_purchase := v_begun.purchase;
  IF v_purchase.purchase_id IS NULL THEN
    RETURN holdfast.purchase_not_found(p_purchase_id);
  END IF;
  UPDATE holdfast.stray_payments
  SET status = 'returned', returned_at = v_begun.now, look_from = NULL
  WHERE account_id = p_account_id
    AND purchase_id = p_purchase_id
    AND payment_id = p_payment_id
    AND status = 'returning';
  v_changed := FOUND;
  RETURN holdfast.finish_operation(
    p_account_id,
    holdfast.purchase_answer(v_purchase, v_begun.now, p_replayed => NOT v_changed));
END $$;
