-- When a wait ends. p_wait: {until} or {timeout}.
CREATE OR REPLACE FUNCTION holdfast.wait_until(p_wait jsonb, p_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT date_trunc('milliseconds',
    coalesce(holdfast.instant(p_wait->>'until'), holdfast.add_duration(p_at, p_wait->>'timeout', 'UTC')))
$$;

-- Puts a request into the account's queue instead of refusing it, in the same transaction.
CREATE OR REPLACE FUNCTION holdfast.park(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer, p_hold_ms bigint, p_wait jsonb,
  p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_or_open_account(p_account_id);
  r         holdfast.reservations;
BEGIN
  UPDATE holdfast.accounts SET last_ticket = last_ticket + 1, waited_for = waited_for + p_credits, watched = true
    WHERE account_id = p_account_id RETURNING * INTO v_account;
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, catalog_version, allocated_grants,
    allocated_credits, expires_at, ticket, waits_for, admitted_credits, waiting_since, wait_until)
  VALUES (p_account_id, p_request_id, p_body, 'waiting', 0, p_catalog_version, '{}', '{}',
    p_at + p_hold_ms * interval '1 millisecond', v_account.last_ticket, p_credits, p_credits, p_at,
    holdfast.wait_until(p_wait, p_at))
  RETURNING * INTO r;
  RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
END $$;

-- A refusal if a request can't wait that long; null if it can, or doesn't want to.
CREATE OR REPLACE FUNCTION holdfast.wait_refused(p_wait jsonb, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_until timestamptz := holdfast.wait_until(p_wait, p_at);
BEGIN
  IF v_until > p_at AND v_until <= p_at + interval '366 days' THEN RETURN NULL; END IF;
  RETURN holdfast.refusal('WAIT_DEADLINE_IN_PAST', jsonb_build_object(
    'waitUntil', coalesce(p_wait->'until', to_jsonb(holdfast.iso(v_until))), 'now', holdfast.iso(p_at)));
END $$;

-- Wakes the head of the queue if it may go now, if it can never go any more, or if its price has to be asked again. One that
-- has been woken is left alone for a minute: it is on its way.
CREATE OR REPLACE FUNCTION holdfast.wake_head(a holdfast.accounts, p_available bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  r          holdfast.reservations;
  v_obstacle text;
BEGIN
  IF a.waited_for = 0 THEN RETURN; END IF;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = a.account_id AND state = 'waiting' ORDER BY ticket LIMIT 1;
  IF r.woken_at > p_at - interval '1 minute' THEN RETURN; END IF;
  v_obstacle := holdfast.admission_obstacle(a, a.account_id, r.body->>'kind', r.waits_for, p_at)->'refusal'->>'code';
  IF (p_available >= r.waits_for AND v_obstacle IS NULL) OR v_obstacle = 'GENERATION_LIMIT_EXCEEDED'
    OR r.wait_until <= p_at OR r.catalog_version <> holdfast.effective_version(p_at) THEN
    UPDATE holdfast.reservations SET woken_at = p_at WHERE account_id = a.account_id AND request_id = r.request_id;
    PERFORM holdfast.post_message(a.account_id, 'wake', r.request_id, p_at);
  END IF;
END $$;

-- A ticket that ends without having been served. p_waits_for: a price that was asked again.
CREATE OR REPLACE FUNCTION holdfast.end_ticket(r holdfast.reservations, p_reason text, p_waits_for bigint, p_at timestamptz)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  UPDATE holdfast.accounts SET waited_for = waited_for - r.waits_for WHERE account_id = r.account_id;
  UPDATE holdfast.reservations SET state = 'released', resolved_at = p_at, expires_at = NULL, woken_at = NULL, reason = p_reason,
    waits_for = p_waits_for
  WHERE account_id = r.account_id AND request_id = r.request_id RETURNING * INTO r;
  DELETE FROM holdfast.outbox WHERE account_id = r.account_id AND kind = 'wake' AND subject = r.request_id;
  RETURN jsonb_build_object('result', holdfast.request_record(r), 'replayed', false);
END $$;

-- Why a ticket ends instead of being served, as the reason that it gets; null if it goes on.
CREATE OR REPLACE FUNCTION holdfast.ticket_over(r holdfast.reservations, p_credits bigint, p_obstacle text, p_at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_at >= r.wait_until THEN 'WAIT_TIMED_OUT' WHEN p_credits > r.admitted_credits THEN 'PRICE_CHANGED'
    WHEN p_obstacle = 'GENERATION_LIMIT_EXCEEDED' THEN p_obstacle END
$$;

-- Serves a ticket if it is the head of the queue, the limits allow it and the credits suffice; else it waits on. Keyed by the
-- ticket: one that waits no longer answers with its record. credits and catalog version are the quote's, asked again.
CREATE OR REPLACE FUNCTION holdfast.resume_request(
  p_account_id text, p_request_id text, p_credits bigint, p_catalog_version integer, p_hold_ms bigint
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account  holdfast.accounts;
  v_now      timestamptz;
  v_effective integer;
  v_obstacle text;
  v_over     text;
  v_taken    record;
  r          holdfast.reservations;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id)); END IF;
  SELECT * INTO r FROM holdfast.reservations WHERE account_id = p_account_id AND request_id = p_request_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('RESERVATION_NOT_FOUND', jsonb_build_object('requestId', p_request_id)); END IF;
  IF r.state <> 'waiting' THEN
    RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
  END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_effective := holdfast.effective_version(v_now);
  IF v_effective IS DISTINCT FROM p_catalog_version THEN
    RETURN holdfast.refusal('STALE_CATALOG', jsonb_build_object('quoted', p_catalog_version, 'effective', v_effective));
  END IF;
  v_obstacle := holdfast.admission_obstacle(v_account, p_account_id, r.body->>'kind', p_credits, v_now)->'refusal'->>'code';
  v_over := holdfast.ticket_over(r, p_credits, v_obstacle, v_now);
  IF v_over IS NOT NULL THEN
    RETURN holdfast.attended(p_account_id, holdfast.end_ticket(r, v_over, p_credits, v_now));
  END IF;

  -- This question answers a wake-up from before: handed over now, it would wake the one that has just asked.
  DELETE FROM holdfast.outbox WHERE account_id = p_account_id AND kind = 'wake' AND subject = p_request_id;
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_taken := holdfast.allocate(v_account, v_now, p_credits);
  IF v_taken.grant_ids IS NULL OR v_obstacle IS NOT NULL OR EXISTS (SELECT FROM holdfast.reservations
      WHERE account_id = p_account_id AND state = 'waiting' AND ticket < r.ticket) THEN
    UPDATE holdfast.accounts SET waited_for = waited_for - r.waits_for + p_credits WHERE account_id = p_account_id;
    UPDATE holdfast.reservations SET waits_for = p_credits, catalog_version = p_catalog_version, woken_at = NULL
    WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
    RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', true));
  END IF;

  PERFORM holdfast.post_entry(p_account_id, v_now, 'reserve', v_taken.grant_ids, holdfast.negated(v_taken.credits),
    v_taken.credits, p_request_id, NULL, NULL, NULL, holdfast.day_of(v_now));
  UPDATE holdfast.accounts SET waited_for = waited_for - r.waits_for WHERE account_id = p_account_id;
  UPDATE holdfast.reservations SET state = 'open', credits = p_credits, waits_for = p_credits, woken_at = NULL,
    catalog_version = p_catalog_version, allocated_grants = v_taken.grant_ids, allocated_credits = v_taken.credits,
    reserved_at = v_now, expires_at = v_now + p_hold_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND request_id = p_request_id RETURNING * INTO r;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', holdfast.request_record(r), 'replayed', false));
END $$;

CREATE OR REPLACE FUNCTION holdfast.ticket_record(r holdfast.reservations, p_place bigint, p_ahead numeric) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('requestId', r.request_id, 'kind', r.body->'kind', 'place', p_place, 'required', r.waits_for,
    'requiredAhead', p_ahead, 'since', holdfast.iso(r.waiting_since), 'until', holdfast.iso(r.wait_until))
$$;

-- What keeps the head of the queue from being served, however many credits there are, as {heldUp: {code, details}}; else {}.
CREATE OR REPLACE FUNCTION holdfast.held_up(a holdfast.accounts, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_obstacle jsonb;
BEGIN
  SELECT holdfast.admission_obstacle(a, a.account_id, r.body->>'kind', r.waits_for, p_at)->'refusal' INTO v_obstacle
    FROM holdfast.reservations AS r WHERE r.account_id = a.account_id AND r.state = 'waiting' ORDER BY r.ticket LIMIT 1;
  RETURN CASE WHEN v_obstacle IS NULL THEN '{}' ELSE jsonb_build_object('heldUp', v_obstacle) END;
END $$;

-- What can be said of an account's queue without a line for each who waits.
CREATE OR REPLACE FUNCTION holdfast.queue_outline(p_account_id text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('accountId', p_account_id, 'at', holdfast.iso(x.at),
      'available', coalesce(holdfast.available_at(x.a, x.at), 0), 'waitedFor', coalesce((x.a).waited_for, 0))
    || CASE WHEN x.at IS NULL THEN '{}' ELSE holdfast.held_up(x.a, x.at) END
  FROM (VALUES (p_account_id)) AS asked (account_id) LEFT JOIN (
    SELECT a.account_id, a, holdfast.ledger_now(a.last_entry_at) AS at FROM holdfast.accounts AS a
  ) AS x USING (account_id)
$$;

-- Where one request stands. Without a request: what all that wait need together.
CREATE OR REPLACE FUNCTION holdfast.waiting_place(p_account_id text, p_request_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.queue_outline(p_account_id) || jsonb_build_object('ticket', (
    SELECT holdfast.ticket_record(r, ahead.tickets + 1, coalesce(ahead.credits, 0))
    FROM holdfast.reservations AS r, LATERAL (
      SELECT count(*) AS tickets, sum(w.waits_for) AS credits FROM holdfast.reservations AS w
      WHERE w.account_id = r.account_id AND w.state = 'waiting' AND w.ticket < r.ticket
    ) AS ahead
    WHERE r.account_id = p_account_id AND r.request_id = p_request_id AND r.state = 'waiting'))
$$;

-- Who waits, in the order in which they are served.
CREATE OR REPLACE FUNCTION holdfast.waiting_queue(p_account_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.queue_outline(p_account_id) || jsonb_build_object('tickets', (
    SELECT coalesce(jsonb_agg(holdfast.ticket_record(t.r, t.place, t.ahead) ORDER BY t.place), '[]')
    FROM (
      SELECT r, row_number() OVER queue AS place, sum(r.waits_for) OVER queue - r.waits_for AS ahead
      FROM holdfast.reservations AS r WHERE r.account_id = p_account_id AND r.state = 'waiting'
      WINDOW queue AS (ORDER BY r.ticket)
    ) AS t))
$$;
