-- The counts that stand on the account, and its queue, fit its reservations.
CREATE OR REPLACE FUNCTION holdfast.count_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH counted AS (
    SELECT r.account_id,
      count(*) FILTER (WHERE r.state = 'open') AS open,
      coalesce(sum(r.credits) FILTER (WHERE r.state = 'open'), 0) AS reserved,
      coalesce(sum(r.waits_for) FILTER (WHERE r.state = 'waiting'), 0) AS waited_for,
      count(r.ticket) AS tickets,
      coalesce(max(r.ticket), 0) AS last_ticket,
      max(holdfast.day_of(r.reserved_at)) AS day,
      coalesce(sum(CASE r.state WHEN 'open' THEN r.credits ELSE r.charged END)
        FILTER (WHERE holdfast.day_of(r.reserved_at) = a.day), 0) AS day_credits
    FROM holdfast.reservations AS r
    JOIN holdfast.accounts AS a USING (account_id)
    WHERE r.account_id BETWEEN p_from AND p_to AND a.account_id BETWEEN p_from AND p_to
    GROUP BY r.account_id
  )
  SELECT 'reservations-add-up', a.account_id,
    jsonb_build_object('reserved', a.reserved, 'open', c.reserved)
  FROM holdfast.accounts AS a
  LEFT JOIN counted AS c USING (account_id)
  WHERE a.account_id BETWEEN p_from AND p_to AND a.reserved <> coalesce(c.reserved, 0)
  UNION ALL
  SELECT 'counts-match-reservations', a.account_id,
    jsonb_build_object(
      'open', c.open, 'waitedFor', c.waited_for, 'dayCredits', c.day_credits,
      'tickets', c.tickets)
  FROM holdfast.accounts AS a
  LEFT JOIN counted AS c USING (account_id)
  WHERE a.account_id BETWEEN p_from AND p_to
    AND (
      (a.open_reservations, a.waited_for, a.day_credits, a.last_ticket, a.last_ticket)
        IS DISTINCT FROM (
          coalesce(c.open, 0)::integer,
          coalesce(c.waited_for, 0)::bigint,
          coalesce(c.day_credits, 0)::bigint,
          coalesce(c.tickets, 0),
          coalesce(c.last_ticket, 0)
        )
      -- Null for accounts that were idle on the day of the migration that brought it.
      OR (a.day IS DISTINCT FROM c.day AND NOT (a.day IS NULL AND c.day < (
        SELECT holdfast.day_of(applied_at)
        FROM holdfast.schema_migrations
        WHERE name = '0004_waiting.sql'
      )))
    )
$$;

CREATE OR REPLACE FUNCTION holdfast.queue_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'blocks-match-tickets', account_id,
    jsonb_build_object('block', block, 'tickets', b.tickets, 'credits', b.credits)
  FROM (
    SELECT r.account_id, holdfast.block_of(r.ticket) AS block,
      count(*)::integer AS tickets,
      sum(r.waits_for)::bigint AS credits,
      sum(coalesce(r.request_bytes, 0))::bigint AS request_bytes
    FROM holdfast.reservations AS r
    WHERE r.account_id BETWEEN p_from AND p_to AND r.state = 'waiting'
    GROUP BY r.account_id, holdfast.block_of(r.ticket)
  ) AS w
  FULL JOIN (
    SELECT * FROM holdfast.queue_blocks AS q WHERE q.account_id BETWEEN p_from AND p_to
  ) AS b USING (account_id, block)
  WHERE (w.tickets, w.credits, w.request_bytes)
    IS DISTINCT FROM (b.tickets, b.credits, b.request_bytes)
  UNION ALL
  SELECT 'message-has-subject', o.account_id,
    jsonb_build_object('kind', o.kind, 'subject', o.subject)
  FROM holdfast.outbox AS o
  WHERE o.account_id BETWEEN p_from AND p_to AND CASE o.kind
    WHEN 'wake' THEN NOT EXISTS (
      SELECT FROM holdfast.reservations AS r
      WHERE r.account_id = o.account_id AND r.request_id = o.subject AND r.ticket IS NOT NULL
    )
    ELSE o.subject <> ''
  END
$$;
