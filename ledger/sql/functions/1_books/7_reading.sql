-- Where a grant came from: its source, and the pack and purchase or the plan and cycle behind it. A cycle keeps only the best
-- plan held in it, so the plan that this grant was for is read from the grant's own key.
CREATE OR REPLACE FUNCTION holdfast.grant_origin(p_account_id text, p_grant_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('source', g.source, 'packId', p.pack_id, 'purchaseId', p.purchase_id,
    'planId', (
      SELECT k.result->>'planId' FROM holdfast.idempotency_keys AS k
      WHERE k.account_id = g.account_id AND k.operation = 'grant' AND k.result->>'grantId' = g.grant_id::text
        AND k.key IN (
          SELECT 'cycle:' || g.subscription_id || ':' || g.cycle
          UNION ALL SELECT 'upgrade:' || reference FROM holdfast.payments
          WHERE (account_id, subscription_id, cycle, pays) = (g.account_id, g.subscription_id, g.cycle, 'upgrade'))),
    'cycle', g.cycle, 'cycleStart', holdfast.iso(c.starts_at), 'cycleEnd', holdfast.iso(c.ends_at)))
  FROM holdfast.grants AS g
  LEFT JOIN holdfast.purchases AS p ON p.account_id = g.account_id AND p.grant_id = g.grant_id
  LEFT JOIN holdfast.cycles AS c
    ON c.account_id = g.account_id AND c.subscription_id = g.subscription_id AND c.cycle = g.cycle
  WHERE g.account_id = p_account_id AND g.grant_id = p_grant_id
$$;

-- One statement, one snapshot: the figures and the grants belong together. Null for p_as_of means now.
CREATE OR REPLACE FUNCTION holdfast.balance(p_account_id text, p_as_of timestamptz) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH account AS (
    -- An earlier time judges by the term and its end as they were known then, not as a later renewal has moved them.
    SELECT a.account_id, coalesce(p_as_of, holdfast.ledger_now(a.last_entry_at)) AS at,
      CASE WHEN p_as_of IS NULL THEN a.term ELSE t.term END AS term,
      CASE WHEN p_as_of IS NULL THEN a.valid_until ELSE t.valid_until END AS valid_until
    FROM holdfast.accounts AS a LEFT JOIN LATERAL (
      SELECT * FROM holdfast.terms
      WHERE account_id = a.account_id AND at <= p_as_of ORDER BY change DESC LIMIT 1
    ) AS t ON true
    WHERE a.account_id = p_account_id
  ), last AS (
    -- LATERAL, so that it reads the index from its end; as a join it would sort all the account's entries.
    SELECT e.* FROM account AS a, LATERAL (
      SELECT * FROM holdfast.entries WHERE account_id = a.account_id AND at <= a.at ORDER BY version DESC LIMIT 1
    ) AS e
  ), remainders AS (
    SELECT g.grant_id, g.remaining FROM holdfast.grants AS g
    WHERE p_as_of IS NULL AND g.account_id = p_account_id AND g.has_remainder
    UNION ALL
    SELECT d.grant_id, sum(d.delta)::bigint
    FROM last JOIN holdfast.entries AS e ON e.account_id = p_account_id AND e.version <= last.version,
      unnest(e.grant_ids, e.remainder_deltas) AS d (grant_id, delta)
    WHERE p_as_of IS NOT NULL GROUP BY d.grant_id
  ), standing AS (
    SELECT g.*, r.remaining AS left_over, coalesce(g.ends_at, a.valid_until) AS ends,
      coalesce(holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, a.at), false) AS counts
    FROM remainders AS r JOIN holdfast.grants AS g ON g.account_id = p_account_id AND g.grant_id = r.grant_id, account AS a
    WHERE r.remaining > 0
  )
  SELECT jsonb_build_object(
    'accountId', p_account_id,
    'at', (SELECT holdfast.iso(at) FROM account),
    'available', coalesce((SELECT sum(left_over) FROM standing WHERE counts), 0),
    'pendingExpiry', coalesce((SELECT sum(left_over) FROM standing WHERE NOT counts), 0),
    'reserved', coalesce(max(last.reserved_after), 0),
    'spent', coalesce(max(last.spent_after), 0),
    'expired', coalesce(max(last.expired_after), 0),
    'deducted', coalesce(max(last.deducted_after), 0),
    'granted', coalesce(max(last.granted_after), 0),
    'validUntil', (SELECT holdfast.iso(valid_until) FROM account),
    'grants', coalesce((
      SELECT jsonb_agg(holdfast.grant_origin(account_id, grant_id) || jsonb_build_object('grantId', grant_id::text,
        'credits', credits, 'remaining', left_over, 'expiresAt', holdfast.iso(ends))
        ORDER BY priority, ends, cost_cents > 0, granted_at, grant_id)
      FROM standing), '[]'))
  FROM last
$$;

-- As of a time that a caller has said; null means now.
CREATE OR REPLACE FUNCTION holdfast.balance_at(p_account_id text, p_as_of text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.balance(p_account_id, holdfast.instant(p_as_of))
$$;

CREATE OR REPLACE FUNCTION holdfast.request(p_account_id text, p_request_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.request_record(r) FROM holdfast.reservations AS r
  WHERE r.account_id = p_account_id AND r.request_id = p_request_id
$$;

-- The number of the catalog version in force at that time.
CREATE OR REPLACE FUNCTION holdfast.effective_version(p_at timestamptz) RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT version FROM holdfast.catalog_versions WHERE effective_from <= p_at ORDER BY effective_from DESC LIMIT 1
$$;

-- The version in force by the ledger's clock, and when the next one takes over.
CREATE OR REPLACE FUNCTION holdfast.effective_catalog() RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH clock AS MATERIALIZED (SELECT holdfast.clock() AS now)
  SELECT jsonb_build_object('catalogVersion', v.version::text, 'catalog', v.document, 'validUntil', (
    SELECT holdfast.iso(min(later.effective_from)) FROM holdfast.catalog_versions AS later
    WHERE later.effective_from > clock.now))
  FROM holdfast.catalog_versions AS v, clock
  WHERE v.effective_from <= clock.now ORDER BY v.effective_from DESC LIMIT 1
$$;

-- One version's text, whether in force or not: a retry finishes at the price that it was quoted.
CREATE OR REPLACE FUNCTION holdfast.catalog_version(p_version integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT document FROM holdfast.catalog_versions WHERE version = p_version
$$;
