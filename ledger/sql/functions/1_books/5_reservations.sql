-- What the price of a request depends on besides its kind, as it was asked for: whatever else its body holds.
CREATE OR REPLACE FUNCTION holdfast.request_dimensions(p_body jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('seconds', NULL, 'audio', false)
    || coalesce(p_body - ARRAY['kind', 'inputHash', 'metadata', 'maxCredits'], '{}')
$$;

-- The published record of a request. Charges are counted off in burn order, as the commit consumed them.
CREATE OR REPLACE FUNCTION holdfast.request_record(r holdfast.reservations) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT holdfast.request_dimensions(r.body) || jsonb_build_object(
    'accountId', r.account_id, 'requestId', r.request_id, 'status', r.state,
    'body', r.body, 'kind', r.body->'kind',
    'catalogVersion', r.catalog_version::text, 'reserved', r.credits, 'charged', r.charged,
    'reason', r.reason, 'outputUrl', r.output_url,
    'reservedAt', holdfast.iso(r.reserved_at), 'resolvedAt', holdfast.iso(r.resolved_at), 'expiresAt', holdfast.iso(r.expires_at),
    'metadata', coalesce(r.body->'metadata', '{}'),
    'wait', CASE WHEN r.ticket IS NOT NULL THEN jsonb_build_object(
      'place', CASE r.state WHEN 'waiting' THEN (
        SELECT count(*) FROM holdfast.reservations AS w
        WHERE w.account_id = r.account_id AND w.state = 'waiting' AND w.ticket <= r.ticket) END,
      'required', r.waits_for, 'admitted', r.admitted_credits,
      'since', holdfast.iso(r.waiting_since), 'until', holdfast.iso(r.wait_until)) END,
    'allocations', coalesce((
      SELECT jsonb_agg(jsonb_build_object('grantId', a.grant_id::text, 'source', g.source, 'credits', a.credits,
        'charged', greatest(0, least(a.credits, r.charged - (a.running - a.credits)))) ORDER BY a.position)
      FROM (SELECT t.*, sum(t.credits) OVER (ORDER BY t.position) AS running
            FROM unnest(r.allocated_grants, r.allocated_credits) WITH ORDINALITY AS t (grant_id, credits, position)) AS a
      JOIN holdfast.grants AS g ON g.account_id = r.account_id AND g.grant_id = ANY (r.allocated_grants) AND g.grant_id = a.grant_id), '[]'))
$$;

-- The key is looked up before anything is computed or refused, so a retry gets the first answer whatever has changed since.
CREATE OR REPLACE FUNCTION holdfast.known_request(p_account_id text, p_request_id text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reservation holdfast.reservations;
BEGIN
  SELECT * INTO v_reservation FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF v_reservation.body IS NOT NULL AND v_reservation.body <> p_body THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('requestId', p_request_id));
  END IF;
  RETURN jsonb_build_object('result', holdfast.request_record(v_reservation), 'replayed', true);
END $$;

-- Sets credits aside. body is the request as the caller said it; credits and catalog version are the quote's.
-- A null quote asks only whether the request is known: its own refusal stands if it is not. With p_wait a request that finds
-- too few credits is parked. Those who wait are never overtaken: what they need together is not available to others.
CREATE OR REPLACE FUNCTION holdfast.reserve_credits(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint,
  p_wait jsonb DEFAULT NULL
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account   holdfast.accounts;
  v_known     jsonb;
  v_now       timestamptz;
  v_effective integer;
  v_refusal   jsonb;
  v_taken     record;
  v_reservation holdfast.reservations;
  v_answer    jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_known := holdfast.known_request(p_account_id, p_request_id, p_body);
  IF v_known IS NOT NULL THEN
    -- The account has come into being since it was not found: its lock is taken before anything is told of it.
    IF v_account.account_id IS NULL THEN PERFORM FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE; END IF;
    RETURN holdfast.attended(p_account_id, v_known);
  END IF;
  IF p_credits IS NULL THEN RETURN jsonb_build_object('result', NULL); END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT version INTO v_effective FROM holdfast.catalog_versions
    WHERE effective_from <= v_now ORDER BY effective_from DESC LIMIT 1;
  IF v_effective IS DISTINCT FROM p_catalog_version THEN
    RETURN holdfast.refusal('STALE_CATALOG', jsonb_build_object('quoted', p_catalog_version, 'effective', v_effective));
  END IF;
  IF p_credits > (p_body->>'maxCredits')::bigint THEN
    RETURN holdfast.refusal('PRICE_CHANGED', jsonb_build_object('quoted', p_credits, 'maxCredits', p_body->'maxCredits'));
  END IF;
  IF p_wait IS NOT NULL THEN v_refusal := holdfast.wait_refused(p_wait, v_now); END IF;
  -- Most accounts have no limits, and most of the time nothing is stopped: this asks no more than that.
  IF v_refusal IS NULL AND (v_account.watched IS NOT FALSE OR EXISTS (SELECT FROM holdfast.stops)) THEN
    v_refusal := holdfast.admission_obstacle(v_account, p_account_id, p_body->>'kind', p_credits, v_now);
  END IF;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  -- Without a row there was no lock, and the same request may be on its way beside this one. Whoever waits leaves a row in
  -- any case, so it is made here, and everything is judged again under its lock; whoever is refused leaves none.
  IF v_account.account_id IS NULL AND p_wait IS NOT NULL THEN
    PERFORM holdfast.lock_or_open_account(p_account_id);
    RETURN holdfast.reserve_credits(p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms, p_wait);
  END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_taken.available - v_account.waited_for < p_credits THEN
    v_answer := CASE WHEN p_wait IS NULL
      THEN holdfast.insufficient_credits(p_credits, v_taken.available, coalesce(v_account.waited_for, 0))
      ELSE holdfast.park(p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms, p_wait, v_now) END;
    IF v_taken.available < p_credits THEN
      PERFORM holdfast.tell_ran_dry(p_account_id, v_taken.available, p_request_id, p_credits, v_now);
    END IF;
    RETURN holdfast.attended(p_account_id, v_answer);
  END IF;
  IF v_account.waited_for > 0 THEN
    v_refusal := holdfast.overtaking_obstacle(v_account, p_body->>'kind', p_credits, v_now);
    IF v_refusal IS NOT NULL THEN RETURN holdfast.attended(p_account_id, v_refusal); END IF;
  END IF;

  PERFORM holdfast.post_entry(p_account_id, v_now, 'reserve', v_taken.grant_ids, holdfast.negated(v_taken.credits),
    v_taken.credits, p_request_id, NULL, NULL, NULL, holdfast.day_of(v_now));
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, catalog_version, allocated_grants,
    allocated_credits, reserved_at, expires_at)
  VALUES (p_account_id, p_request_id, p_body, 'open', p_credits, p_catalog_version, v_taken.grant_ids,
    v_taken.credits, v_now, v_now + p_hold_ms * interval '1 millisecond')
  RETURNING * INTO v_reservation;
  v_answer := jsonb_build_object('result', holdfast.request_record(v_reservation), 'replayed', false);
  RETURN CASE WHEN v_account.watched THEN holdfast.attended(p_account_id, v_answer) ELSE v_answer END;
END $$;

-- Takes p_credits of what was reserved, in burn order, and hands back the rest, in one entry.
CREATE OR REPLACE FUNCTION holdfast.commit_reservation(p_account_id text, p_request_id text, p_credits bigint, p_output_url text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  r         holdfast.reservations;
  v_returned bigint[];
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id)); END IF;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND OR r.state = 'waiting' THEN
    RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id));
  END IF;
  IF r.state = 'released' THEN RETURN holdfast.already_resolved(r); END IF;
  IF r.state = 'committed' THEN
    IF r.charged = p_credits AND r.output_url IS NOT DISTINCT FROM p_output_url THEN
      RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
    END IF;
    RETURN holdfast.already_resolved(r);
  END IF;
  IF p_credits > r.credits THEN
    RETURN holdfast.refusal('COMMIT_EXCEEDS_RESERVATION', jsonb_build_object('credits', p_credits, 'reserved', r.credits));
  END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT array_agg(least(t.credits, greatest(0, t.running - p_credits))::bigint ORDER BY t.position) INTO v_returned
    FROM (SELECT a.*, sum(a.credits) OVER (ORDER BY a.position) AS running
          FROM unnest(r.allocated_credits) WITH ORDINALITY AS a (credits, position)) AS t;
  PERFORM holdfast.post_entry(p_account_id, v_now, 'commit', r.allocated_grants, v_returned,
    holdfast.negated(r.allocated_credits), p_request_id, NULL, NULL, NULL, holdfast.day_of(r.reserved_at));
  UPDATE holdfast.reservations SET state = 'committed', charged = p_credits, resolved_at = v_now, expires_at = NULL,
    output_url = p_output_url
  WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  -- Read again where it may be so: what has ended meanwhile is booked by now, and is not left.
  IF v_account.reserved = p_credits
    AND EXISTS (SELECT FROM holdfast.accounts WHERE account_id = p_account_id AND available = 0) THEN
    PERFORM holdfast.tell_ran_dry(p_account_id, 0, NULL, NULL, v_now);
  ELSIF NOT v_account.watched THEN
    RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
  END IF;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', false));
