-- The audit's report: how many accounts and entries there are, and every violated invariant, in one
-- snapshot.
CREATE OR REPLACE FUNCTION holdfast.audit() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'accounts', (SELECT count(*) FROM holdfast.accounts),
    'entries', (SELECT count(*) FROM holdfast.entries),
    'violations', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
          'invariant', v.invariant,
          'accountId', v.account_id,
          'detail', v.detail)
        ORDER BY v.account_id, v.invariant)
      FROM (
        SELECT * FROM holdfast.violations()
        UNION ALL
        SELECT * FROM holdfast.purchase_violations()
        UNION ALL
        SELECT * FROM holdfast.queue_violations()
        UNION ALL
        SELECT * FROM holdfast.limit_violations()
        UNION ALL
        SELECT * FROM holdfast.text_violations()
        UNION ALL
        SELECT * FROM holdfast.act_violations()
        UNION ALL
        SELECT * FROM holdfast.subscription_violations(holdfast.clock())
      ) AS v
    ), '[]'))
$$;

-- The invariants of balances and the journal. A violation names its invariant and account.
CREATE OR REPLACE FUNCTION holdfast.violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT * FROM holdfast.balance_violations()
  UNION ALL
  SELECT * FROM holdfast.journal_violations()
  UNION ALL
  SELECT * FROM holdfast.entry_violations()
  UNION ALL
  SELECT * FROM holdfast.journal_grant_violations()
  UNION ALL
  SELECT * FROM holdfast.journal_reservation_violations()
$$;

-- The account's figures, its grants and its reservations fit together.
CREATE OR REPLACE FUNCTION holdfast.balance_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH remainders AS (
    SELECT g.account_id, sum(g.remaining) AS credits
    FROM holdfast.grants AS g
    GROUP BY g.account_id
  ), open AS (
    SELECT r.account_id, sum(r.credits) AS credits
    FROM holdfast.reservations AS r
    WHERE r.state = 'open'
    GROUP BY r.account_id
  )
  SELECT 'figures-not-negative', a.account_id, to_jsonb(a)
  FROM holdfast.accounts AS a
  WHERE least(a.available, a.reserved, a.spent, a.expired, a.deducted) < 0
  UNION ALL
  SELECT 'remainder-in-range', g.account_id,
    jsonb_build_object('grantId', g.grant_id, 'remaining', g.remaining)
  FROM holdfast.grants AS g
  WHERE g.remaining < 0 OR g.remaining > g.credits
  UNION ALL
  SELECT 'figures-add-up', a.account_id, to_jsonb(a)
  FROM holdfast.accounts AS a
  WHERE a.granted <> a.available + a.reserved + a.spent + a.expired + a.deducted
  UNION ALL
  SELECT 'grants-add-up', a.account_id,
    jsonb_build_object('available', a.available, 'remainders', remainders.credits)
  FROM holdfast.accounts AS a
  LEFT JOIN remainders USING (account_id)
  WHERE a.available <> coalesce(remainders.credits, 0)
  UNION ALL
  SELECT 'reservations-add-up', a.account_id,
    jsonb_build_object('reserved', a.reserved, 'open', open.credits)
  FROM holdfast.accounts AS a
  LEFT JOIN open USING (account_id)
  WHERE a.reserved <> coalesce(open.credits, 0)
  UNION ALL
  SELECT 'allocations-add-up', r.account_id,
    jsonb_build_object('requestId', r.request_id, 'credits', r.credits)
  FROM holdfast.reservations AS r
  WHERE r.credits <> (SELECT coalesce(sum(c), 0) FROM unnest(r.allocated_credits) AS c)
    OR cardinality(r.allocated_credits) <> cardinality(r.allocated_grants)
$$;

-- The counts that stand on the account, and its queue, fit its reservations.
CREATE OR REPLACE FUNCTION holdfast.queue_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH counted AS (
    SELECT r.account_id,
      count(*) FILTER (WHERE r.state = 'open') AS open,
      sum(r.waits_for) FILTER (WHERE r.state = 'waiting') AS waited_for,
      max(r.ticket) AS last_ticket,
      sum(CASE r.state WHEN 'open' THEN r.credits ELSE r.charged END)
        FILTER (WHERE holdfast.day_of(r.reserved_at) = a.day) AS day_credits
    FROM holdfast.reservations AS r
    JOIN holdfast.accounts AS a USING (account_id)
    GROUP BY r.account_id
  )
  SELECT 'counts-match-reservations', a.account_id,
    jsonb_build_object(
      'open', c.open, 'waitedFor', c.waited_for, 'dayCredits', c.day_credits)
  FROM holdfast.accounts AS a
  LEFT JOIN counted AS c USING (account_id)
  WHERE (a.open_reservations, a.waited_for, a.day_credits) IS DISTINCT FROM (
      coalesce(c.open, 0)::integer,
      coalesce(c.waited_for, 0)::bigint,
      coalesce(c.day_credits, 0)::bigint
    )
    OR a.last_ticket < coalesce(c.last_ticket, 0)
  UNION ALL
  SELECT 'blocks-match-tickets', account_id,
    jsonb_build_object('block', block, 'tickets', b.tickets, 'credits', b.credits)
  FROM (
    SELECT r.account_id, holdfast.block_of(r.ticket) AS block,
      count(*)::integer AS tickets,
      sum(r.waits_for)::bigint AS credits,
      sum(coalesce(r.request_bytes, 0))::bigint AS request_bytes
    FROM holdfast.reservations AS r
    WHERE r.state = 'waiting'
    GROUP BY r.account_id, holdfast.block_of(r.ticket)
  ) AS w
  FULL JOIN holdfast.queue_blocks AS b USING (account_id, block)
  WHERE (w.tickets, w.credits, w.request_bytes)
    IS DISTINCT FROM (b.tickets, b.credits, b.request_bytes)
  UNION ALL
  SELECT 'unserved-holds-nothing', r.account_id,
    jsonb_build_object('requestId', r.request_id, 'state', r.state)
  FROM holdfast.reservations AS r
  WHERE r.reserved_at IS NULL AND (
    r.credits <> 0
    OR r.charged <> 0
    OR EXISTS (
      SELECT FROM holdfast.entries AS e
      WHERE e.account_id = r.account_id AND e.request_id = r.request_id
    )
  )
  UNION ALL
  SELECT 'one-top-up-at-a-time', p.account_id, jsonb_build_object('open', count(*))
  FROM holdfast.purchases AS p
  WHERE p.automatic AND p.status = 'open'
  GROUP BY p.account_id
  HAVING count(*) > 1
$$;
