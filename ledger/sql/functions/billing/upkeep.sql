-- The account's events that are to be applied, in the order of what they tell.
CREATE OR REPLACE FUNCTION holdfast.pending_billing_events(p_account_id text, p_limit integer)
RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('source', e.source, 'eventId', e.event_id)
  FROM holdfast.billing_events AS e
  WHERE e.account_id = p_account_id AND e.look_from IS NOT NULL
  ORDER BY e.occurred_at, e.source, e.event_id
  LIMIT p_limit
$$;

-- An event that can't be applied for good, as what applies it has found: with the error's code. It
-- waits for an operator.
CREATE OR REPLACE FUNCTION holdfast.fail_billing_event(
  p_source text, p_event_id text, p_code text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_event holdfast.billing_events := holdfast.lock_billing_event(p_source, p_event_id);
BEGIN
  IF v_event.source IS NULL THEN
    RETURN holdfast.billing_event_not_found(p_source, p_event_id);
  END IF;
  IF v_event.ended_at IS NOT NULL THEN
    RETURN holdfast.billing_event_answer(v_event, p_replayed => true);
  END IF;
  RETURN holdfast.billing_event_answer(holdfast.settle_billing_event(
    v_event, holdfast.event_end('failed', p_code),
    greatest(holdfast.clock(), v_event.received_at)));
END $$;

-- A page of the events whose workflow is to be looked for, after the last row seen.
CREATE OR REPLACE FUNCTION holdfast.unwatched_billing_events(
  p_due_by timestamptz, p_after_at timestamptz, p_after_source text, p_after_event_id text,
  p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'at', holdfast.iso(e.look_from),
    'source', e.source,
    'eventId', e.event_id)
  FROM holdfast.billing_events AS e
  WHERE e.look_from <= p_due_by
    AND (e.look_from, e.source, e.event_id) > (
      coalesce(p_after_at, '-infinity'),
      coalesce(p_after_source, ''),
      coalesce(p_after_event_id, ''))
  ORDER BY e.look_from, e.source, e.event_id
  LIMIT p_limit
$$;

-- The workflow runs: the next check is later.
CREATE OR REPLACE FUNCTION holdfast.watch_billing_event(
  p_source text, p_event_id text, p_for_ms bigint
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.billing_events
  SET look_from = holdfast.clock() + p_for_ms * interval '1 millisecond'
  WHERE source = p_source AND event_id = p_event_id AND look_from IS NOT NULL
$$;

-- An operator has seen to what kept the event from being applied: it is applied again.
CREATE OR REPLACE FUNCTION holdfast.retry_billing_event(
  p_source text, p_event_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_event  holdfast.billing_events := holdfast.lock_billing_event(p_source, p_event_id);
  v_answer jsonb := holdfast.answered_by_hand(v_event, p_source, p_event_id, 'received');
BEGIN
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;
  PERFORM holdfast.record_event_act(v_event, 'retry-event', p_reason, p_by);
  RETURN holdfast.billing_event_answer(holdfast.take_up_billing_event(p_source, p_event_id));
END $$;

-- An operator has seen to what the event asks for, or it needs nothing: it is not applied.
CREATE OR REPLACE FUNCTION holdfast.close_billing_event(
  p_source text, p_event_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_event  holdfast.billing_events := holdfast.lock_billing_event(p_source, p_event_id);
  v_answer jsonb := holdfast.answered_by_hand(v_event, p_source, p_event_id, 'closed');
BEGIN
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;
  PERFORM holdfast.record_event_act(v_event, 'close-event', p_reason, p_by);
  RETURN holdfast.billing_event_answer(holdfast.settle_billing_event(
    v_event, holdfast.event_end('closed', 'by-hand'),
    greatest(holdfast.clock(), v_event.received_at)));
END $$;

-- What an operator is answered where nothing is to be done: the event isn't there, was applied, or
-- is in that state already. Else null.
CREATE OR REPLACE FUNCTION holdfast.answered_by_hand(
  e holdfast.billing_events, p_source text, p_event_id text, p_state text
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN e.source IS NULL THEN holdfast.billing_event_not_found(p_source, p_event_id)
    WHEN e.state = 'applied' THEN holdfast.billing_event_applied(e)
    WHEN e.state = p_state THEN holdfast.billing_event_answer(e, p_replayed => true)
  END
$$;

CREATE OR REPLACE FUNCTION holdfast.record_event_act(
  e holdfast.billing_events, p_what text, p_reason text, p_by text
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.record_operator_act(
    coalesce(e.account_id, '*'), p_what,
    jsonb_build_object('source', e.source, 'eventId', e.event_id), p_reason, p_by)
$$;

CREATE OR REPLACE FUNCTION holdfast.billing_event_applied(e holdfast.billing_events)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('BILLING_EVENT_APPLIED', jsonb_build_object(
    'source', e.source,
    'eventId', e.event_id,
    'endedAt', holdfast.iso(e.ended_at)))
$$;
