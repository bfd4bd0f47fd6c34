-- The journal is gap-free and in order, and adding up its entries gives the balances after each.
CREATE OR REPLACE FUNCTION holdfast.journal_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH replayed AS (
    SELECT e.*,
      row_number() OVER journal AS expected_version,
      lag(e.at) OVER journal AS previous_at,
      sum(available_delta) OVER journal AS available_replayed,
      sum(reserved_delta) OVER journal AS reserved_replayed,
      sum(CASE WHEN type = 'grant'  THEN available_delta ELSE 0 END)
        OVER journal AS granted_replayed,
      sum(CASE WHEN type = 'commit' THEN -available_delta - reserved_delta ELSE 0 END)
        OVER journal AS spent_replayed,
      sum(CASE WHEN type = 'expire' THEN -available_delta ELSE 0 END)
        OVER journal AS expired_replayed,
      sum(CASE WHEN type = 'deduct' THEN -available_delta ELSE 0 END)
        OVER journal AS deducted_replayed
    FROM holdfast.entries AS e
    WINDOW journal AS (PARTITION BY e.account_id ORDER BY e.version)
  )
  SELECT 'journal-gap-free', e.account_id, jsonb_build_object('version', e.version)
  FROM replayed AS e
  WHERE e.version <> e.expected_version
  UNION ALL
  SELECT 'journal-time-ordered', e.account_id, jsonb_build_object('version', e.version)
  FROM replayed AS e
  WHERE e.at < e.previous_at
  UNION ALL
  SELECT 'journal-replays', e.account_id, jsonb_build_object('version', e.version)
  FROM replayed AS e
  WHERE (
      e.available_after, e.reserved_after, e.granted_after,
      e.spent_after, e.expired_after, e.deducted_after
    ) IS DISTINCT FROM (
      e.available_replayed, e.reserved_replayed, e.granted_replayed,
      e.spent_replayed, e.expired_replayed, e.deducted_replayed
    )
$$;

-- Each entry's legs add up, and the last entry has the balances that the account has.
CREATE OR REPLACE FUNCTION holdfast.entry_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'journal-legs-add-up', e.account_id, jsonb_build_object('version', e.version)
  FROM holdfast.entries AS e
  WHERE e.available_delta IS DISTINCT FROM (
      SELECT sum(delta) FROM unnest(e.remainder_deltas) AS delta
    )
    OR e.reserved_delta IS DISTINCT FROM (
      SELECT sum(delta) FROM unnest(e.reserved_deltas) AS delta
    )
    OR cardinality(e.remainder_deltas) <> cardinality(e.grant_ids)
    OR cardinality(e.reserved_deltas) <> cardinality(e.grant_ids)
    OR (e.type IN ('grant', 'expire') AND e.grant_ids <> ARRAY[e.grant_id])
  UNION ALL
  SELECT 'journal-gives-balances', a.account_id, jsonb_build_object('version', a.version)
  FROM holdfast.accounts AS a
  LEFT JOIN holdfast.entries AS e
    ON e.account_id = a.account_id AND e.version = a.version
  WHERE (
      a.available, a.reserved, a.spent, a.expired,
      a.deducted, a.granted, a.last_entry_at
    ) IS DISTINCT FROM (
      coalesce(e.available_after, 0), coalesce(e.reserved_after, 0),
      coalesce(e.spent_after, 0), coalesce(e.expired_after, 0),
      coalesce(e.deducted_after, 0), coalesce(e.granted_after, 0), e.at
    )
    OR a.version <> (
      SELECT count(*)
      FROM holdfast.entries AS counted
      WHERE counted.account_id = a.account_id
    )
$$;

