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
    (t.allocated_grants, t.allocated_credits) IS DISTINCT FROM (
      t.grant_ids,
      CASE t.type
        WHEN 'reserve' THEN t.reserved_deltas
        ELSE holdfast.negated(t.reserved_deltas)
      END
    )
    OR t.at IS DISTINCT FROM CASE t.type WHEN 'reserve' THEN t.reserved_at ELSE t.resolved_at END
    OR (t.type <> 'reserve' AND NOT t.erased AND t.resolved_why IS DISTINCT FROM
      coalesce(t.reason, holdfast.text_of(t.account_id, t.text_id)))
    OR (t.type = 'release' AND t.remainder_deltas <> t.allocated_credits)
    OR (t.type = 'commit' AND NOT holdfast.is_charged_in_order(t.allocated_credits,
      t.remainder_deltas))
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
CREATE OR REPLACE FUNCTION holdfast.price_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'priced-by-catalog', r.account_id, jsonb_build_object(
    'requestId', r.request_id,
    'catalogVersion', r.catalog_version,
    'reserved', r.credits,
    'charged', r.charged,
    'price', price.credits)
  FROM holdfast.entries_in(p_parts) AS e
  JOIN holdfast.reservations AS r USING (account_id, request_id)
  LEFT JOIN holdfast.catalog_versions AS v ON v.version = r.catalog_version,
    LATERAL holdfast.catalog_price(v.document, r.body) AS price
  WHERE e.type = 'reserve' AND (
    r.credits IS DISTINCT FROM price.credits
    OR holdfast.is_charged_by(r, price.unit_credits, price.is_by_time) IS NOT TRUE
    OR (r.charged > 0 AND r.reason = 'cancelled'
      AND v.document->'kinds'->(r.body->>'kind')->>'cancelled' IS DISTINCT FROM 'used')
    OR (r.body->>'maxCredits')::numeric < r.credits
    OR v.version IS DISTINCT FROM holdfast.effective_version(r.reserved_at)
  )
$$;

-- What a request costs by a version's document; null if it is not on sale there. The rule is that
-- of domain/pricing/unit-price.ts, said twice on purpose: a test compares them.
CREATE OR REPLACE FUNCTION holdfast.catalog_price(
  p_document jsonb, p_body jsonb,
  OUT credits numeric, OUT unit_credits numeric, OUT is_by_time boolean
) LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
      WHEN asked.seconds IS NULL OR price.per_seconds IS NULL THEN asked.unit
      ELSE ceil(round(asked.seconds * 1000) / round(price.per_seconds * 1000)) * asked.unit
    END,
    asked.unit,
    price.per_seconds IS NOT NULL
  FROM (SELECT p_document->'kinds'->(p_body->>'kind')->'price' AS price) AS kind,
    LATERAL (SELECT (kind.price->>'perSeconds')::numeric AS per_seconds) AS price,
    LATERAL (
      SELECT (p_body->>'seconds')::numeric AS seconds,
        CASE
          WHEN p_body->>'audio' = 'true'
            THEN coalesce(kind.price->>'creditsWithAudio', kind.price->>'credits')
          ELSE kind.price->>'credits'
        END::numeric AS unit
    ) AS asked
$$;

-- Whether the request may have been charged what it was.
CREATE OR REPLACE FUNCTION holdfast.is_charged_by(
  r holdfast.reservations, p_unit_credits numeric, p_is_by_time boolean
) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN r.state <> 'committed' THEN r.charged = 0
    WHEN p_is_by_time THEN r.charged > 0 AND r.charged % p_unit_credits = 0
    ELSE r.charged = p_unit_credits
  END
$$;
