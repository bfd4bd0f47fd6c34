-- When a wait ends. p_wait: {until} or {timeout}.
CREATE OR REPLACE FUNCTION holdfast.wait_until(p_wait jsonb, p_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT date_trunc('milliseconds', coalesce(
    holdfast.instant(p_wait->>'until'),
    holdfast.add_duration(p_at, p_wait->>'timeout', 'UTC')))
$$;

-- A refusal if a request can't wait that long; null if it can, or doesn't want to.
CREATE OR REPLACE FUNCTION holdfast.wait_refused(p_wait jsonb, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_until timestamptz := holdfast.wait_until(p_wait, p_at);
BEGIN
  IF v_until > p_at AND v_until <= p_at + interval '366 days' THEN RETURN NULL; END IF;
  RETURN holdfast.refusal('WAIT_DEADLINE_IN_PAST', jsonb_build_object(
    'waitUntil', coalesce(p_wait->'until', to_jsonb(holdfast.iso(v_until))),
    'now', holdfast.iso(p_at)));
END $$;

-- A refusal if the account's queue has no room for the request; null if it has. p_wait says what
-- the worker allows: {placesMax, bytesMax}, and the size of the request: {requestBytes}. Workers of
-- v0.1.0 say none of them.
CREATE OR REPLACE FUNCTION holdfast.queue_refused(p_account_id text, p_wait jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_sums          record;
  v_places_max    bigint := coalesce((p_wait->>'placesMax')::bigint, 100);
  v_request_bytes bigint := coalesce((p_wait->>'requestBytes')::bigint, 0);
  v_bytes_max     bigint := (p_wait->>'bytesMax')::bigint;
BEGIN
  SELECT tickets, request_bytes INTO v_sums FROM holdfast.queue_sums(p_account_id);
  IF v_sums.tickets >= v_places_max THEN
    RETURN holdfast.refusal('QUEUE_FULL', jsonb_build_object(
      'waiting', v_sums.tickets, 'waitingMax', v_places_max));
  END IF;
  IF v_sums.request_bytes + v_request_bytes > v_bytes_max THEN
    RETURN holdfast.refusal('QUEUE_BYTES_EXCEEDED', jsonb_build_object(
      'requestBytes', v_request_bytes,
      'waitingBytes', v_sums.request_bytes,
      'waitingBytesMax', v_bytes_max));
  END IF;
  RETURN NULL;
END $$;

-- Puts a request into the account's queue instead of refusing it, in the same transaction.
CREATE OR REPLACE FUNCTION holdfast.queue_request(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer,
  p_hold_ms bigint, p_wait jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account     holdfast.accounts;
  v_reservation holdfast.reservations;
BEGIN
  UPDATE holdfast.accounts
  SET last_ticket = last_ticket + 1, waited_for = waited_for + p_credits, watched = true
  WHERE account_id = p_account_id
  RETURNING * INTO v_account;
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits,
    catalog_version, allocated_grants, allocated_credits, expires_at, ticket, waits_for,
    admitted_credits, waiting_since, wait_until, request_bytes)
  VALUES (p_account_id, p_request_id, p_body, 'waiting', 0,
    p_catalog_version, '{}', '{}', p_at + p_hold_ms * interval '1 millisecond',
    v_account.last_ticket, p_credits, p_credits, p_at, holdfast.wait_until(p_wait, p_at),
    (p_wait->>'requestBytes')::integer)
  RETURNING * INTO v_reservation;
  PERFORM holdfast.change_block(
    p_account_id, v_account.last_ticket,
    p_tickets => 1,
    p_credits => p_credits,
    p_request_bytes => coalesce(v_reservation.request_bytes, 0));
  RETURN holdfast.request_answer(v_reservation, p_replayed => false);
END $$;

-- Wakes the first ticket of the queue if it may go now, if it can never go, or if its price has to
-- be asked again. One that has been woken is left alone for a minute: its workflow is
-- about to ask. Otherwise Temporal is asked, every ten seconds at most, whether its workflow lives:
-- a dead one would hold up its account.
CREATE OR REPLACE FUNCTION holdfast.wake_first_ticket(
  p_account holdfast.accounts, p_available bigint, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text := p_account.account_id;
  v_first      holdfast.reservations;
  v_obstacle   text;
BEGIN
  IF p_account.waited_for = 0 THEN RETURN; END IF;
  SELECT * INTO v_first
  FROM holdfast.reservations
  WHERE account_id = v_account_id AND state = 'waiting'
  ORDER BY ticket LIMIT 1;
  IF v_first.woken_at > p_at - interval '1 minute' THEN
    PERFORM holdfast.check_first_ticket(v_first, p_at);
    RETURN;
  END IF;
  v_obstacle := holdfast.admission_obstacle(
    p_account, v_account_id, v_first.body->>'kind', v_first.waits_for, p_at)->'refusal'->>'code';
  IF (p_available >= v_first.waits_for AND v_obstacle IS NULL)
    OR v_obstacle = 'GENERATION_LIMIT_EXCEEDED'
    OR v_first.wait_until <= p_at
    OR v_first.catalog_version <> holdfast.effective_version(p_at)
  THEN
    UPDATE holdfast.reservations
    SET woken_at = p_at
    WHERE account_id = v_account_id AND request_id = v_first.request_id;
    PERFORM holdfast.post_message(v_account_id, 'wake', v_first.request_id, p_at);
  ELSE
    PERFORM holdfast.check_first_ticket(v_first, p_at);
  END IF;
END $$;

-- Has Temporal asked whether the workflow of the queue's first ticket lives.
CREATE OR REPLACE FUNCTION holdfast.check_first_ticket(
  p_first holdfast.reservations, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF greatest(p_first.head_checked_at, p_first.woken_at, p_first.waiting_since)
    > p_at - interval '10 seconds'
  THEN
    RETURN;
  END IF;
  UPDATE holdfast.reservations
  SET head_checked_at = p_at
  WHERE account_id = p_first.account_id AND request_id = p_first.request_id;
  INSERT INTO holdfast.outbox (account_id, kind, subject, written_at, is_check)
  VALUES (p_first.account_id, 'wake', p_first.request_id, p_at, true)
  ON CONFLICT (account_id, kind, subject) DO NOTHING;
END $$;

-- Takes a ticket out of the queue whose workflow has ended, as Temporal has said. It holds no
-- credits, and no job was begun for it. What waits no longer is left as it is.
CREATE OR REPLACE FUNCTION holdfast.drop_ended_ticket(p_account_id text, p_request_id text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_account(p_account_id);
  v_ticket  holdfast.reservations;
  v_answer  jsonb;
BEGIN
  SELECT * INTO v_ticket
  FROM holdfast.reservations
  WHERE account_id = v_account.account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN holdfast.reservation_not_found(p_request_id); END IF;
  v_answer := CASE v_ticket.state
    WHEN 'waiting' THEN holdfast.end_ticket(
      v_ticket, 'orphaned', v_ticket.waits_for, holdfast.ledger_now(v_account.last_entry_at))
    ELSE holdfast.request_answer(v_ticket, p_replayed => true)
  END;
  RETURN holdfast.finish_operation(p_account_id, v_answer);
END $$;
