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
  v_more_to_do  boolean;
  v_now         timestamptz;
  v_grant_id    bigint;
  v_source      text;
  v_reservation holdfast.reservations;
BEGIN
  SELECT * INTO v_account
  FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_more_to_do := v_account.watched AND holdfast.is_looked_after(v_account);
  -- Most requests are new, don't wait, and find enough in the first grant of an account without
  -- limits; seldom something is stopped or has ended. One look says so, by the ledger's clock.
  SELECT clock.now, first.grant_id, first.source INTO v_now, v_grant_id, v_source
  FROM (
    SELECT greatest(date_trunc('milliseconds', coalesce(
      (SELECT set_to FROM holdfast.test_clock), clock_timestamp())), v_account.last_entry_at) AS now
  ) AS clock,
    LATERAL (
      SELECT g.grant_id, g.remaining, g.source,
        holdfast.grant_counts(
          g.ends_at, g.term, v_account.term, v_account.valid_until, clock.now) AS counts
      FROM holdfast.grants AS g
      WHERE g.account_id = p_account_id AND g.has_remainder
      -- One that doesn't count comes first: it may have to be booked.
      ORDER BY counts, g.priority, coalesce(g.ends_at, v_account.valid_until),
        g.cost_cents > 0, g.granted_at, g.grant_id
      LIMIT 1
    ) AS first
  WHERE first.counts
    AND p_credits BETWEEN 1 AND first.remaining
    AND p_wait IS NULL
    AND NOT v_more_to_do
    AND (p_credits > (p_body->>'maxCredits')::bigint) IS NOT TRUE
    AND (clock_timestamp() > p_not_after) IS NOT TRUE
    AND NOT EXISTS (
      SELECT FROM holdfast.reservations
      WHERE account_id = p_account_id AND request_id = p_request_id)
    AND p_catalog_version = (
      SELECT version FROM holdfast.catalog_versions
      WHERE effective_from <= clock.now ORDER BY effective_from DESC LIMIT 1)
    AND NOT EXISTS (SELECT FROM holdfast.stops)
    AND NOT EXISTS (SELECT FROM holdfast.operator_limits WHERE account_id = '*');
  IF NOT FOUND THEN
    RETURN holdfast.reserve_in_steps(v_account, p_account_id, p_request_id, p_body, p_credits,
      p_catalog_version, p_hold_ms, p_wait, p_not_after);
  END IF;

  -- What post_entry does for one grant, in one statement.
  WITH taken AS (
    UPDATE holdfast.grants SET remaining = remaining - p_credits
    WHERE account_id = p_account_id AND grant_id = v_grant_id
  ), moved AS (
    UPDATE holdfast.accounts SET
      version           = version + 1,
      last_entry_at     = v_now,
      available         = available - p_credits,
      reserved          = reserved + p_credits,
      open_reservations = open_reservations + 1,
      day               = holdfast.day_of(v_now),
      day_credits       = p_credits + holdfast.used_today(v_account, v_now)
    WHERE account_id = p_account_id
  ), entered AS (
    INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
      grant_ids, remainder_deltas, reserved_deltas,
      available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after,
      request_id)
    VALUES (p_account_id, v_account.version + 1, v_now, 'reserve', -p_credits, p_credits,
      ARRAY[v_grant_id], ARRAY[-p_credits], ARRAY[p_credits],
      v_account.available - p_credits, v_account.reserved + p_credits, v_account.spent,
      v_account.expired, v_account.deducted, v_account.granted,
      p_request_id)
  )
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits,
    catalog_version, allocated_grants, allocated_credits, reserved_at, expires_at)
  VALUES (p_account_id, p_request_id, p_body, 'open', p_credits,
    p_catalog_version, ARRAY[v_grant_id], ARRAY[p_credits], v_now,
    v_now + p_hold_ms * interval '1 millisecond')
  RETURNING * INTO v_reservation;
  RETURN jsonb_build_object(
    'result', holdfast.request_record_with(
      v_reservation, NULL, holdfast.one_allocation(v_grant_id, v_source, p_credits, 0)),
    'replayed', false);
END $$;

