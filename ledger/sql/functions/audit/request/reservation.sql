-- The columns of a reservation's row fit each other; the journal isn't asked.
CREATE OR REPLACE FUNCTION holdfast.reservation_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  -- As often as it is read: kept aside, all rows of a large account would be written to a file.
  WITH held AS NOT MATERIALIZED (
    SELECT r.*, jsonb_build_object('requestId', r.request_id, 'state', r.state) AS detail
    FROM holdfast.reservations AS r
    WHERE r.account_id BETWEEN p_from AND p_to
  )
  SELECT 'allocations-add-up', r.account_id,
    jsonb_build_object('requestId', r.request_id, 'credits', r.credits)
  FROM held AS r
  WHERE cardinality(r.allocated_credits) <> cardinality(r.allocated_grants)
    OR CASE cardinality(r.allocated_credits)
      WHEN 0 THEN r.credits <> 0
      WHEN 1 THEN r.credits <> r.allocated_credits[1]
      ELSE r.credits <> (SELECT sum(c) FROM unnest(r.allocated_credits) AS c)
    END
  UNION ALL
  SELECT 'unserved-holds-nothing', r.account_id, r.detail
  FROM held AS r
  WHERE r.reserved_at IS NULL AND (r.credits <> 0 OR r.charged <> 0)
  UNION ALL
  -- A tombstone has no body; a row with a body was reserved or has waited.
  SELECT 'resolved-once', r.account_id, r.detail
  FROM held AS r
  WHERE (r.reserved_at IS NULL AND r.ticket IS NULL) <> (r.body IS NULL)
    OR (r.body IS NULL AND (r.state <> 'released' OR r.catalog_version IS NOT NULL))
    OR (r.state IN ('open', 'waiting')) <> (r.resolved_at IS NULL)
    OR (r.state = 'waiting' AND r.reserved_at IS NOT NULL)
    OR (r.state = 'committed' AND (r.reserved_at IS NULL OR r.charged > r.credits))
    OR r.resolved_at < r.reserved_at
  UNION ALL
  SELECT 'reservation-says-how', r.account_id, r.detail
  FROM held AS r
  WHERE (r.expires_at IS NOT NULL) <> (r.state IN ('open', 'waiting'))
    OR CASE r.state
      WHEN 'released' THEN r.reason IS NULL OR r.output_url IS NOT NULL
      WHEN 'committed' THEN CASE
        WHEN r.reason IS NULL THEN r.output_url IS NULL AND NOT r.erased
        ELSE r.reason <> 'cancelled' OR r.output_url IS NOT NULL
      END
      ELSE coalesce(r.reason, r.output_url) IS NOT NULL
    END
    OR (r.missing_passes > 0) <> (r.missing_pass_id IS NOT NULL)
    OR r.missing_passes < 0
    OR (r.body IS NOT NULL AND r.body->>'kind' IS NULL)
    OR (r.ticket IS NULL AND num_nonnulls(r.waits_for, r.admitted_credits, r.waiting_since,
      r.wait_until, r.woken_at, r.request_bytes) > 0)
$$;

-- Requests that wait, or have waited: the price at which they came, what they wait for, when they
-- end. Clocks may have gone back in between, so times are compared with a day's tolerance.
CREATE OR REPLACE FUNCTION holdfast.ticket_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH tickets AS (
    SELECT r.*,
      jsonb_build_object('requestId', r.request_id, 'ticket', r.ticket) AS detail,
      (r.state = 'waiting' OR r.reserved_at IS NOT NULL) AS is_at_price
    FROM holdfast.reservations AS r
    WHERE r.account_id BETWEEN p_from AND p_to AND r.ticket IS NOT NULL
  )
  SELECT 'ticket-complete', t.account_id, t.detail
  FROM tickets AS t
  WHERE num_nulls(t.waits_for, t.admitted_credits, t.waiting_since, t.wait_until) > 0
    OR t.ticket < 1
    OR t.wait_until <= t.waiting_since
    OR t.wait_until > t.waiting_since + interval '366 days'
    OR coalesce(t.reserved_at, t.resolved_at) < t.waiting_since - interval '1 day'
    OR (t.woken_at IS NOT NULL AND t.state <> 'waiting')
    OR t.woken_at < t.waiting_since - interval '1 day'
    OR t.request_bytes < 0
    OR (t.reserved_at IS NOT NULL AND t.waits_for <> t.credits)
    OR (t.is_at_price AND t.waits_for > t.admitted_credits)
    OR (NOT t.is_at_price AND NOT t.erased AND t.reason <> 'WAIT_TIMED_OUT'
      AND (t.reason = 'PRICE_CHANGED') <> (t.waits_for > t.admitted_credits))
  UNION ALL
  SELECT 'priced-by-catalog', t.account_id, t.detail || jsonb_build_object(
    'waitsFor', t.waits_for, 'admitted', t.admitted_credits)
  FROM tickets AS t
  WHERE (
    NOT EXISTS (
      SELECT FROM holdfast.catalog_versions AS v
      WHERE v.effective_from <= t.waiting_since
        AND v.version >= coalesce(
          holdfast.effective_version(t.waiting_since - interval '1 day'), v.version)
        AND (holdfast.catalog_price(v.document, t.body)).credits = t.admitted_credits
    )
    OR (t.resolved_at IS NULL AND t.waits_for IS DISTINCT FROM (
      SELECT (holdfast.catalog_price(v.document, t.body)).credits
      FROM holdfast.catalog_versions AS v
      WHERE v.version = t.catalog_version
    ))
  )
$$;

-- Free cancellations are counted on the request, which an operator may have ended by another word.
CREATE OR REPLACE FUNCTION holdfast.cancel_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH judged AS (
    SELECT r.account_id, r.request_id, r.state, r.reason, r.free_cancel_at, r.reserved_at,
      r.resolved_at,
      coalesce(v.document->'kinds'->(r.body->>'kind')->>'cancelled' = 'used', false) AS is_paid
    FROM holdfast.reservations AS r
    LEFT JOIN holdfast.catalog_versions AS v ON v.version = r.catalog_version
    WHERE r.account_id BETWEEN p_from AND p_to
      AND (r.free_cancel_at IS NOT NULL OR (r.state = 'released' AND r.reason = 'cancelled'))
  )
  SELECT 'free-cancels-counted', r.account_id, jsonb_build_object('requestId', r.request_id)
  FROM judged AS r
  WHERE (r.free_cancel_at IS NOT NULL AND (
      r.is_paid OR r.reserved_at IS NULL OR r.free_cancel_at < r.reserved_at
      OR r.free_cancel_at > r.resolved_at + interval '1 day'
    ))
    OR (r.free_cancel_at IS NULL AND NOT r.is_paid AND r.reserved_at IS NOT NULL
      AND r.resolved_at > (
        SELECT applied_at FROM holdfast.schema_migrations WHERE name = '0015_cancelled.sql'
      ))
$$;
