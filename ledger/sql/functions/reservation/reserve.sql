-- Sets credits aside. body: the request as the caller said it; credits and catalog version are the
-- quote's. Without a quote it only asks whether the request is known: the caller's own refusal
-- stands if it is not. With p_wait a request that finds too few credits is queued. What the queue's
-- tickets need together is not available to other requests. After p_not_after, by the server's
-- clock, no new request is admitted; null for never.
CREATE OR REPLACE FUNCTION holdfast.reserve_credits(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer,
  p_hold_ms bigint, p_wait jsonb, p_not_after timestamptz
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_account     holdfast.accounts;
  v_known       jsonb;
  v_now         timestamptz;
  v_effective   integer;
  v_refusal     jsonb;
  v_taken       record;
  v_reservation holdfast.reservations;
  v_answer      jsonb;
BEGIN
  SELECT * INTO v_account
  FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_known := holdfast.known_request(p_account_id, p_request_id, p_body);
  IF v_known IS NOT NULL THEN
    -- The account was created after the lock found none, so it is locked now.
    IF v_account.account_id IS NULL THEN PERFORM holdfast.lock_account(p_account_id); END IF;
    RETURN holdfast.finish_operation(p_account_id, v_known);
  END IF;
  IF p_credits IS NULL THEN RETURN jsonb_build_object('result', NULL); END IF;
  IF clock_timestamp() > p_not_after THEN
    v_refusal := holdfast.too_late('ADMISSION_TIMED_OUT', p_not_after);
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  END IF;

  IF p_wait IS NOT NULL OR v_account.watched THEN PERFORM holdfast.keep_rules_of_all(); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT version INTO v_effective
  FROM holdfast.catalog_versions
  WHERE effective_from <= v_now ORDER BY effective_from DESC LIMIT 1;
  -- Most requests don't wait, most accounts have credits and no limits, and most of the time
  -- nothing is stopped: each of them asks no more than it has to.
  IF v_effective IS DISTINCT FROM p_catalog_version
    OR p_credits > (p_body->>'maxCredits')::bigint
    OR p_wait IS NOT NULL
    OR (v_account.granted > 0) IS NOT TRUE
  THEN
    v_refusal := holdfast.refused_before_credits(
      v_account, p_account_id, p_body, p_credits, p_catalog_version, p_wait, v_now);
  ELSIF v_account.watched
    OR EXISTS (SELECT FROM holdfast.stops)
    OR EXISTS (SELECT FROM holdfast.operator_limits WHERE account_id = '*')
  THEN
    v_refusal := holdfast.admission_obstacle(
      v_account, p_account_id, p_body->>'kind', p_credits, v_now);
  END IF;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_taken.available - v_account.waited_for < p_credits THEN
    RETURN holdfast.queue_or_refuse(
      p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms, p_wait,
      v_taken.available, v_account.waited_for, v_now);
  END IF;
  IF v_account.waited_for > 0 THEN
    v_refusal := holdfast.obstacle_beside_queue(v_account, p_body->>'kind', p_credits, v_now);
    IF v_refusal IS NOT NULL THEN
      RETURN holdfast.finish_operation(p_account_id, v_refusal);
    END IF;
  END IF;

  PERFORM holdfast.post_entry(
    p_account_id, v_now, 'reserve',
    p_grant_ids => v_taken.grant_ids,
    p_remainder_deltas => holdfast.negated(v_taken.credits),
    p_reserved_deltas => v_taken.credits,
    p_request_id => p_request_id,
    p_day => holdfast.day_of(v_now));
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits,
    catalog_version, allocated_grants, allocated_credits, reserved_at, expires_at)
  VALUES (p_account_id, p_request_id, p_body, 'open', p_credits,
    p_catalog_version, v_taken.grant_ids, v_taken.credits, v_now,
    v_now + p_hold_ms * interval '1 millisecond')
  RETURNING * INTO v_reservation;
  v_answer := jsonb_build_object(
    'result', holdfast.request_record(v_reservation), 'replayed', false);
  IF v_account.watched THEN RETURN holdfast.finish_operation(p_account_id, v_answer); END IF;
  RETURN v_answer;
