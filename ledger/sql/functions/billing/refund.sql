-- Money of a pack that has gone back, booked once by the refund's id. What goes back because
-- nothing was granted for it asks for nothing here.
CREATE OR REPLACE FUNCTION holdfast.apply_payment_refund(e holdfast.billing_events) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reference text := e.body->>'paymentReference';
  v_purchase  holdfast.purchases;
  v_answer    jsonb;
BEGIN
  v_purchase := holdfast.purchase_paid_by(e.account_id, v_reference);
  v_answer := holdfast.asks_for_nothing(e, v_purchase, 'REFUND_NOT_OF_PACK');
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;
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

-- The purchase that the payment has bought. All fields are null if there is none.
CREATE OR REPLACE FUNCTION holdfast.purchase_paid_by(p_account_id text, p_reference text)
RETURNS holdfast.purchases
LANGUAGE sql STABLE AS $$
  SELECT p
  FROM holdfast.purchases AS p
  WHERE p.account_id = p_account_id
    AND p.payment_id = p_reference
    AND p.reason IS DISTINCT FROM 'payment-already-used'
$$;

-- The end of an event about money that goes back, or is asked back, where the payment's purchase
-- has nothing to take; null where it has. What was returned for a purchase, and a further payment
-- for one, go back by themselves; what becomes of a cycle's credits is an operator's to say
-- (p_code); any other purchase may come yet.
CREATE OR REPLACE FUNCTION holdfast.asks_for_nothing(
  e holdfast.billing_events, p holdfast.purchases, p_code text
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p.status IN ('returning', 'returned') THEN holdfast.event_end(
      'ignored', 'money-returned', jsonb_build_object('purchaseId', p.purchase_id))
    WHEN p.purchase_id IS NULL THEN coalesce(
      (
        SELECT holdfast.event_end('ignored', 'stray-payment', jsonb_build_object(
          'purchaseId', stray.purchase_id))
        FROM holdfast.stray_payments AS stray
        WHERE stray.account_id = e.account_id
          AND stray.payment_id = e.body->>'paymentReference'
      ),
      (
        SELECT holdfast.refusal(p_code, jsonb_build_object(
          'paymentReference', paid.reference,
          'subscriptionId', paid.subscription_id))
        FROM holdfast.payments AS paid
        WHERE paid.account_id = e.account_id AND paid.reference = e.body->>'paymentReference'
      ),
      holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object(
        'paymentReference', e.body->'paymentReference')))
  END
$$;

-- Whether the event is about money of a payment that goes back, or that a bank was asked for.
CREATE OR REPLACE FUNCTION holdfast.tells_of_money_back(e holdfast.billing_events) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT e.type IN ('payment-refunded', 'dispute-opened', 'dispute-closed')
$$;

-- The event, as one of the account that has bought a pack with its payment. What tells of money
-- that goes back may name its payment alone. Where several accounts have, it is of none.
CREATE OR REPLACE FUNCTION holdfast.with_account_of_payment(e holdfast.billing_events)
RETURNS holdfast.billing_events
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_accounts text[];
BEGIN
  IF e.account_id IS NOT NULL OR NOT holdfast.tells_of_money_back(e) THEN RETURN e; END IF;
  SELECT array_agg(DISTINCT account_id) INTO v_accounts
  FROM holdfast.purchases WHERE payment_id = e.body->>'paymentReference';
  IF cardinality(v_accounts) = 1 THEN e.account_id := v_accounts[1]; END IF;
  RETURN e;
END $$;
