-- Takes p_credits of what was reserved for an output, and hands back the rest.
CREATE OR REPLACE FUNCTION holdfast.commit_reservation(
  p_account_id text, p_request_id text, p_credits bigint, p_output_url text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_account     holdfast.accounts;
  v_more_to_do  boolean;
  v_now         timestamptz;
  v_held        bigint;
  v_day         date;
  v_grant_id    bigint;
  v_source      text;
  v_reservation holdfast.reservations;
BEGIN
  SELECT * INTO v_account
  FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  v_more_to_do := v_account.watched AND holdfast.is_looked_after(v_account);
  -- Most commits take all that was reserved, out of one grant, and leave something; seldom
  -- anything has ended meanwhile. One look says so, by the ledger's clock.
  SELECT clock.now, held.credits, holdfast.day_of(held.reserved_at), g.grant_id, g.source
  INTO v_now, v_held, v_day, v_grant_id, v_source
  FROM (
    SELECT greatest(date_trunc('milliseconds', coalesce(
      (SELECT set_to FROM holdfast.test_clock), clock_timestamp())), v_account.last_entry_at) AS now
  ) AS clock,
    LATERAL (
      SELECT r.credits, r.reserved_at, r.allocated_grants
      FROM holdfast.reservations AS r
      WHERE r.account_id = p_account_id
        AND r.request_id = p_request_id
        AND r.state = 'open'
        AND r.ticket IS NULL
        AND cardinality(r.allocated_grants) = 1
      LIMIT 1
    ) AS held,
    LATERAL (
      SELECT *
      FROM holdfast.grants AS g
      WHERE g.account_id = p_account_id AND g.grant_id = held.allocated_grants[1]
      LIMIT 1
    ) AS g
  WHERE p_credits BETWEEN 0 AND held.credits
    AND v_account.available > 0
    AND NOT v_more_to_do
    AND (p_credits = held.credits OR NOT holdfast.is_over(
      g.ends_at, g.term, v_account.term, v_account.booked_term, clock.now))
    AND NOT EXISTS (
      SELECT FROM holdfast.grants AS other
      WHERE other.account_id = p_account_id
        AND other.has_remainder
        AND holdfast.is_over(
          other.ends_at, other.term, v_account.term, v_account.booked_term, clock.now)
    );
  IF NOT FOUND THEN
    RETURN holdfast.commit_in_steps(
      v_account, p_account_id, p_request_id, p_credits, p_output_url, p_reason => NULL);
  END IF;

  -- What post_entry does for one grant, in one statement.
  IF p_credits < v_held THEN
    UPDATE holdfast.grants SET remaining = remaining + v_held - p_credits
    WHERE account_id = p_account_id AND grant_id = v_grant_id;
  END IF;
  WITH moved AS (
    UPDATE holdfast.accounts SET
      version           = version + 1,
      last_entry_at     = v_now,
      available         = available + v_held - p_credits,
      reserved          = reserved - v_held,
      spent             = spent + p_credits,
      open_reservations = open_reservations - 1,
      day_credits       = day_credits - CASE WHEN day = v_day THEN v_held - p_credits ELSE 0 END
    WHERE account_id = p_account_id
  ), entered AS (
    INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
      grant_ids, remainder_deltas, reserved_deltas,
      available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after,
      request_id)
    VALUES (p_account_id, v_account.version + 1, v_now, 'commit', v_held - p_credits, -v_held,
      ARRAY[v_grant_id], ARRAY[v_held - p_credits], ARRAY[-v_held],
      v_account.available + v_held - p_credits, v_account.reserved - v_held,
      v_account.spent + p_credits, v_account.expired, v_account.deducted, v_account.granted,
      p_request_id)
  )
  UPDATE holdfast.reservations
  SET state = 'committed',
    charged = p_credits,
    resolved_at = v_now,
    expires_at = NULL,
    output_url = p_output_url
  WHERE account_id = p_account_id AND request_id = p_request_id
  RETURNING * INTO v_reservation;
  RETURN jsonb_build_object(
    'result', holdfast.request_record_with(
      v_reservation, NULL, holdfast.one_allocation(v_grant_id, v_source, v_held, p_credits)),
    'replayed', false);
END $$;

