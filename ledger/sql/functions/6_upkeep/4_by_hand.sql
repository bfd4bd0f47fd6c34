-- What an operator ends by hand: the ordinary operations with a reason and a name. Nothing is ended that the ledger doesn't
-- know: a name that was mistyped leaves no tombstone. Repeated, each answers with how things stand, and the first word stays.

CREATE OR REPLACE FUNCTION holdfast.intervene(
  p_account_id text, p_what text, p_id text, p_outcome text, p_reason text, p_by text, p_at timestamptz
) RETURNS void LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.interventions (account_id, what, id, outcome, reason, by_name, at)
  VALUES (p_account_id, p_what, p_id, p_outcome, p_reason, p_by, p_at) ON CONFLICT DO NOTHING
$$;

-- Hands back everything, or ends a wait. What is delivered all the same is not paid for.
CREATE OR REPLACE FUNCTION holdfast.release_by_hand(p_account_id text, p_request_id text, p_reason text, p_by text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_answer  jsonb;
  r         holdfast.reservations;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_answer := holdfast.release_known(r, p_reason, p_by, true, v_now);
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.intervene(p_account_id, 'reservation', p_request_id, 'released', p_reason, p_by, v_now);
  END IF;
  RETURN v_answer;
END $$;

-- voided: nothing was taken. returned: the money has gone back, outside of Holdfast; with it whatever was paid beside it.
CREATE OR REPLACE FUNCTION holdfast.close_purchase_by_hand(
  p_account_id text, p_purchase_id text, p_status text, p_reason text, p_by text
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_answer  jsonb;
  v_stray   text;
  p         holdfast.purchases;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  IF NOT FOUND THEN
    RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id));
  END IF;
  FOR v_stray IN SELECT payment_id FROM holdfast.stray_payments
    WHERE account_id = p_account_id AND purchase_id = p_purchase_id AND status = 'returning' AND p_status = 'returned'
    ORDER BY payment_id
  LOOP
    v_answer := holdfast.return_stray_payment(p_account_id, p_purchase_id, v_stray);
    PERFORM holdfast.intervene(p_account_id, 'purchase', p_purchase_id || '/' || v_stray, p_status, p_reason, p_by,
      holdfast.ledger_now(v_account.last_entry_at));
  END LOOP;
  -- What was granted, or has its end, stays so.
  IF v_answer IS NOT NULL AND p.resolved_at IS NOT NULL THEN RETURN v_answer; END IF;
  v_answer := holdfast.close_purchase(p_account_id, p_purchase_id, p_status, p_reason);
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.intervene(p_account_id, 'purchase', p_purchase_id, p_status, p_reason, p_by,
      holdfast.ledger_now(v_account.last_entry_at));
  END IF;
  RETURN v_answer;
END $$;

-- Lapses at once, as end_subscription_now does, by the ledger alone: its workflow finds it so when it looks next.
CREATE OR REPLACE FUNCTION holdfast.end_subscription_by_hand(p_account_id text, p_subscription_id text, p_reason text, p_by text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_answer  jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  -- No caller's key has a colon.
  v_answer := holdfast.end_subscription_now(p_account_id, p_subscription_id, 'by-hand:' || p_subscription_id);
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.intervene(p_account_id, 'subscription', p_subscription_id, 'ended', p_reason, p_by,
      holdfast.ledger_now(v_account.last_entry_at));
  END IF;
  RETURN v_answer;
END $$;

-- Whoever it was for has been told otherwise, or need not hear of it. One that is pending is given up.
CREATE OR REPLACE FUNCTION holdfast.dismiss_notice(p_account_id text, p_notice_id bigint, p_reason text, p_by text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_is_new  boolean;
  n         holdfast.notices;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  PERFORM holdfast.settle_notice(p_account_id, p_notice_id, p_reason);
  SELECT * INTO n FROM holdfast.notices WHERE account_id = p_account_id AND notice_id = p_notice_id;
  IF n.status IS DISTINCT FROM 'failed' THEN
    RETURN holdfast.refusal('NOTICE_NOT_FOUND', jsonb_build_object('noticeId', p_notice_id, 'status', n.status));
  END IF;
  v_is_new := NOT EXISTS (SELECT FROM holdfast.interventions
    WHERE account_id = p_account_id AND what = 'notice' AND id = p_notice_id::text);
  PERFORM holdfast.intervene(p_account_id, 'notice', p_notice_id::text, 'dismissed', p_reason, p_by,
    holdfast.ledger_now(v_account.last_entry_at));
  RETURN holdfast.attended(p_account_id, jsonb_build_object('replayed', NOT v_is_new, 'result', holdfast.notice_record(n)
    || jsonb_build_object('status', n.status, 'settledAt', holdfast.iso(n.settled_at), 'reason', n.reason)));
END $$;
