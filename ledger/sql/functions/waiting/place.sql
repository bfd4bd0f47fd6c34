-- The published record of a ticket. p_place: its place in the queue, from 1; p_ahead: the credits
-- that the tickets before it need.
CREATE OR REPLACE FUNCTION holdfast.ticket_record(
  r holdfast.reservations, p_place bigint, p_ahead numeric
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'requestId', r.request_id,
    'kind', r.body->'kind',
    'place', p_place,
    'required', r.waits_for,
    'requiredAhead', holdfast.sum_as_told(p_ahead),
    'since', holdfast.iso(r.waiting_since),
    'until', holdfast.iso(r.wait_until))
$$;

-- The stop, debt or limit that keeps the queue's first ticket from being served, as
-- {heldUp: {code, details}}; {} if there is none.
CREATE OR REPLACE FUNCTION holdfast.queue_obstacle(p_account holdfast.accounts, p_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_obstacle jsonb;
BEGIN
  SELECT holdfast.admission_obstacle(
    p_account, p_account.account_id, r.body->>'kind', r.waits_for, p_at)->'refusal'
  INTO v_obstacle
  FROM holdfast.reservations AS r
  WHERE r.account_id = p_account.account_id AND r.state = 'waiting'
  ORDER BY r.ticket LIMIT 1;
  IF v_obstacle IS NULL THEN RETURN '{}'; END IF;
  RETURN jsonb_build_object('heldUp', v_obstacle);
END $$;

-- The account's queue without a line for each ticket.
CREATE OR REPLACE FUNCTION holdfast.queue_outline(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
      'accountId', p_account_id,
      'at', holdfast.iso(known.at),
      'available', coalesce(holdfast.available_at(known.a, known.at), 0),
      'waitedFor', holdfast.sum_as_told(coalesce((known.a).waited_for, 0)),
      'ticketCount', (SELECT tickets FROM holdfast.queue_sums(p_account_id)))
    || CASE
      WHEN known.at IS NULL THEN '{}'
      ELSE holdfast.queue_obstacle(known.a, known.at)
    END
  FROM (VALUES (p_account_id)) AS asked (account_id)
  LEFT JOIN (
    SELECT a.account_id, a, holdfast.ledger_now(a.last_entry_at) AS at
    FROM holdfast.accounts AS a
  ) AS known USING (account_id)
$$;

-- The place of one request in the queue. Without a request: the credits that all tickets need.
CREATE OR REPLACE FUNCTION holdfast.waiting_place(p_account_id text, p_request_id text)
RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.queue_outline(p_account_id) || jsonb_build_object('ticket', (
    SELECT holdfast.ticket_record(r, ahead.tickets + 1, ahead.credits)
    FROM holdfast.reservations AS r, holdfast.ahead_of(r.account_id, r.ticket) AS ahead
    WHERE r.account_id = p_account_id
      AND r.request_id = p_request_id
      AND r.state = 'waiting'
  ))
$$;

-- A page of the queue's tickets, 100 by default, in the order in which they are served: those after
-- the ticket number p_after. next: where the page after this one begins; null after the last.
CREATE OR REPLACE FUNCTION holdfast.queue_page(
  p_account_id text, p_after bigint, p_limit integer
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH page AS (
    SELECT r,
      row_number() OVER queue AS line,
      sum(r.waits_for) OVER queue - r.waits_for AS credits
    FROM holdfast.reservations AS r
    WHERE r.account_id = p_account_id AND r.state = 'waiting' AND r.ticket > coalesce(p_after, 0)
    WINDOW queue AS (ORDER BY r.ticket)
    ORDER BY r.ticket
    LIMIT coalesce(p_limit, 100) + 1
  )
  SELECT holdfast.queue_outline(p_account_id) || jsonb_build_object(
    'tickets', (
      SELECT coalesce(
        jsonb_agg(
          holdfast.ticket_record(page.r, ahead.tickets + page.line, ahead.credits + page.credits)
          ORDER BY page.line),
        '[]')
      FROM page, holdfast.ahead_of(p_account_id, coalesce(p_after, 0) + 1) AS ahead
      WHERE page.line <= coalesce(p_limit, 100)
    ),
    'next', (
      SELECT (page.r).ticket
      FROM page
      WHERE page.line = coalesce(p_limit, 100) AND page.line < (SELECT max(line) FROM page)
    ))
$$;

-- For processes of v0.1.0, which know no pages: the first thousand tickets.
CREATE OR REPLACE FUNCTION holdfast.waiting_queue(p_account_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.queue_page(p_account_id, NULL, 1000)
$$;