-- The same for every request, step by step. The caller holds the account's lock: all fields of
-- p_account are null if there was no such account when it asked for it.
CREATE OR REPLACE FUNCTION holdfast.reserve_in_steps(
  p_account holdfast.accounts, p_account_id text, p_request_id text, p_body jsonb,
  p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb, p_until timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_known   jsonb;
  v_now     timestamptz;
  v_refusal jsonb;
  v_taken   record;
BEGIN
  v_known := holdfast.known_request(p_account_id, p_request_id, p_body);
  IF v_known IS NOT NULL THEN
    -- The account was created after the lock found none, so it is locked now.
    IF p_account.account_id IS NULL THEN PERFORM holdfast.lock_account(p_account_id); END IF;
    RETURN holdfast.finish_operation(p_account_id, v_known);
  END IF;
  IF p_credits IS NULL THEN RETURN jsonb_build_object('result', NULL); END IF;
  IF clock_timestamp() > p_until THEN
    v_refusal := holdfast.too_late('ADMISSION_TIMED_OUT', p_until);
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  END IF;

  IF p_wait IS NOT NULL OR p_account.watched THEN PERFORM holdfast.keep_rules_of_all(); END IF;
  v_now := holdfast.ledger_now(p_account.last_entry_at);
  IF holdfast.effective_version(v_now) IS DISTINCT FROM p_catalog_version
    OR p_credits > (p_body->>'maxCredits')::bigint
    OR p_wait IS NOT NULL
    OR (p_account.granted > 0) IS NOT TRUE
  THEN
    v_refusal := holdfast.refused_before_credits(
      p_account, p_account_id, p_body, p_credits, p_catalog_version, p_wait, v_now);
  ELSIF p_account.watched
    OR EXISTS (SELECT FROM holdfast.stops)
    OR EXISTS (SELECT FROM holdfast.operator_limits WHERE account_id = '*')
  THEN
    v_refusal := holdfast.admission_obstacle(
      p_account, p_account_id, p_body->>'kind', p_credits, v_now);
  END IF;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(p_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_taken.available - p_account.waited_for < p_credits THEN
    RETURN holdfast.queue_or_refuse(
      p_account_id, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms, p_wait,
      v_taken.available, p_account.waited_for, v_now);
  END IF;
  IF p_account.waited_for > 0 THEN
    v_refusal := holdfast.obstacle_beside_queue(p_account, p_body->>'kind', p_credits, v_now);
    IF v_refusal IS NOT NULL THEN
      RETURN holdfast.finish_operation(p_account_id, v_refusal);
    END IF;
  END IF;

  RETURN holdfast.hold_credits(
    p_account, p_request_id, p_body, p_credits, p_catalog_version, p_hold_ms,
    v_taken.grant_ids, v_taken.credits, v_now);
END $$;

-- Sets the credits aside that allocate has chosen.
CREATE OR REPLACE FUNCTION holdfast.hold_credits(
  p_account holdfast.accounts, p_request_id text, p_body jsonb, p_credits bigint,
  p_catalog_version integer, p_hold_ms bigint, p_grant_ids bigint[], p_allocated bigint[],
  p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reservation holdfast.reservations;
  v_answer      jsonb;
BEGIN
  PERFORM holdfast.post_entry(
    p_account.account_id, p_at, 'reserve',
    p_grant_ids => p_grant_ids,
    p_remainder_deltas => holdfast.negated(p_allocated),
    p_reserved_deltas => p_allocated,
    p_request_id => p_request_id,
    p_day => holdfast.day_of(p_at));
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits,
    catalog_version, allocated_grants, allocated_credits, reserved_at, expires_at)
  VALUES (p_account.account_id, p_request_id, p_body, 'open', p_credits,
    p_catalog_version, p_grant_ids, p_allocated, p_at,
    p_at + p_hold_ms * interval '1 millisecond')
  RETURNING * INTO v_reservation;
  v_answer := holdfast.request_answer(v_reservation, p_replayed => false);
  IF NOT p_account.watched THEN RETURN v_answer; END IF;
  RETURN holdfast.finish_operation(p_account.account_id, v_answer);
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