END $$;

-- Hands back everything, or ends a wait. A key that was never seen gets a tombstone, so that a reserve that arrives late is refused.
CREATE OR REPLACE FUNCTION holdfast.release_reservation(p_account_id text, p_request_id text, p_reason text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  r         holdfast.reservations;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN
    INSERT INTO holdfast.reservations (account_id, request_id, state, credits, allocated_grants, allocated_credits, resolved_at, reason)
    VALUES (p_account_id, p_request_id, 'released', 0, '{}', '{}', v_now, p_reason) RETURNING * INTO r;
    RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
  END IF;
  RETURN holdfast.release_known(r, p_reason, NULL, p_reason = 'orphaned', v_now);
END $$;

-- The same for a request that the ledger knows; what is over answers with how it ended. The caller holds the account's lock.
-- A wait that is ended from outside wakes its workflow, which may live after all and would wait until its time is up.
CREATE OR REPLACE FUNCTION holdfast.release_known(
  r holdfast.reservations, p_reason text, p_by text, p_is_from_outside boolean, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_ended jsonb;
BEGIN
  IF r.state = 'committed' THEN RETURN holdfast.already_resolved(r); END IF;
  IF r.state = 'released' THEN
    RETURN holdfast.attended(r.account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
  END IF;
  IF r.state = 'waiting' THEN
    v_ended := holdfast.end_ticket(r, p_reason, r.waits_for, p_at);
    IF p_is_from_outside THEN PERFORM holdfast.post_message(r.account_id, 'wake', r.request_id, p_at); END IF;
    RETURN holdfast.attended(r.account_id, v_ended);
  END IF;

  PERFORM holdfast.post_entry(r.account_id, p_at, 'release', r.allocated_grants, r.allocated_credits,
    holdfast.negated(r.allocated_credits), r.request_id, NULL, p_reason, p_by, holdfast.day_of(r.reserved_at));
  UPDATE holdfast.reservations SET state = 'released', resolved_at = p_at, expires_at = NULL, reason = p_reason
  WHERE account_id = r.account_id AND request_id = r.request_id RETURNING * INTO r;
  PERFORM holdfast.book_ended_grants(r.account_id, p_at);
  RETURN holdfast.attended(r.account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', false));
END $$;

CREATE OR REPLACE FUNCTION holdfast.already_resolved(r holdfast.reservations) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('RESERVATION_RESOLVED', jsonb_build_object(
    'outcome', r.state, 'reserved', r.credits, 'charged', r.charged, 'reason', r.reason, 'outputUrl', r.output_url))
$$;
