-- body: {credits, source, reason, by, expiresAt?, costCents?, currency?}: only what the caller said. Promotions and
-- adjustments alone: cycles and purchases make the grants of plans and packs, so that each has its payment.
CREATE OR REPLACE FUNCTION holdfast.grant_credits(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_credits bigint      := (p_body->>'credits')::bigint;
  v_source  text        := p_body->>'source';
  v_ends_at timestamptz;
  v_term    integer;
  v_grant_id bigint;
  v_result  jsonb;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'grant' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_ends_at := holdfast.instant(p_body->>'expiresAt');
  IF v_source NOT IN ('promotion', 'adjustment') THEN
    RETURN holdfast.refusal('INVALID_ARGUMENT', jsonb_build_object('source', v_source));
  END IF;
  IF v_ends_at IS NULL THEN
    IF v_source = 'promotion' THEN RETURN holdfast.refusal('EXPIRY_REQUIRED'); END IF;
    IF v_account.valid_until IS NULL OR v_account.valid_until <= v_now THEN
      RETURN holdfast.refusal('SUBSCRIPTION_REQUIRED');
    END IF;
    v_term := v_account.term;
  ELSIF v_ends_at <= v_now THEN
    RETURN holdfast.refusal('EXPIRY_IN_PAST', jsonb_build_object('expiresAt', holdfast.iso(v_ends_at), 'now', holdfast.iso(v_now)));
  END IF;
  IF v_account.granted > 9007199254740991 - v_credits THEN
    RETURN holdfast.refusal('BALANCE_LIMIT_EXCEEDED', jsonb_build_object('granted', v_account.granted));
  END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  SELECT version + 1 INTO v_grant_id FROM holdfast.accounts WHERE account_id = p_account_id;
  INSERT INTO holdfast.grants VALUES (
    p_account_id, v_grant_id, v_source,
    CASE v_source WHEN 'promotion' THEN 10 ELSE 20 END,
    v_credits, v_credits, coalesce((p_body->>'costCents')::bigint, 0), coalesce(p_body->>'currency', 'USD'),
    v_now, v_ends_at, v_term
  );
  PERFORM holdfast.post_entry(p_account_id, v_now, 'grant', ARRAY[v_grant_id], ARRAY[v_credits], ARRAY[0::bigint],
    NULL, v_grant_id, p_body->>'reason', p_body->>'by');
  PERFORM holdfast.expect_end(p_account_id, v_ends_at, v_now);

  v_result := jsonb_build_object('grantId', v_grant_id::text, 'accountId', p_account_id, 'source', v_source,
    'credits', v_credits, 'expiresAt', holdfast.iso(coalesce(v_ends_at, v_account.valid_until)),
    'grantedAt', holdfast.iso(v_now));
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, 'grant', p_key, p_body, v_result));
END $$;

-- body: {credits, reason, by}. A correction downwards, taken in burn order, refused beyond what is available.
CREATE OR REPLACE FUNCTION holdfast.deduct_credits(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_key     holdfast.idempotency_keys;
  v_now     timestamptz;
  v_credits bigint := (p_body->>'credits')::bigint;
  v_taken   record;
  v_version bigint;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.insufficient_credits(v_credits, 0, 0); END IF;
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = 'deduct' AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, v_credits);
  IF v_taken.grant_ids IS NULL THEN RETURN holdfast.insufficient_credits(v_credits, v_taken.available, 0); END IF;

  v_version := holdfast.post_entry(p_account_id, v_now, 'deduct', v_taken.grant_ids, holdfast.negated(v_taken.credits),
    array_fill(0::bigint, ARRAY[cardinality(v_taken.grant_ids)]), NULL, NULL, p_body->>'reason', p_body->>'by');
  IF v_taken.available = v_credits AND v_account.reserved = 0 THEN
    PERFORM holdfast.tell_ran_dry(p_account_id, 0, NULL, NULL, v_now);
  END IF;
  RETURN holdfast.attended(p_account_id, holdfast.remember(p_account_id, 'deduct', p_key, p_body, jsonb_build_object(
    'accountId', p_account_id, 'credits', v_credits, 'version', v_version, 'at', holdfast.iso(v_now))));
END $$;

-- Books every end that has come. Harmless to repeat: what is booked has no remainder any more.
CREATE OR REPLACE FUNCTION holdfast.expire_grants(p_account_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before holdfast.accounts;
  v_after  holdfast.accounts;
BEGIN
  SELECT * INTO v_before FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF FOUND THEN
    PERFORM holdfast.book_ended_grants(p_account_id, holdfast.ledger_now(v_before.last_entry_at));
    SELECT * INTO v_after FROM holdfast.accounts WHERE account_id = p_account_id;
  END IF;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', jsonb_build_object('accountId', p_account_id,
    'expired', coalesce(v_after.expired - v_before.expired, 0),
    'entries', coalesce(v_after.version - v_before.version, 0))));
END $$;
