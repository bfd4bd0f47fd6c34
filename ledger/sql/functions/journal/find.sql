-- The account's last entry from before that time, by its version; 0 if there is none. Versions have
-- no gaps and times never go backwards, so halving finds it by the key in a journal of any length.
CREATE OR REPLACE FUNCTION holdfast.last_version_before(p_account_id text, p_at timestamptz)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before bigint := 0;
  v_after  bigint := 1 + coalesce((
    SELECT version FROM holdfast.entries
    WHERE account_id = p_account_id ORDER BY version DESC LIMIT 1
  ), 0);
  v_middle bigint;
BEGIN
  WHILE v_after - v_before > 1 LOOP
    v_middle := (v_before + v_after) / 2;
    IF EXISTS (
      SELECT FROM holdfast.entries
      WHERE account_id = p_account_id AND version = v_middle AND at < p_at
    ) THEN
      v_before := v_middle;
    ELSE
      v_after := v_middle;
    END IF;
  END LOOP;
  RETURN v_before;
END $$;

-- The versions of a request's entries, which have the times of its reservation.
CREATE OR REPLACE FUNCTION holdfast.versions_of_request(p_account_id text, p_request_id text)
RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH ranges AS MATERIALIZED (
    SELECT DISTINCT
      holdfast.last_version_before(p_account_id, moment.at) AS after,
      holdfast.last_version_before(p_account_id, moment.at + interval '1 millisecond') AS upto
    FROM holdfast.reservations AS r
    CROSS JOIN LATERAL unnest(ARRAY[r.reserved_at, r.resolved_at]) AS moment (at)
    WHERE r.account_id = p_account_id AND r.request_id = p_request_id
  )
  SELECT coalesce(array_agg(e.version ORDER BY e.version), '{}')
  FROM ranges
  CROSS JOIN LATERAL (
    SELECT version
    FROM holdfast.entries
    WHERE account_id = p_account_id
      AND version > ranges.after
      AND version <= ranges.upto
      AND request_id = p_request_id
    -- Without it the planner may look through the whole journal first.
    OFFSET 0
  ) AS e
$$;