-- The same for a job that was cancelled: it has no output, and is charged for what it had used.
CREATE OR REPLACE FUNCTION holdfast.charge_cancelled(
  p_account_id text, p_request_id text, p_credits bigint
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN holdfast.commit_in_steps(
    holdfast.lock_account(p_account_id), p_account_id, p_request_id, p_credits,
    p_output_url => NULL, p_reason => 'cancelled');
END $$;

-- Commits any reservation in one entry, in burn order, step by step. The caller holds the account's
-- lock.
CREATE OR REPLACE FUNCTION holdfast.commit_in_steps(
  p_account holdfast.accounts, p_account_id text, p_request_id text, p_credits bigint,
  p_output_url text, p_reason text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_now         timestamptz;
  v_reservation holdfast.reservations;
  v_returned    bigint[];
BEGIN
  SELECT * INTO v_reservation
  FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND OR v_reservation.state = 'waiting' THEN
    RETURN holdfast.commit_not_found(p_account_id, p_request_id, p_credits);
  END IF;
  IF v_reservation.state <> 'open' OR p_credits > v_reservation.credits THEN
    RETURN holdfast.commit_nothing(v_reservation, p_credits, p_output_url, p_reason);
  END IF;

  v_now := holdfast.ledger_now(p_account.last_entry_at);
  SELECT array_agg(
    least(part.credits, greatest(0, part.running - p_credits))::bigint ORDER BY part.position)
  INTO v_returned
  FROM (
    SELECT allocated.*, sum(credits) OVER (ORDER BY position) AS running
    FROM unnest(v_reservation.allocated_credits) WITH ORDINALITY AS allocated (credits, position)
  ) AS part;
  PERFORM holdfast.post_entry(
    p_account_id, v_now, 'commit',
    p_grant_ids => v_reservation.allocated_grants,
    p_remainder_deltas => v_returned,
    p_reserved_deltas => holdfast.negated(v_reservation.allocated_credits),
    p_request_id => p_request_id, p_reason => p_reason,
    p_day => holdfast.day_of(v_reservation.reserved_at));
  IF p_account.watched THEN
    PERFORM holdfast.owe_used(p_account_id, v_now, v_reservation.allocated_grants);
    PERFORM holdfast.freeze_disputed(p_account_id, v_now);
  END IF;
  UPDATE holdfast.reservations
  SET state = 'committed',
    charged = p_credits,
    resolved_at = v_now,
    expires_at = NULL,
    output_url = p_output_url,
    reason = p_reason
  WHERE account_id = p_account_id AND request_id = p_request_id
  RETURNING * INTO v_reservation;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  -- Read again where it may be so: what has ended meanwhile is booked by now, and is not left.
  IF p_account.reserved = p_credits
    AND EXISTS (SELECT FROM holdfast.accounts WHERE account_id = p_account_id AND available = 0)
  THEN
    PERFORM holdfast.notify_ran_dry(p_account_id, p_available => 0, p_at => v_now);
  ELSIF NOT p_account.watched THEN
    RETURN jsonb_build_object(
      'result', holdfast.request_record(v_reservation), 'replayed', false);
  END IF;
  RETURN holdfast.finish_operation(p_account_id, jsonb_build_object(
    'result', holdfast.request_record(v_reservation), 'replayed', false));
END $$;

-- Its workflow has a reservation that the ledger doesn't have: an operator is told, and nothing is
-- booked.
CREATE OR REPLACE FUNCTION holdfast.commit_not_found(
  p_account_id text, p_request_id text, p_credits bigint
) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.note_lost(p_account_id, 'generation', p_request_id, p_credits);
  RETURN holdfast.reservation_not_found(p_request_id);
END $$;

-- The answer to a commit that takes nothing: the first result if it repeats the reservation's
-- commit, else a refusal.
CREATE OR REPLACE FUNCTION holdfast.commit_nothing(
  p_reservation holdfast.reservations, p_credits bigint, p_output_url text, p_reason text
) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  IF p_reservation.state = 'open' THEN
    RETURN holdfast.refusal(
      'COMMIT_EXCEEDS_RESERVATION',
      jsonb_build_object('credits', p_credits, 'reserved', p_reservation.credits));
  END IF;
  IF p_reservation.state = 'committed'
    AND p_reservation.charged = p_credits
    AND (p_reservation.erased OR p_reservation.output_url IS NOT DISTINCT FROM p_output_url)
    AND p_reservation.reason IS NOT DISTINCT FROM p_reason
  THEN
    RETURN holdfast.finish_operation(
      p_reservation.account_id, holdfast.request_answer(p_reservation, p_replayed => true));
  END IF;
  RETURN holdfast.already_resolved(p_reservation);
END $$;