END $$;

-- Without an end: for a request that is only looked up, and as earlier workers call it.
CREATE OR REPLACE FUNCTION holdfast.reserve_credits(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer,
  p_hold_ms bigint, p_wait jsonb DEFAULT NULL
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.reserve_credits(p_account_id, p_request_id, p_body, p_credits,
    p_catalog_version, p_hold_ms, p_wait, NULL)
$$;

-- Refuses a request that doesn't wait as reserve_credits does, with all that follows from that. A
-- request that would have its credits gets none: the result is null, and nothing has changed.
CREATE OR REPLACE FUNCTION holdfast.refuse_credits(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_answer jsonb;
BEGIN
  v_answer := holdfast.reserve_credits(
    p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms => 0);
  IF v_answer->'refusal' IS NOT NULL OR (v_answer->'replayed')::boolean THEN
    RETURN v_answer;
  END IF;
  RAISE EXCEPTION 'undone' USING ERRCODE = 'HF001';
EXCEPTION WHEN SQLSTATE 'HF001' THEN
  RETURN jsonb_build_object('result', NULL);
END $$;

-- The answer to a request that is known; null if it isn't. The key is looked up before anything is
-- computed or refused, so a retry gets the first answer, however much has changed since. A
-- tombstone and an erased request answer any body.
CREATE OR REPLACE FUNCTION holdfast.known_request(
  p_account_id text, p_request_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reservation holdfast.reservations;
BEGIN
  SELECT * INTO v_reservation
  FROM holdfast.reservations
  WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF NOT v_reservation.erased AND v_reservation.body <> p_body THEN
    RETURN holdfast.other_body(p_request_id, v_reservation.body, p_body);
  END IF;
  RETURN jsonb_build_object(
    'result', holdfast.request_record(v_reservation), 'replayed', true);
END $$;

-- The refusal of a body that is not the stored one. Hashes of inputs by different keys say nothing
-- of each other: if no more than they differ, the caller has to hash by the stored key.
CREATE OR REPLACE FUNCTION holdfast.other_body(p_request_id text, p_stored jsonb, p_body jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_stored->'inputHash' IS NOT NULL
      AND p_body->'inputHash' IS NOT NULL
      AND p_stored->'inputHashKey' IS DISTINCT FROM p_body->'inputHashKey'
      AND p_stored - ARRAY['inputHash', 'inputHashKey']
        = p_body - ARRAY['inputHash', 'inputHashKey']
    THEN holdfast.refusal(
      'INPUT_KEY_UNKNOWN',
      jsonb_build_object('requestId', p_request_id, 'inputHashKey', p_stored->'inputHashKey'))
    ELSE holdfast.refusal(
      'IDEMPOTENCY_CONFLICT', jsonb_build_object('requestId', p_request_id))
  END
$$;

-- Too few credits: queues the request if it may wait, else refuses it. p_available: what the grants
-- that count hold; p_waited_for: what the queue's tickets need together.
CREATE OR REPLACE FUNCTION holdfast.queue_or_refuse(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer,
  p_hold_ms bigint, p_wait jsonb, p_available bigint, p_waited_for bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb;
BEGIN
  v_answer := CASE
    WHEN p_wait IS NULL
      THEN holdfast.insufficient_credits(p_credits, p_available, p_waited_for)
    ELSE holdfast.queue_refused(p_account_id, p_wait)
  END;
  IF v_answer IS NULL THEN
    v_answer := holdfast.queue_request(
      p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms, p_wait, p_at);
  ELSE
    PERFORM holdfast.count_short_refusal(p_account_id, p_wait IS NOT NULL, p_at);
    IF p_wait IS NULL THEN PERFORM holdfast.want_credits(p_account_id, p_credits, p_at); END IF;
  END IF;
  IF p_available < p_credits THEN
    PERFORM holdfast.notify_ran_dry(
      p_account_id, p_available, p_at,
      p_request_id => p_request_id,
      p_required => p_credits);
  END IF;
  RETURN holdfast.finish_operation(p_account_id, v_answer);
END $$;
