-- p_cancel: cancel at the period's end, or resume. Cancelling twice changes nothing; resuming what goes on is refused.
CREATE OR REPLACE FUNCTION holdfast.set_cancellation(p_account_id text, p_subscription_id text, p_key text, p_cancel boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_operation text := CASE WHEN p_cancel THEN 'cancel' ELSE 'resume' END;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id);
  v_now     timestamptz;
  v_refusal jsonb;
  s         holdfast.subscriptions;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = v_operation AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_refusal := holdfast.not_live(s, v_account, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF NOT p_cancel AND NOT s.cancel_at_period_end THEN
    RETURN holdfast.refusal('SUBSCRIPTION_NOT_CANCELLED', jsonb_build_object('subscriptionId', p_subscription_id));
  END IF;

  UPDATE holdfast.subscriptions SET cancel_at_period_end = p_cancel
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  PERFORM holdfast.settle_term(p_account_id, p_subscription_id, v_now, v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, v_operation, p_key, v_body, v_now, '{}');
END $$;

-- Closes the window: books what is left of the term, an entry per grant. From here on late returns expire at once.
CREATE OR REPLACE FUNCTION holdfast.close_term(
  p_account_id text, p_subscription_id text, p_why text, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_before holdfast.accounts;
  v_after  holdfast.accounts;
BEGIN
  UPDATE holdfast.subscriptions SET status = 'closed', closed_why = p_why, closed_at = p_at
    WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  -- Ends of their own that had come before are not what this end takes away.
  PERFORM holdfast.book_ended_grants(p_account_id, p_at);
  SELECT * INTO v_before FROM holdfast.accounts WHERE account_id = p_account_id;
  UPDATE holdfast.accounts SET booked_term = term WHERE account_id = p_account_id;
  PERFORM holdfast.book_ended_grants(p_account_id, p_at);
  SELECT * INTO v_after FROM holdfast.accounts WHERE account_id = p_account_id;
  RETURN jsonb_build_object('expired', v_after.expired - v_before.expired, 'entries', v_after.version - v_before.version);
END $$;

-- Lapses at once, without grace or window. Cycles paid ahead never begin.
CREATE OR REPLACE FUNCTION holdfast.end_subscription_now(p_account_id text, p_subscription_id text, p_key text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id);
  v_now     timestamptz;
  s         holdfast.subscriptions;
  v_granted jsonb;
  v_expired jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'end_now' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  -- One that has lapsed can still be ended while its window is open: then nothing waits for a late payment any more.
  IF s.status IS DISTINCT FROM 'active' THEN RETURN holdfast.not_live(s, v_account, v_now); END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now, 0) THEN RETURN holdfast.limit_exceeded(v_account); END IF;

  v_granted := holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  PERFORM holdfast.set_term(p_account_id, s.term, least(v_account.valid_until, v_now), v_now);
  v_expired := holdfast.close_term(p_account_id, p_subscription_id, 'ended-now', v_now);
  RETURN holdfast.subscription_answer(p_account_id, p_subscription_id, 'end_now', p_key, v_body, v_now,
    v_expired || jsonb_build_object('granted', v_granted));
END $$;

-- Books the expiry of a term whose window's time is up; before that it says until when to wait. It names its term, so one
-- that comes late can't touch a newer term's grants.
CREATE OR REPLACE FUNCTION holdfast.expire_term(p_account_id text, p_subscription_id text, p_term integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_name    text  := 'expiry:' || p_subscription_id || ':' || p_term;
  v_body    jsonb := jsonb_build_object('subscriptionId', p_subscription_id, 'term', p_term);
  v_now     timestamptz;
  v_until   timestamptz;
  s         holdfast.subscriptions;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'expire_term' AND key = v_name;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, v_body)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('SUBSCRIPTION_NOT_FOUND'); END IF;
  IF s.term <> p_term OR s.status = 'closed' THEN
    RETURN jsonb_build_object('replayed', false, 'result', jsonb_build_object('status', 'closed', 'term', p_term, 'expired', 0, 'entries', 0));
  END IF;
  v_until := holdfast.add_duration(v_account.valid_until, s.settlement_window, s.time_zone);
  IF v_now < v_until THEN
    RETURN jsonb_build_object('replayed', false, 'result', jsonb_build_object('status', 'waiting', 'term', p_term,
      'at', holdfast.iso(v_now), 'validUntil', holdfast.iso(v_account.valid_until), 'waitUntil', holdfast.iso(v_until)));
  END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_now, 0) THEN RETURN holdfast.limit_exceeded(v_account); END IF;
  PERFORM holdfast.grant_due(p_account_id, p_subscription_id, v_now);
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, 'expire_term', v_name, v_body,
    jsonb_build_object('status', 'booked', 'term', p_term)
    || holdfast.close_term(p_account_id, p_subscription_id, 'lapsed', v_now)));
END $$;

-- The subscription as it stands by the ledger's clock; without an id, the account's newest. Null if there is none.
CREATE OR REPLACE FUNCTION holdfast.subscription(p_account_id text, p_subscription_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.subscription_record(s, holdfast.ledger_now(a.last_entry_at))
  FROM holdfast.subscriptions AS s JOIN holdfast.accounts AS a USING (account_id)
  WHERE s.account_id = p_account_id AND (p_subscription_id IS NULL OR s.subscription_id = p_subscription_id)
  ORDER BY s.term DESC LIMIT 1
$$;
