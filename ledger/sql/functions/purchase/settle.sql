-- Tells that the money is there. It buys credits while a subscription is live, even in another term
-- than the purchase was opened in; else it goes back. Money for a declined or voided purchase goes
-- back as well, because its buyer has been told that nothing was taken; and so does a payment that
-- has bought before, and any further payment for a settled purchase.
CREATE OR REPLACE FUNCTION holdfast.settle_purchase(
  p_account_id text, p_purchase_id text, p_payment_id text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun    record;
  v_account  holdfast.accounts;
  v_purchase holdfast.purchases;
  v_now      timestamptz;
  v_reason   text;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, p_purchase_id);
  v_account := v_begun.account;
  v_purchase := v_begun.purchase;
  v_now := v_begun.now;
  IF v_purchase.purchase_id IS NULL THEN
    -- Its workflow has an intent that the ledger doesn't have: an operator is told.
    PERFORM holdfast.note_lost(p_account_id, 'purchase', p_purchase_id, p_credits => NULL);
    RETURN holdfast.purchase_not_found(p_purchase_id);
  END IF;
  IF v_purchase.status IN ('granted', 'returning', 'returned') THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.keep_stray_payment(v_purchase, p_payment_id, v_now));
  END IF;

  IF holdfast.is_payment_used(v_purchase, p_payment_id) THEN
    v_reason := 'payment-already-used';
  ELSIF v_purchase.status = 'open' THEN
    v_reason := holdfast.pack_obstacle(v_account, v_purchase.credits, v_now);
    IF v_reason IS NULL THEN
      v_purchase := holdfast.grant_pack(v_purchase, v_account.term, p_payment_id, v_now);
      RETURN holdfast.finish_operation(
        p_account_id, holdfast.purchase_answer(v_purchase, v_now));
    END IF;
    IF v_reason = 'SUBSCRIPTION_REQUIRED' THEN v_reason := 'subscription-ended'; END IF;
  ELSE
    v_reason := 'paid-after-' || v_purchase.status;
  END IF;
  UPDATE holdfast.purchases
  SET status = 'returning',
    payment_id = p_payment_id,
    reason = v_reason,
    resolved_at = NULL,
    look_from = v_now + interval '2 minutes'
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id
  RETURNING * INTO v_purchase;
  RETURN holdfast.purchase_answer(v_purchase, v_now);
END $$;

-- The pack's grant, remembered under its key for ever: there can be no second one. The caller holds
-- the account's lock.
CREATE OR REPLACE FUNCTION holdfast.grant_pack(
  p_purchase holdfast.purchases, p_term integer, p_payment_id text, p_at timestamptz
) RETURNS holdfast.purchases
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id  text   := p_purchase.account_id;
  v_purchase_id text   := p_purchase.purchase_id;
  v_credits     bigint := p_purchase.credits;
  v_grant_id    bigint;
  v_granted     holdfast.purchases;
BEGIN
  PERFORM holdfast.book_ended_grants(v_account_id, p_at);
  v_grant_id := holdfast.next_grant_id(v_account_id);
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining,
    cost_cents, currency, granted_at, term)
  VALUES (v_account_id, v_grant_id, 'pack', 30, v_credits, v_credits,
    p_purchase.price_cents, p_purchase.currency, p_at, p_term);
  PERFORM holdfast.post_grant(
    v_account_id, p_at, v_grant_id, v_credits,
    p_reason => p_purchase.pack_id || ', purchase ' || v_purchase_id);
  PERFORM holdfast.remember(
    v_account_id, 'grant', 'purchase:' || v_purchase_id,
    jsonb_build_object('purchaseId', v_purchase_id),
    jsonb_build_object(
      'packId', p_purchase.pack_id,
      'credits', v_credits,
      'grantId', v_grant_id::text,
      'paymentId', p_payment_id));
  UPDATE holdfast.purchases
  SET status = 'granted',
    payment_id = p_payment_id,
    grant_id = v_grant_id,
    resolved_at = p_at,
    look_from = NULL
  WHERE account_id = v_account_id AND purchase_id = v_purchase_id
  RETURNING * INTO v_granted;
  -- Bought by hand or automatically: the payment method works.
  UPDATE holdfast.account_settings
  SET top_up_failures = 0, top_up_retry_at = NULL
  WHERE account_id = v_account_id
    AND top_up_payment_method IS NOT DISTINCT FROM v_granted.body->>'paymentMethod';
  RETURN v_granted;
END $$;
