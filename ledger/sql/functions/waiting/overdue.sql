-- The first tickets of queues that could be served now, and are not: the credits are there, nothing
-- holds the queue up, and a ticket that was woken has not asked for that long. Finding decides
-- nothing. since: when it was woken last, or began to wait.
CREATE OR REPLACE FUNCTION holdfast.overdue_heads(p_waited_ms bigint, p_limit integer)
RETURNS SETOF jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH clock AS MATERIALIZED (
    SELECT read.now, read.now - p_waited_ms * interval '1 millisecond' AS since_max
    FROM (SELECT holdfast.clock() AS now) AS read
  )
  SELECT jsonb_build_object(
    'accountId', first.account_id,
    'requestId', first.request_id,
    'required', first.waits_for,
    'waitingSince', holdfast.iso(first.waiting_since),
    'since', holdfast.iso(first.asked_at))
  FROM clock,
    (SELECT DISTINCT account_id FROM holdfast.queue_blocks) AS queue
    JOIN holdfast.accounts AS a USING (account_id),
    LATERAL (
      SELECT r.*, coalesce(r.woken_at, r.waiting_since) AS asked_at
      FROM holdfast.reservations AS r
      WHERE r.account_id = queue.account_id AND r.state = 'waiting'
      ORDER BY r.ticket LIMIT 1
    ) AS first
  WHERE first.asked_at <= clock.since_max
    AND a.available >= first.waits_for
    AND holdfast.available_at(a, clock.now) >= first.waits_for
    AND holdfast.admission_obstacle(
      a, a.account_id, first.body->>'kind', first.waits_for, clock.now) IS NULL
  ORDER BY first.asked_at, first.account_id
  LIMIT p_limit
$$;
