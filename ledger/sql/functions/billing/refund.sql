-- Money of a pack that has gone back, booked once by the refund's id. What goes back because
-- nothing was granted for it asks for nothing here.
CREATE OR REPLACE FUNCTION holdfast.apply_payment_refund(e holdfast.billing_events) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reference text := e.body->>'paymentReference';
  v_purchase  holdfast.purchases;
  v_answer    jsonb;
BEGIN
  SELECT * INTO v_purchase
  FROM holdfast.purchases
  WHERE account_id = e.account_id
    AND payment_id = v_reference
    AND reason IS DISTINCT FROM 'payment-already-used';
  IF NOT FOUND THEN RETURN holdfast.refund_of_no_purchase(e); END IF;
  IF v_purchase.status IN ('returning', 'returned') THEN
    RETURN holdfast.event_end('ignored', 'money-returned', jsonb_build_object(
      'purchaseId', v_purchase.purchase_id));
  END IF;
  v_answer := holdfast.book_refund(
    e.account_id, v_purchase.purchase_id, e.body->>'refundId',
    jsonb_build_object(
      'amountCents', e.body->'amountCents',
      'currency', e.body->'currency',
      'paymentId', v_reference));
  IF v_answer->'refusal' IS NOT NULL THEN RETURN v_answer; END IF;
  RETURN holdfast.event_end(
    'applied',
    CASE WHEN (v_answer->>'replayed')::boolean THEN 'refunded-before' END,
    jsonb_build_object(
      'accountId', e.account_id,
      'purchaseId', v_purchase.purchase_id,
      'takenCredits', v_answer#>'{result,takenCredits}',
      'owedCredits', v_answer#>'{result,owedCredits}'));
END $$;

-- What a refund means whose payment has bought no pack: a further payment for one goes back by
-- itself; what becomes of a cycle's credits is an operator's to say; any other may come yet.
CREATE OR REPLACE FUNCTION holdfast.refund_of_no_purchase(e holdfast.billing_events)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (
      SELECT holdfast.event_end('ignored', 'stray-payment', jsonb_build_object(
        'purchaseId', stray.purchase_id))
      FROM holdfast.stray_payments AS stray
      WHERE stray.account_id = e.account_id
        AND stray.payment_id = e.body->>'paymentReference'
    ),
    (
      SELECT holdfast.refusal('REFUND_NOT_OF_PACK', jsonb_build_object(
        'paymentReference', p.reference,
        'subscriptionId', p.subscription_id))
      FROM holdfast.payments AS p
      WHERE p.account_id = e.account_id AND p.reference = e.body->>'paymentReference'
    ),
    holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object(
      'paymentReference', e.body->'paymentReference')))
$$;

-- The event, as one of the account that has bought a pack with its payment. A refund may name its
-- payment alone. Where several accounts have, it is of none.
CREATE OR REPLACE FUNCTION holdfast.with_account_of_payment(e holdfast.billing_events)
RETURNS holdfast.billing_events
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_accounts text[];
BEGIN
  IF e.account_id IS NOT NULL OR e.type <> 'payment-refunded' THEN RETURN e; END IF;
  SELECT array_agg(DISTINCT account_id) INTO v_accounts
  FROM holdfast.purchases WHERE payment_id = e.body->>'paymentReference';
  IF cardinality(v_accounts) = 1 THEN e.account_id := v_accounts[1]; END IF;
  RETURN e;
END $$;
