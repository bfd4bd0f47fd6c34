-- Keeps what a billing system has told, before it is answered. The same event again answers with
-- how it stands; with another body it is a conflict, unless what was told before could not be read.
-- body: the event's members, without source and id.
CREATE OR REPLACE FUNCTION holdfast.record_billing_event(
  p_source text, p_event_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_now   timestamptz := holdfast.clock();
  v_event holdfast.billing_events;
  v_is_new boolean;
BEGIN
  INSERT INTO holdfast.billing_events (source, event_id, type, account_id, subscription_id, body,
    occurred_at, received_at, state, wait_until, look_from)
  VALUES (p_source, p_event_id, p_body->>'type', p_body->>'accountId',
    p_body->>'subscriptionId', p_body, holdfast.instant(p_body->>'occurredAt'), v_now,
    'received', v_now + interval '3 days', v_now + interval '1 minute')
  ON CONFLICT (source, event_id) DO NOTHING;
  v_is_new := FOUND;
  v_event := holdfast.lock_billing_event(p_source, p_event_id);
  IF v_is_new OR v_event.body = p_body THEN
    RETURN holdfast.billing_event_answer(v_event, p_replayed => NOT v_is_new);
  END IF;
  IF v_event.body->>'problem' IS NULL OR v_event.state IN ('received', 'waiting') THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('key', p_event_id));
  END IF;
  UPDATE holdfast.billing_events
  SET type = p_body->>'type',
    account_id = p_body->>'accountId',
    subscription_id = p_body->>'subscriptionId',
    body = p_body,
    occurred_at = holdfast.instant(p_body->>'occurredAt')
  WHERE source = p_source AND event_id = p_event_id;
  RETURN holdfast.billing_event_answer(holdfast.take_up_billing_event(p_source, p_event_id));
END $$;

-- The event, locked before the account's lock: each call takes one event. All fields are null if
-- there is no such event.
CREATE OR REPLACE FUNCTION holdfast.lock_billing_event(p_source text, p_event_id text)
RETURNS holdfast.billing_events
LANGUAGE plpgsql AS $$
DECLARE
  v_event holdfast.billing_events;
BEGIN
  SELECT * INTO v_event
  FROM holdfast.billing_events
  WHERE source = p_source AND event_id = p_event_id
  FOR UPDATE;
  RETURN v_event;
END $$;

-- Makes the event one that is to be applied, from any state.
CREATE OR REPLACE FUNCTION holdfast.take_up_billing_event(p_source text, p_event_id text)
RETURNS holdfast.billing_events
LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz := holdfast.clock();
  v_event holdfast.billing_events;
BEGIN
  UPDATE holdfast.billing_events
  SET state = 'received',
    reason = NULL,
    details = '{}',
    wait_until = v_now + interval '3 days',
    look_from = v_now + interval '1 minute',
    ended_at = NULL
  WHERE source = p_source AND event_id = p_event_id
  RETURNING * INTO v_event;
  RETURN v_event;
END $$;

-- The published record of an event.
CREATE OR REPLACE FUNCTION holdfast.billing_event_record(e holdfast.billing_events) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'source', e.source,
    'eventId', e.event_id,
    'place', e.place,
    'type', e.type,
    'state', e.state,
    'reason', e.reason,
    'details', e.details,
    'accountId', e.account_id,
    'subscriptionId', e.subscription_id,
    'occurredAt', holdfast.iso(e.occurred_at),
    'receivedAt', holdfast.iso(e.received_at),
    'attempts', e.attempts,
    'waitUntil', CASE WHEN e.ended_at IS NULL THEN holdfast.iso(e.wait_until) END,
    'endedAt', holdfast.iso(e.ended_at),
    'event', e.body)
$$;

CREATE OR REPLACE FUNCTION holdfast.billing_event_answer(
  e holdfast.billing_events, p_replayed boolean DEFAULT false
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'result', holdfast.billing_event_record(e),
    'replayed', p_replayed)
$$;

CREATE OR REPLACE FUNCTION holdfast.billing_event_not_found(p_source text, p_event_id text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(
    'BILLING_EVENT_NOT_FOUND', jsonb_build_object('source', p_source, 'eventId', p_event_id))
$$;

-- One event; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.billing_event(p_source text, p_event_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.billing_event_record(e)
  FROM holdfast.billing_events AS e
  WHERE e.source = p_source AND e.event_id = p_event_id
$$;

-- A page of events, newest told first: of all, of one state, of one account.
CREATE OR REPLACE FUNCTION holdfast.billing_events(
  p_state text, p_account_id text, p_before bigint, p_limit integer
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- One more than the page has, which tells whether there is another.
  WITH found AS (
    SELECT e AS event, e.place, row_number() OVER (ORDER BY e.place DESC) AS line
    FROM holdfast.billing_events AS e
    WHERE (p_state IS NULL OR e.state = p_state)
      AND (p_account_id IS NULL OR e.account_id = p_account_id)
      AND (p_before IS NULL OR e.place < p_before)
    ORDER BY e.place DESC
    LIMIT p_limit + 1
  )
  SELECT jsonb_build_object(
    'events', coalesce(
      jsonb_agg(holdfast.billing_event_record(event) ORDER BY line)
        FILTER (WHERE line <= p_limit), '[]'),
    'next', CASE
      WHEN count(*) > p_limit THEN min(place) FILTER (WHERE line <= p_limit)
    END)
  FROM found
$$;
