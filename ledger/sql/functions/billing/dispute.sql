-- How a dispute about a pack's payment stands, booked by the dispute's id, in any order. Money that
-- goes back because nothing was granted for it asks for nothing here.
CREATE OR REPLACE FUNCTION holdfast.apply_dispute(e holdfast.billing_events) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reference text := e.body->>'paymentReference';
  v_purchase  holdfast.purchases := holdfast.purchase_paid_by(e.account_id, v_reference);
  v_answer    jsonb := holdfast.asks_for_nothing(e, v_purchase, 'DISPUTE_NOT_OF_PACK');
BEGIN
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;
  v_answer := holdfast.book_dispute(
    e.account_id, v_purchase.purchase_id, e.body->>'disputeId',
    jsonb_strip_nulls(jsonb_build_object(
      'state', CASE e.type WHEN 'dispute-opened' THEN 'open' ELSE e.body->>'disputeOutcome' END,
      'amountCents', e.body->'amountCents',
      'currency', e.body->'currency',
      'paymentId', v_reference)));
  IF v_answer->'refusal' IS NOT NULL THEN RETURN v_answer; END IF;
  RETURN holdfast.event_end(
    'applied',
    CASE WHEN (v_answer->>'replayed')::boolean THEN 'told-before' END,
    jsonb_build_object(
      'accountId', e.account_id,
      'purchaseId', v_purchase.purchase_id,
      'state', v_answer#>'{result,state}',
      'frozenCredits', v_answer#>'{result,frozenCredits}',
      'takenCredits', v_answer#>'{result,takenCredits}',
      'owedCredits', v_answer#>'{result,owedCredits}'));
END $$;
