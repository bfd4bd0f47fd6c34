-- Whether a running generation may be cancelled now, and notes that it is about to be. Cancelling
-- is refused only where it is free: the provider's time is used all the same, so an account may do
-- so p_hourly_max times an hour. A request that the ledger doesn't know yet may be about to
-- run. The result is the request's record; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.request_cancel(
  p_account_id text, p_request_id text, p_hourly_max integer
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account     holdfast.accounts;
  v_now         timestamptz;
  v_retry_at    timestamptz;
  v_reservation holdfast.reservations;
BEGIN
  v_account := holdfast.lock_account(p_account_id);
  SELECT * INTO v_reservation
  FROM holdfast.reservations
  WHERE account_id = p_account_id AND request_id = p_request_id;
  IF FOUND AND NOT holdfast.is_free_to_cancel(v_reservation) THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.request_answer(v_reservation, p_replayed => true));
  END IF;

  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_retry_at := holdfast.next_free_cancel(p_account_id, p_hourly_max, v_now);
  IF v_retry_at IS NOT NULL THEN
    RETURN holdfast.finish_operation(
      p_account_id,
      holdfast.refusal('CANCEL_LIMIT_REACHED', jsonb_build_object(
        'cancelsPerHourMax', p_hourly_max,
        'retryAt', holdfast.iso(v_retry_at),
        'retryAfterSeconds', ceil(extract(epoch FROM v_retry_at - v_now)))));
  END IF;
  UPDATE holdfast.reservations
  SET free_cancel_at = v_now
  WHERE account_id = p_account_id AND request_id = p_request_id;
  RETURN holdfast.finish_operation(p_account_id, jsonb_build_object(
    'result', CASE WHEN FOUND THEN holdfast.request_record(v_reservation) END,
    'replayed', false));
END $$;

-- Whether the reservation is open, free to cancel by the version of its quote, and not about to be
-- cancelled already.
CREATE OR REPLACE FUNCTION holdfast.is_free_to_cancel(r holdfast.reservations) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT r.state = 'open' AND r.free_cancel_at IS NULL AND NOT EXISTS (
    SELECT FROM holdfast.catalog_versions AS v
    WHERE v.version = r.catalog_version
      AND v.document->'kinds'->(r.body->>'kind')->>'cancelled' = 'used'
  )
$$;

-- When the account may cancel free of charge again; null if it may now. Those whose job ended by
-- itself all the same don't count.
CREATE OR REPLACE FUNCTION holdfast.next_free_cancel(
  p_account_id text, p_hourly_max integer, p_at timestamptz
) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT free_cancel_at + interval '1 hour'
  FROM holdfast.reservations
  WHERE account_id = p_account_id
    AND free_cancel_at > p_at - interval '1 hour'
    AND (state = 'open' OR reason = 'cancelled')
  ORDER BY free_cancel_at DESC
  OFFSET greatest(p_hourly_max, 1) - 1 LIMIT 1
$$;
