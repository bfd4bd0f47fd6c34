-- Hands back everything, or ends a wait. A key that was never seen gets a tombstone, so that a
-- reserve that arrives late is refused.
CREATE OR REPLACE FUNCTION holdfast.release_reservation(
  p_account_id text, p_request_id text, p_reason text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_account     holdfast.accounts;
  v_now         timestamptz;
  v_reservation holdfast.reservations;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  SELECT * INTO v_reservation
  FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN
    INSERT INTO holdfast.reservations (account_id, request_id, state, credits,
      allocated_grants, allocated_credits, resolved_at, reason)
    VALUES (p_account_id, p_request_id, 'released', 0, '{}', '{}', v_now, p_reason)
    RETURNING * INTO v_reservation;
    RETURN jsonb_build_object(
      'result', holdfast.request_record(v_reservation), 'replayed', false);
  END IF;
  RETURN holdfast.release_known(v_reservation, p_reason, NULL, p_reason = 'orphaned', v_now);
END $$;

-- The same for a request that the ledger knows; one that has ended answers with how it ended. The
-- caller holds the account's lock. p_by: the operator, if there is one. A wait that is ended from
-- outside wakes its workflow, which may live after all and would wait until its time is up.
CREATE OR REPLACE FUNCTION holdfast.release_known(
  p_reservation holdfast.reservations, p_reason text, p_by text, p_is_from_outside boolean,
  p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id  text := p_reservation.account_id;
  v_answer      jsonb;
  v_reservation holdfast.reservations;
BEGIN
  IF p_reservation.state = 'committed' THEN
    RETURN holdfast.already_resolved(p_reservation);
  END IF;
  IF p_reservation.state = 'released' THEN
    RETURN holdfast.finish_operation(
      v_account_id, holdfast.request_answer(p_reservation, p_replayed => true));
  END IF;
  IF p_reservation.state = 'waiting' THEN
    v_answer := holdfast.end_ticket(p_reservation, p_reason, p_reservation.waits_for, p_at);
    IF p_is_from_outside THEN
      PERFORM holdfast.post_message(v_account_id, 'wake', p_reservation.request_id, p_at);
    END IF;
    RETURN holdfast.finish_operation(v_account_id, v_answer);
  END IF;

  PERFORM holdfast.post_entry(
    v_account_id, p_at, 'release',
    p_grant_ids => p_reservation.allocated_grants,
    p_remainder_deltas => p_reservation.allocated_credits,
    p_reserved_deltas => holdfast.negated(p_reservation.allocated_credits),
    p_request_id => p_reservation.request_id,
    p_reason => p_reason,
    p_by_name => p_by,
    p_day => holdfast.day_of(p_reservation.reserved_at));
  PERFORM holdfast.freeze_disputed(v_account_id, p_at);
  UPDATE holdfast.reservations
  SET state = 'released',
    resolved_at = p_at,
    expires_at = NULL,
    reason = p_reason,
    -- It may have been asked for in Temporal alone.
    free_cancel_at = CASE
      WHEN p_reason = 'cancelled' AND holdfast.is_free_to_cancel(p_reservation) THEN p_at
      ELSE free_cancel_at
    END
  WHERE account_id = v_account_id AND request_id = p_reservation.request_id
  RETURNING * INTO v_reservation;
  PERFORM holdfast.book_ended_grants(v_account_id, p_at);
  RETURN holdfast.finish_operation(v_account_id, jsonb_build_object(
    'result', holdfast.request_record(v_reservation), 'replayed', false));
END $$;
