-- An operator ends things by hand with the ordinary operations, a reason and a name. The ledger
-- must know the thing: a mistyped id leaves no tombstone. Repeated, each operation answers with the
-- present state, and the first reason and name stay.

CREATE OR REPLACE FUNCTION holdfast.record_intervention(
  p_account_id text, p_what text, p_id text, p_outcome text, p_reason text, p_by text,
  p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO holdfast.interventions (account_id, what, id, outcome, reason, by_name, at)
  SELECT p_account_id, p_what, p_id, p_outcome, p_reason, p_by, p_at
  -- ON CONFLICT would come too late: a trigger has kept the text by then.
  WHERE NOT EXISTS (
    SELECT FROM holdfast.interventions
    WHERE account_id = p_account_id
      AND (what, id, outcome) = (p_what, p_id, p_outcome)
  );
  IF FOUND THEN
    PERFORM holdfast.record_operator_act(
      p_account_id, holdfast.act_of_intervention(p_what),
      jsonb_build_object('id', p_id, 'outcome', p_outcome), p_reason, p_by, p_at);
  END IF;
END $$;

-- The act by which an operator ends such a thing: the command's name.
CREATE OR REPLACE FUNCTION holdfast.act_of_intervention(p_what text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_what
    WHEN 'reservation' THEN 'release'
    WHEN 'purchase' THEN 'close-purchase'
    WHEN 'subscription' THEN 'end-now'
    WHEN 'notice' THEN 'dismiss-notice'
  END
$$;

-- Hands back everything, or ends a wait. An output that is delivered all the same is not paid for.
CREATE OR REPLACE FUNCTION holdfast.release_by_hand(
  p_account_id text, p_request_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account     holdfast.accounts;
  v_now         timestamptz;
  v_answer      jsonb;
  v_reservation holdfast.reservations;
BEGIN
  v_account := holdfast.lock_account(p_account_id);
  SELECT * INTO v_reservation
  FROM holdfast.reservations
  WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN holdfast.reservation_not_found(p_request_id); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_answer := holdfast.release_known(
    v_reservation, p_reason, p_by, p_is_from_outside => true, p_at => v_now);
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.record_intervention(
      p_account_id, 'reservation', p_request_id, 'released', p_reason, p_by, v_now);
  END IF;
  RETURN v_answer;
END $$;

-- voided: nothing was taken. returned: the money has gone back, outside of Holdfast, and with it
-- every stray payment.
CREATE OR REPLACE FUNCTION holdfast.close_purchase_by_hand(
  p_account_id text, p_purchase_id text, p_status text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account       holdfast.accounts;
  v_purchase      holdfast.purchases;
  v_answer        jsonb;
  v_stray_payment text;
BEGIN
  v_account := holdfast.lock_account(p_account_id);
  SELECT * INTO v_purchase
  FROM holdfast.purchases
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  IF NOT FOUND THEN RETURN holdfast.purchase_not_found(p_purchase_id); END IF;
  FOR v_stray_payment IN
    SELECT payment_id
    FROM holdfast.stray_payments
    WHERE account_id = p_account_id
      AND purchase_id = p_purchase_id
      AND status = 'returning'
      AND p_status = 'returned'
    ORDER BY payment_id
  LOOP
    v_answer := holdfast.return_stray_payment(p_account_id, p_purchase_id, v_stray_payment);
    PERFORM holdfast.record_intervention(
      p_account_id, 'purchase', p_purchase_id || '/' || v_stray_payment, p_status,
      p_reason, p_by, holdfast.ledger_now(v_account.last_entry_at));
  END LOOP;
  -- A purchase that was granted, or has ended, stays so.
  IF v_answer IS NOT NULL AND v_purchase.resolved_at IS NOT NULL THEN RETURN v_answer; END IF;
  v_answer := holdfast.close_purchase(p_account_id, p_purchase_id, p_status, p_reason);
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.record_intervention(
      p_account_id, 'purchase', p_purchase_id, p_status,
      p_reason, p_by, holdfast.ledger_now(v_account.last_entry_at));
  END IF;
  RETURN v_answer;
END $$;

-- Lapses at once, as end_subscription_now does, by the ledger alone: its workflow finds it so when
-- it asks next.
CREATE OR REPLACE FUNCTION holdfast.end_subscription_by_hand(
  p_account_id text, p_subscription_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_account(p_account_id);
  v_answer  jsonb;
BEGIN
  -- No caller's key has a colon.
  v_answer := holdfast.end_subscription_now(
    p_account_id, p_subscription_id, 'by-hand:' || p_subscription_id);
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.record_intervention(
      p_account_id, 'subscription', p_subscription_id, 'ended',
      p_reason, p_by, holdfast.ledger_now(v_account.last_entry_at));
  END IF;
  RETURN v_answer;
END $$;

-- The owner has been told otherwise, or need not be told. A pending notice is given up.
CREATE OR REPLACE FUNCTION holdfast.dismiss_notice(
  p_account_id text, p_notice_id bigint, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_account(p_account_id);
  v_notice  holdfast.notices;
  v_is_new  boolean;
BEGIN
  PERFORM holdfast.settle_notice(p_account_id, p_notice_id, p_reason);
  SELECT * INTO v_notice
  FROM holdfast.notices
  WHERE account_id = p_account_id AND notice_id = p_notice_id;
  IF v_notice.status IS DISTINCT FROM 'failed' THEN
    RETURN holdfast.refusal('NOTICE_NOT_FOUND', jsonb_build_object(
      'noticeId', p_notice_id,
      'status', v_notice.status));
  END IF;
  v_is_new := NOT EXISTS (
    SELECT FROM holdfast.interventions
    WHERE account_id = p_account_id AND what = 'notice' AND id = p_notice_id::text
  );
  PERFORM holdfast.record_intervention(
    p_account_id, 'notice', p_notice_id::text, 'dismissed',
    p_reason, p_by, holdfast.ledger_now(v_account.last_entry_at));
  RETURN holdfast.finish_operation(p_account_id, jsonb_build_object(
    'replayed', NOT v_is_new,
    'result', holdfast.delivery_record(v_notice)));
END $$;
