-- A page of the reservations, and of the requests that wait, whose hold has run out, in a stable
-- order, after the last row seen.
CREATE OR REPLACE FUNCTION holdfast.due_reservations(
  p_after_expires_at timestamptz, p_after_account_id text, p_after_request_id text,
  p_due_by timestamptz, p_limit integer
) RETURNS TABLE (account_id text, request_id text, expires_at timestamptz, credits bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.account_id, r.request_id, r.expires_at, r.credits
  FROM holdfast.reservations AS r
  WHERE r.resolved_at IS NULL
    AND r.expires_at <= p_due_by
    AND (p_after_expires_at IS NULL
      OR (r.expires_at, r.account_id, r.request_id)
        > (p_after_expires_at, p_after_account_id, p_after_request_id))
  ORDER BY r.expires_at, r.account_id, r.request_id
  LIMIT p_limit
$$;

-- The scope of one pass: its clock, taken once so that paging ends, and how many reservations and
-- waits are open.
CREATE OR REPLACE FUNCTION holdfast.reconciliation_scope() RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'now', holdfast.iso(holdfast.clock()),
    'open', (SELECT count(*) FROM holdfast.reservations WHERE resolved_at IS NULL))
$$;

-- The workflow runs: its hold goes on. Touches no balance, so it needs no account lock.
CREATE OR REPLACE FUNCTION holdfast.extend_hold(
  p_account_id text, p_request_id text, p_hold_ms bigint
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.reservations
  SET expires_at = holdfast.clock() + p_hold_ms * interval '1 millisecond',
    missing_passes = 0,
    missing_pass_id = NULL
  WHERE account_id = p_account_id AND request_id = p_request_id AND resolved_at IS NULL
$$;

-- The same for many at once, as a list of Temporal has them. Rows that are locked are about to
-- change, and waiting for several locks could end in a deadlock: they are left. Returns how many
-- were extended.
CREATE OR REPLACE FUNCTION holdfast.extend_holds(
  p_account_ids text[], p_request_ids text[], p_hold_ms bigint
) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH running AS (
    SELECT r.account_id, r.request_id
    FROM unnest(p_account_ids, p_request_ids) AS listed (account_id, request_id)
    JOIN holdfast.reservations AS r USING (account_id, request_id)
    WHERE r.resolved_at IS NULL
    FOR NO KEY UPDATE OF r SKIP LOCKED
  ), extended AS (
    UPDATE holdfast.reservations AS r
    SET expires_at = holdfast.clock() + p_hold_ms * interval '1 millisecond',
      missing_passes = 0,
      missing_pass_id = NULL
    FROM running
    WHERE r.account_id = running.account_id AND r.request_id = running.request_id
    RETURNING r.request_id
  )
  SELECT count(*)::integer FROM extended
$$;

-- Takes the next holds that ran out by the beginning of the pass, and that it has not taken yet.
-- Those of which nothing could be found out come after all others, so that they keep no other
-- from its turn.
CREATE OR REPLACE FUNCTION holdfast.take_due_holds(
  p_due_by timestamptz, p_pass_id text, p_limit integer
) RETURNS TABLE (account_id text, request_id text, kind text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH taken AS (
    SELECT r.account_id, r.request_id
    FROM holdfast.reservations AS r
    WHERE r.resolved_at IS NULL
      AND r.expires_at <= p_due_by
      AND r.looked_pass_id IS DISTINCT FROM p_pass_id
    ORDER BY r.unsettled_at NULLS FIRST, r.expires_at, r.account_id, r.request_id
    LIMIT p_limit
    FOR NO KEY UPDATE SKIP LOCKED
  ), looked AS (
    UPDATE holdfast.reservations AS r
    SET looked_pass_id = p_pass_id
    FROM taken
    WHERE r.account_id = taken.account_id AND r.request_id = taken.request_id
    RETURNING r.*
  )
  SELECT account_id, request_id, coalesce(body->>'kind', '')
  FROM looked
  ORDER BY unsettled_at NULLS FIRST, expires_at, account_id, request_id
$$;

-- What became of the orphan's job could not be found out: in the next pass its turn comes after
-- that of the others.
CREATE OR REPLACE FUNCTION holdfast.note_unsettled(p_account_id text, p_request_id text)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.reservations
  SET unsettled_at = holdfast.clock()
  WHERE account_id = p_account_id AND request_id = p_request_id AND resolved_at IS NULL
$$;

-- The workflow was not found by this pass. Returns in how many passes in a row; repeating a pass
-- counts once.
CREATE OR REPLACE FUNCTION holdfast.note_missing(
  p_account_id text, p_request_id text, p_pass_id text
) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.reservations
  SET missing_passes = missing_passes + (missing_pass_id IS DISTINCT FROM p_pass_id)::integer,
    missing_pass_id = p_pass_id
  WHERE account_id = p_account_id AND request_id = p_request_id AND resolved_at IS NULL
  RETURNING missing_passes::integer
$$;

-- Records on first use which Temporal this ledger belongs to, and returns what is recorded.
CREATE OR REPLACE FUNCTION holdfast.temporal_identity(
  p_cluster_id text, p_namespace_id text, p_namespace text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO holdfast.temporal_identity (cluster_id, namespace_id, namespace, recorded_at)
  VALUES (p_cluster_id, p_namespace_id, p_namespace, holdfast.clock())
  ON CONFLICT DO NOTHING;
  RETURN holdfast.recorded_temporal_identity();
END $$;

-- Which Temporal this ledger belongs to; null until a worker has recorded one.
CREATE OR REPLACE FUNCTION holdfast.recorded_temporal_identity() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'clusterId', cluster_id,
    'namespaceId', namespace_id,
    'namespace', namespace)
  FROM holdfast.temporal_identity
$$;