-- The grants are those of the journal, and replaying it gives their remainders.
CREATE OR REPLACE FUNCTION holdfast.journal_grant_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH journal_lines AS (
    SELECT e.account_id, leg.grant_id,
      sum(leg.remainder_delta) AS remaining,
      sum(leg.reserved_delta) AS reserved
    FROM holdfast.entries AS e,
      unnest(e.grant_ids, e.remainder_deltas, e.reserved_deltas)
        AS leg (grant_id, remainder_delta, reserved_delta)
    GROUP BY e.account_id, leg.grant_id
  ), open_lines AS (
    SELECT r.account_id, part.grant_id, sum(part.credits) AS reserved
    FROM holdfast.reservations AS r,
      unnest(r.allocated_grants, r.allocated_credits) AS part (grant_id, credits)
    WHERE r.state = 'open'
    GROUP BY r.account_id, part.grant_id
  ), grant_entries AS (
    SELECT * FROM holdfast.entries WHERE type = 'grant'
  )
  SELECT 'journal-gives-remainders', g.account_id, jsonb_build_object('grantId', g.grant_id)
  FROM holdfast.grants AS g
  LEFT JOIN journal_lines AS l USING (account_id, grant_id)
  LEFT JOIN open_lines AS o USING (account_id, grant_id)
  WHERE g.remaining <> coalesce(l.remaining, 0)
    OR coalesce(l.reserved, 0) <> coalesce(o.reserved, 0)
  UNION ALL
  SELECT 'grants-match-journal', coalesce(g.account_id, e.account_id),
    jsonb_build_object('grantId', coalesce(g.grant_id, e.version))
  FROM holdfast.grants AS g
  FULL JOIN grant_entries AS e
    ON e.account_id = g.account_id AND e.version = g.grant_id
  WHERE (g.grant_id, g.credits, g.granted_at)
    IS DISTINCT FROM (e.grant_id, e.available_delta, e.at)
$$;

-- The reservations are those of the journal, and each is resolved at most once.
CREATE OR REPLACE FUNCTION holdfast.journal_reservation_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH journal_lines AS (
    SELECT e.account_id, e.request_id,
      count(*) FILTER (WHERE type = 'reserve') AS reserves,
      count(*) FILTER (WHERE type IN ('commit', 'release')) AS resolutions,
      max(type) FILTER (WHERE type IN ('commit', 'release')) AS resolution,
      sum(reserved_delta) FILTER (WHERE type = 'reserve') AS reserved,
      coalesce(sum(-available_delta - reserved_delta) FILTER (WHERE type = 'commit'), 0) AS charged
    FROM holdfast.entries AS e
    WHERE e.request_id IS NOT NULL
    GROUP BY e.account_id, e.request_id
  ), reserved AS (
    SELECT *
    FROM holdfast.reservations
    WHERE reserved_at IS NOT NULL OR (body IS NOT NULL AND ticket IS NULL)
  )
  SELECT 'reservations-match-journal', r.account_id,
    jsonb_build_object('requestId', r.request_id, 'version', e.version)
  FROM holdfast.reservations AS r
  JOIN holdfast.entries AS e USING (account_id, request_id)
  WHERE (r.allocated_grants, r.allocated_credits) IS DISTINCT FROM (
      e.grant_ids,
      CASE e.type
        WHEN 'reserve' THEN e.reserved_deltas
        ELSE holdfast.negated(e.reserved_deltas)
      END
    )
    OR e.at IS DISTINCT FROM
      CASE e.type WHEN 'reserve' THEN r.reserved_at ELSE r.resolved_at END
  UNION ALL
  SELECT 'resolved-once', coalesce(r.account_id, l.account_id),
    jsonb_build_object('requestId', coalesce(r.request_id, l.request_id))
  FROM reserved AS r
  FULL JOIN journal_lines AS l USING (account_id, request_id)
  WHERE (r.credits, r.charged, 1, (r.state <> 'open')::integer)
      IS DISTINCT FROM (l.reserved, l.charged, l.reserves, l.resolutions)
    OR l.resolution IS DISTINCT FROM
      CASE r.state WHEN 'committed' THEN 'commit' WHEN 'released' THEN 'release' END
$$;
