-- Each entry of a request is its reservation's, which was resolved as the entry says.
CREATE OR REPLACE FUNCTION holdfast.request_entry_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT e.*, r.request_id IS NOT NULL AS is_known, r.state, r.charged, r.credits,
      r.reserved_at, r.resolved_at, r.allocated_grants, r.allocated_credits, r.erased,
      r.reason AS resolved_why,
      jsonb_build_object('requestId', e.request_id, 'version', e.version) AS detail
    FROM holdfast.entries_in(p_parts) AS e
    LEFT JOIN holdfast.reservations AS r USING (account_id, request_id)
    WHERE e.request_id IS NOT NULL
  )
  SELECT 'reservations-match-journal', t.account_id, t.detail
  FROM told AS t
  WHERE t.is_known AND (
    t.allocated_grants IS DISTINCT FROM t.grant_ids
    OR cardinality(t.allocated_credits) <> cardinality(t.reserved_deltas)
    OR EXISTS (
      SELECT FROM unnest(t.allocated_credits, t.reserved_deltas) AS part (allocated, delta)
      WHERE part.delta <> CASE t.type WHEN 'reserve' THEN part.allocated ELSE -part.allocated END
    )
    OR t.at IS DISTINCT FROM CASE t.type WHEN 'reserve' THEN t.reserved_at ELSE t.resolved_at END
    OR (t.type <> 'reserve' AND NOT t.erased AND t.resolved_why IS DISTINCT FROM CASE
      WHEN t.text_id IS NULL THEN t.reason
      ELSE holdfast.text_of(t.account_id, t.text_id)
    END)
    OR (t.type = 'release' AND t.remainder_deltas <> t.allocated_credits)
    OR CASE
      WHEN t.type <> 'commit' THEN false
      WHEN cardinality(t.grant_ids) = 1
        THEN t.remainder_deltas[1] NOT BETWEEN 0 AND t.allocated_credits[1]
      ELSE NOT holdfast.is_charged_in_order(t.allocated_credits, t.remainder_deltas)
    END
  )
  UNION ALL
  SELECT 'resolved-once', t.account_id, t.detail
  FROM told AS t
  WHERE NOT t.is_known OR CASE t.type
    WHEN 'reserve' THEN t.credits <> t.reserved_delta
    WHEN 'commit' THEN t.state <> 'committed' OR t.charged <> -t.available_delta - t.reserved_delta
    ELSE t.state <> 'released'
  END
  UNION ALL
  SELECT 'unserved-holds-nothing', t.account_id, t.detail
  FROM told AS t
  WHERE t.is_known AND t.reserved_at IS NULL
$$;

-- Whether a commit took its credits in burn order: what it hands back is the end of what was set
-- aside.
CREATE OR REPLACE FUNCTION holdfast.is_charged_in_order(p_allocated bigint[], p_returned bigint[])
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  v_is_over boolean := false;
BEGIN
  FOR i IN 1 .. cardinality(p_allocated) LOOP
    IF p_returned[i] < 0 OR p_returned[i] > p_allocated[i]
      OR (v_is_over AND p_returned[i] <> p_allocated[i])
    THEN
      RETURN false;
    END IF;
    v_is_over := v_is_over OR p_returned[i] > 0;
  END LOOP;
  RETURN true;
END $$;

-- Requests cost what the catalog version of their quote says, which was in force when they were
-- admitted, and are charged whole units of it. A cancelled job is charged where its kind says so.
-- Few requests differ in what their price depends on, so each price is computed once.
CREATE OR REPLACE FUNCTION holdfast.price_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH asked AS MATERIALIZED (
    SELECT r.account_id, r.request_id, r.catalog_version, r.state, r.credits, r.charged, r.reason,
      r.reserved_at, (r.body->>'maxCredits')::numeric AS credits_max,
      jsonb_build_object('kind', r.body->'kind') || holdfast.request_dimensions(r.body) AS body
    FROM holdfast.entries_in(p_parts) AS e
    JOIN holdfast.reservations AS r USING (account_id, request_id)
    WHERE e.type = 'reserve'
  ), versions AS (
    SELECT v.*, lead(v.effective_from) OVER (ORDER BY v.effective_from) AS until
    FROM holdfast.catalog_versions AS v
  ), prices AS MATERIALIZED (
    SELECT s.catalog_version, s.body, v.effective_from, coalesce(v.until, 'infinity') AS until,
      price.credits, price.unit_credits, price.is_by_time,
      v.document->'kinds'->(s.body->>'kind')->>'cancelled' AS cancelled
    FROM (SELECT DISTINCT a.catalog_version, a.body FROM asked AS a) AS s
    JOIN versions AS v ON v.version = s.catalog_version,
      LATERAL holdfast.catalog_price(v.document, s.body) AS price
  )
  SELECT 'priced-by-catalog', r.account_id, jsonb_build_object(
    'requestId', r.request_id,
    'catalogVersion', r.catalog_version,
    'reserved', r.credits,
    'charged', r.charged,
    'price', p.credits)
  FROM asked AS r
  LEFT JOIN prices AS p USING (catalog_version, body)
  WHERE r.credits IS DISTINCT FROM p.credits
    OR r.credits_max < r.credits
    OR r.reserved_at < p.effective_from
    -- A day's tolerance: a version may have come while the clock was set back.
    OR r.reserved_at >= p.until + interval '1 day'
    OR (r.charged > 0 AND r.reason = 'cancelled' AND p.cancelled IS DISTINCT FROM 'used')
    OR CASE
      WHEN r.state <> 'committed' THEN r.charged <> 0
      WHEN p.is_by_time THEN r.charged <= 0 OR r.charged % p.unit_credits <> 0
      ELSE r.charged IS DISTINCT FROM p.unit_credits
    END
$$;
