-- A page of accounts in the order of their ids, after p_after: of so many that are looked at, those
-- whose ids begin with the prefix. next: what p_after is for the page after this one.
CREATE OR REPLACE FUNCTION holdfast.account_list(
  p_prefix text, p_after text, p_limit integer
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH looked_at AS MATERIALIZED (
    SELECT a AS account, a.account_id
    FROM holdfast.accounts AS a
    WHERE a.account_id > p_after
    ORDER BY a.account_id
    LIMIT p_limit
  ), clock AS MATERIALIZED (
    SELECT holdfast.clock() AS now
  )
  SELECT jsonb_build_object(
    'accounts', coalesce(jsonb_agg(jsonb_build_object(
      'accountId', l.account_id,
      'available', holdfast.available_at(l.account, clock.now),
      'reserved', (l.account).reserved,
      'spent', (l.account).spent,
      'waitedFor', (l.account).waited_for,
      'validUntil', holdfast.iso((l.account).valid_until),
      'lastEntryAt', holdfast.iso((l.account).last_entry_at)) ORDER BY l.account_id)
      FILTER (WHERE starts_with(l.account_id, p_prefix)), '[]'),
    'next', CASE WHEN count(*) = p_limit THEN max(l.account_id) END)
  FROM clock, looked_at AS l
$$;

-- The requests with that id of so many accounts, in the order of the accounts' ids, after p_after:
-- by the key, a look-up in each account. next: what p_after is for the page after this one.
CREATE OR REPLACE FUNCTION holdfast.requests_named(
  p_request_id text, p_after text, p_limit integer
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH looked_at AS MATERIALIZED (
    SELECT account_id
    FROM holdfast.accounts
    WHERE account_id > p_after
    ORDER BY account_id
    LIMIT p_limit
  )
  SELECT jsonb_build_object(
    'requests', coalesce(jsonb_agg(holdfast.request_record(found.request) ORDER BY l.account_id)
      FILTER (WHERE found.account_id IS NOT NULL), '[]'),
    'next', CASE WHEN count(*) = p_limit THEN max(l.account_id) END)
  FROM looked_at AS l
  LEFT JOIN LATERAL (
    SELECT r AS request, r.account_id
    FROM holdfast.reservations AS r
    WHERE r.account_id = l.account_id AND r.request_id = p_request_id
    -- Without it the planner may read the whole table instead.
    OFFSET 0
  ) AS found ON true
$$;

-- A page of the queues of all accounts, in the order of the accounts' ids, after p_after, each with
-- its first ticket. next: what p_after is for the page after this one.
CREATE OR REPLACE FUNCTION holdfast.waiting_queues(p_after text, p_limit integer) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH queues AS MATERIALIZED (
    SELECT account_id, sum(tickets) AS tickets, sum(credits) AS credits
    FROM holdfast.queue_blocks
    WHERE account_id > p_after
    GROUP BY account_id
    ORDER BY account_id
    LIMIT p_limit
  ), clock AS MATERIALIZED (
    SELECT holdfast.clock() AS now
  )
  SELECT jsonb_build_object(
    'queues', coalesce(jsonb_agg(jsonb_build_object(
      'accountId', a.account_id,
      'available', holdfast.available_at(a, clock.now),
      'waitedFor', q.credits,
      'ticketCount', q.tickets,
      'first', jsonb_build_object(
        'requestId', first.request_id,
        'kind', first.body->>'kind',
        'required', first.waits_for,
        'since', holdfast.iso(first.waiting_since),
        'until', holdfast.iso(first.wait_until))) ORDER BY a.account_id), '[]'),
    'next', CASE WHEN count(*) = p_limit THEN max(a.account_id) END)
  FROM clock, queues AS q
  JOIN holdfast.accounts AS a USING (account_id)
  CROSS JOIN LATERAL (
    SELECT r.*
    FROM holdfast.reservations AS r
    WHERE r.account_id = q.account_id AND r.state = 'waiting'
    ORDER BY r.ticket LIMIT 1
  ) AS first
$$;
