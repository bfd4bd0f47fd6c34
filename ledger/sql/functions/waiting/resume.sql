-- Serves a ticket if it is the first of the queue, the limits allow it and the credits suffice;
-- else it waits on. Keyed by the ticket: one that waits no longer answers with its record. Credits
-- and catalog version are the quote's, asked again.
CREATE OR REPLACE FUNCTION holdfast.resume_request(
  p_account_id text, p_request_id text, p_credits bigint, p_catalog_version integer,
  p_hold_ms bigint
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_account    holdfast.accounts;
  v_now        timestamptz;
  v_effective  integer;
  v_obstacle   text;
  v_end_reason text;
  v_taken      record;
  v_ticket     holdfast.reservations;
BEGIN
  v_account := holdfast.lock_account(p_account_id);
  PERFORM holdfast.keep_rules_of_all();
  SELECT * INTO v_ticket
  FROM holdfast.reservations
  WHERE account_id = v_account.account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN holdfast.reservation_not_found(p_request_id); END IF;
  IF v_ticket.state <> 'waiting' THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.request_answer(v_ticket, p_replayed => true));
  END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_effective := holdfast.effective_version(v_now);
  IF v_effective IS DISTINCT FROM p_catalog_version THEN
    RETURN holdfast.stale_catalog(p_catalog_version, v_effective);
  END IF;
  v_obstacle := holdfast.admission_obstacle(
    v_account, p_account_id, v_ticket.body->>'kind', p_credits, v_now)->'refusal'->>'code';
  v_end_reason := holdfast.ticket_end_reason(v_ticket, p_credits, v_obstacle, v_now);
  IF v_end_reason IS NOT NULL THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.end_ticket(v_ticket, v_end_reason, p_credits, v_now));
  END IF;

  -- This call answers an earlier wake-up: delivered now, that would wake the workflow that has just
  -- asked.
  DELETE FROM holdfast.outbox
  WHERE account_id = p_account_id AND kind = 'wake' AND subject = p_request_id;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_obstacle IS NOT NULL OR EXISTS (
    SELECT FROM holdfast.reservations
    WHERE account_id = p_account_id AND state = 'waiting' AND ticket < v_ticket.ticket
  ) THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.wait_on(v_ticket, p_credits, p_catalog_version));
  END IF;
  RETURN holdfast.finish_operation(
    p_account_id,
    holdfast.serve_ticket(v_ticket, v_taken.grant_ids, v_taken.credits, p_credits,
      p_catalog_version, p_hold_ms, v_now));
END $$;

-- Why a ticket ends instead of being served, as the reason that it gets; null if it goes on.
CREATE OR REPLACE FUNCTION holdfast.ticket_end_reason(
  p_ticket holdfast.reservations, p_credits bigint, p_obstacle text, p_at timestamptz
) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_at >= p_ticket.wait_until THEN 'WAIT_TIMED_OUT'
    WHEN p_credits > p_ticket.admitted_credits THEN 'PRICE_CHANGED'
    WHEN p_obstacle = 'GENERATION_LIMIT_EXCEEDED' THEN p_obstacle
  END
$$;

-- Ends a ticket that has not been served. p_waits_for: a price that was asked again.
CREATE OR REPLACE FUNCTION holdfast.end_ticket(
  p_ticket holdfast.reservations, p_reason text, p_waits_for bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_ended holdfast.reservations;
BEGIN
  PERFORM holdfast.leave_queue(p_ticket);
  UPDATE holdfast.reservations
  SET state = 'released',
    resolved_at = p_at,
    expires_at = NULL,
    woken_at = NULL,
    reason = p_reason,
    waits_for = p_waits_for
  WHERE account_id = p_ticket.account_id AND request_id = p_ticket.request_id
  RETURNING * INTO v_ended;
  DELETE FROM holdfast.outbox
  WHERE account_id = p_ticket.account_id
    AND kind = 'wake'
    AND subject = p_ticket.request_id;
  RETURN holdfast.request_answer(v_ended, p_replayed => false);
END $$;

-- The ticket stays in the queue, at the price that was asked again.
CREATE OR REPLACE FUNCTION holdfast.wait_on(
  p_ticket holdfast.reservations, p_credits bigint, p_catalog_version integer
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_waiting holdfast.reservations;
BEGIN
  UPDATE holdfast.accounts
  SET waited_for = waited_for - p_ticket.waits_for + p_credits
  WHERE account_id = p_ticket.account_id;
  PERFORM holdfast.change_block(
    p_ticket.account_id, p_ticket.ticket,
    p_tickets => 0,
    p_credits => p_credits - p_ticket.waits_for,
    p_request_bytes => 0);
  UPDATE holdfast.reservations
  SET waits_for = p_credits, catalog_version = p_catalog_version, woken_at = NULL
  WHERE account_id = p_ticket.account_id AND request_id = p_ticket.request_id
  RETURNING * INTO v_waiting;
  RETURN holdfast.request_answer(v_waiting, p_replayed => true);
END $$;

-- The ticket leaves the queue and holds the credits that have been chosen for it.
CREATE OR REPLACE FUNCTION holdfast.serve_ticket(
  p_ticket holdfast.reservations, p_grant_ids bigint[], p_allocated bigint[], p_credits bigint,
  p_catalog_version integer, p_hold_ms bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_open holdfast.reservations;
BEGIN
  PERFORM holdfast.post_entry(
    p_ticket.account_id, p_at, 'reserve',
    p_grant_ids => p_grant_ids,
    p_remainder_deltas => holdfast.negated(p_allocated),
    p_reserved_deltas => p_allocated,
    p_request_id => p_ticket.request_id,
    p_day => holdfast.day_of(p_at));
  PERFORM holdfast.leave_queue(p_ticket);
  UPDATE holdfast.reservations
  SET state = 'open',
    credits = p_credits,
    waits_for = p_credits,
    woken_at = NULL,
    catalog_version = p_catalog_version,
    allocated_grants = p_grant_ids,
    allocated_credits = p_allocated,
    reserved_at = p_at,
    expires_at = p_at + p_hold_ms * interval '1 millisecond'
  WHERE account_id = p_ticket.account_id AND request_id = p_ticket.request_id
  RETURNING * INTO v_open;
  RETURN holdfast.request_answer(v_open, p_replayed => false);
END $$;
