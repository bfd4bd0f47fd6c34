-- What reserve_credits and commit_reservation do at once, for the operations of several accounts in
-- one statement: the same look, then the same rows. An account takes part if all of its operations
-- are usual, and stay so one after the other. Gives the places of these operations in the batch,
-- from 1, and their answers; for the others nothing is done. The caller holds the accounts' locks.
--
-- One plan has to do for an empty ledger and for a full one. So each row is found by its key first,
-- by a subquery with LIMIT 1, and is written by its place in the table.
CREATE OR REPLACE FUNCTION holdfast.run_at_once(
  p_operations jsonb, p_account_ids text[], OUT places bigint[], OUT answers jsonb[]
) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  v_steps bigint;
  v_moved bigint;
BEGIN
  WITH asked AS MATERIALIZED (
    SELECT o.*, o.name = 'reserve_credits' AS is_reserve
    FROM ROWS FROM (jsonb_to_recordset(p_operations) AS (
      name text, "accountId" text, "requestId" text, body jsonb, credits bigint,
      "catalogVersion" integer, "holdMs" bigint, wait jsonb, "notAfter" timestamptz,
      "outputUrl" text)) WITH ORDINALITY AS o (
      name, account_id, request_id, body, credits, catalog_version, hold_ms, wait, not_after,
      output_url, place)
    WHERE o.account_id = ANY (p_account_ids)
  ), asking AS (
    -- Nothing is asked twice, and nothing of another kind.
    SELECT account_id,
      coalesce(sum(credits) FILTER (WHERE is_reserve), 0)::bigint AS to_reserve,
      max(catalog_version) AS catalog_version,
      count(*) FILTER (WHERE is_reserve) AS reserves,
      count(*) FILTER (WHERE NOT is_reserve) AS commits
    FROM asked
    GROUP BY account_id
    HAVING count(DISTINCT request_id) = count(*)
      AND min(catalog_version) IS NOT DISTINCT FROM max(catalog_version)
      AND bool_and(coalesce(CASE name
        WHEN 'reserve_credits' THEN credits >= 1
          AND catalog_version IS NOT NULL
          AND wait IS NULL
          AND (credits > (body->>'maxCredits')::bigint) IS NOT TRUE
          AND (clock_timestamp() > not_after) IS NOT TRUE
        WHEN 'commit_reservation' THEN credits >= 0
      END, false))
  ), accounts AS MATERIALIZED (
    -- The first grant has enough for all of them, and nothing runs dry in between.
    SELECT a.*, asking.reserves, asking.commits, clock.now, holdfast.day_of(clock.now) AS today,
      first.grant_row, first.grant_id, first.source
    FROM asking
    CROSS JOIN LATERAL (
      SELECT accounts.ctid AS account_row, accounts.*,
        accounts.watched AND holdfast.is_looked_after(accounts) AS more_to_do
      FROM holdfast.accounts WHERE account_id = asking.account_id LIMIT 1
    ) AS a
    CROSS JOIN LATERAL (
      SELECT greatest(date_trunc('milliseconds', coalesce(
        (SELECT set_to FROM holdfast.test_clock), clock_timestamp())), a.last_entry_at) AS now
    ) AS clock
    CROSS JOIN LATERAL (
      SELECT g.ctid AS grant_row, g.grant_id, g.remaining, g.source,
        holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, clock.now) AS counts
      FROM holdfast.grants AS g
      WHERE g.account_id = asking.account_id AND g.has_remainder
      -- One that doesn't count comes first: it may have to be booked.
      ORDER BY counts, g.priority, coalesce(g.ends_at, a.valid_until),
        g.cost_cents > 0, g.granted_at, g.grant_id
      LIMIT 1
    ) AS first
    WHERE first.counts
      AND asking.to_reserve <= first.remaining
      AND (asking.commits = 0 OR asking.to_reserve < a.available)
      AND NOT a.more_to_do
      AND (asking.reserves = 0 OR asking.catalog_version = (
        SELECT version FROM holdfast.catalog_versions
        WHERE effective_from <= clock.now ORDER BY effective_from DESC LIMIT 1))
      AND NOT EXISTS (SELECT FROM holdfast.stops)
      AND NOT EXISTS (SELECT FROM holdfast.operator_limits WHERE account_id = '*')
  ), looked AS MATERIALIZED (
    -- A reserve's request is new. A commit's holds credits of one grant, which takes back what is
    -- left: not one that would come before the grant of the batch's reserves.
    SELECT asked.*, a.now, a.today,
      known.reservation_row, holdfast.day_of(known.reserved_at) AS day,
      CASE WHEN is_reserve THEN asked.credits ELSE known.credits END AS held,
      CASE WHEN is_reserve THEN a.grant_row ELSE g.grant_row END AS grant_row,
      CASE WHEN is_reserve THEN a.grant_id ELSE g.grant_id END AS grant_id,
      CASE WHEN is_reserve THEN a.source ELSE g.source END AS source,
      bool_and(CASE
        WHEN is_reserve THEN known.reservation_row IS NULL
        ELSE coalesce(known.state = 'open'
          AND known.ticket IS NULL
          AND cardinality(known.allocated_grants) = 1
          AND (asked.credits = known.credits OR asked.credits < known.credits
            AND (a.reserves = 0 OR g.grant_id = a.grant_id)
            AND NOT holdfast.is_over(g.ends_at, g.term, a.term, a.booked_term, a.now)), false)
      END) OVER (PARTITION BY asked.account_id) AS all_are_usual
    FROM accounts AS a
    JOIN asked USING (account_id)
    LEFT JOIN LATERAL (
      SELECT ctid AS reservation_row, *
      FROM holdfast.reservations AS r
      WHERE r.account_id = asked.account_id AND r.request_id = asked.request_id
      LIMIT 1
    ) AS known ON true
    LEFT JOIN LATERAL (
      SELECT ctid AS grant_row, *
      FROM holdfast.grants AS g
      WHERE g.account_id = asked.account_id AND g.grant_id = known.allocated_grants[1]
      LIMIT 1
    ) AS g ON true
  ), steps AS MATERIALIZED (
    SELECT *,
      CASE WHEN is_reserve THEN -credits ELSE held - credits END AS available_delta,
      CASE WHEN is_reserve THEN credits ELSE -held END AS reserved_delta,
      CASE WHEN is_reserve THEN 0 ELSE credits END AS charged
    FROM looked
    WHERE all_are_usual
  ), taken AS (
    UPDATE holdfast.grants AS g SET remaining = g.remaining + part.delta
    FROM (
      SELECT grant_row, sum(available_delta)::bigint AS delta
      FROM steps
      GROUP BY grant_row
      HAVING bool_or(available_delta <> 0)
    ) AS part
    WHERE g.ctid = part.grant_row
  ), moved AS (
    UPDATE holdfast.accounts AS a SET
      version           = a.version + m.entries,
      last_entry_at     = m.now,
      available         = a.available + m.available,
      reserved          = a.reserved + m.reserved,
      spent             = a.spent + m.spent,
      open_reservations = a.open_reservations + m.opened,
      day               = CASE WHEN m.reserves THEN m.today ELSE a.day END,
      day_credits       = CASE
        WHEN m.reserves THEN holdfast.used_today(a, m.now) - m.of_today
        ELSE a.day_credits - m.of_last_day
      END
    FROM (
      SELECT l.account_row, s.now, s.today, count(*) AS entries,
        sum(s.available_delta) AS available, sum(s.reserved_delta) AS reserved,
        sum(s.charged) AS spent,
        sum(CASE WHEN s.is_reserve THEN 1 ELSE -1 END) AS opened,
        bool_or(s.is_reserve) AS reserves,
        -- What is given back on a later day than it was taken belongs to neither.
        coalesce(sum(s.available_delta) FILTER (WHERE s.is_reserve OR s.day = s.today), 0)
          AS of_today,
        coalesce(sum(s.available_delta) FILTER (WHERE s.day = l.day), 0) AS of_last_day
      FROM accounts AS l
      JOIN steps AS s USING (account_id)
      GROUP BY l.account_row, s.now, s.today
    ) AS m
    WHERE a.ctid = m.account_row
    RETURNING m.entries
  ), entered AS (
    INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
      grant_ids, remainder_deltas, reserved_deltas,
      available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after,
      request_id)
    SELECT a.account_id, a.version + row_number() OVER so_far, s.now,
      CASE WHEN s.is_reserve THEN 'reserve' ELSE 'commit' END,
      s.available_delta, s.reserved_delta,
      ARRAY[s.grant_id], ARRAY[s.available_delta], ARRAY[s.reserved_delta],
      a.available + sum(s.available_delta) OVER so_far,
      a.reserved + sum(s.reserved_delta) OVER so_far,
      a.spent + sum(s.charged) OVER so_far,
      a.expired, a.deducted, a.granted, s.request_id
    FROM accounts AS a
    JOIN steps AS s USING (account_id)
    WINDOW so_far AS (PARTITION BY a.account_id ORDER BY s.place)
  ), opened AS (
    INSERT INTO holdfast.reservations AS r (account_id, request_id, body, state, credits,
      catalog_version, allocated_grants, allocated_credits, reserved_at, expires_at)
    SELECT account_id, request_id, body, 'open', credits,
      catalog_version, ARRAY[grant_id], ARRAY[credits], now,
      now + hold_ms * interval '1 millisecond'
    FROM steps
    WHERE is_reserve
    RETURNING r.account_id, r.request_id, r AS reservation
  ), committed AS (
    UPDATE holdfast.reservations AS r
    SET state = 'committed',
      charged = s.credits,
      resolved_at = s.now,
      expires_at = NULL,
      output_url = s.output_url
    FROM steps AS s
    WHERE NOT s.is_reserve AND r.ctid = s.reservation_row
    RETURNING r.account_id, r.request_id, r AS reservation
  )
  SELECT array_agg(s.place), array_agg(jsonb_build_object(
      'result', holdfast.request_record_with(written.reservation, NULL,
        holdfast.one_allocation(s.grant_id, s.source, s.held, s.charged)),
      'replayed', false)),
    (SELECT count(*) FROM steps), (SELECT sum(entries) FROM moved)
  INTO places, answers, v_steps, v_moved
  FROM (SELECT * FROM opened UNION ALL SELECT * FROM committed) AS written
  JOIN steps AS s USING (request_id, account_id);
  -- What another transaction has written meanwhile isn't found by its place: reconciliation needs
  -- no account's lock. Then each operation goes alone.
  IF (coalesce(cardinality(places), 0), coalesce(v_moved, 0)) <> (v_steps, v_steps) THEN
    RAISE serialization_failure USING MESSAGE = 'a row of the batch was written meanwhile';
  END IF;
END $$;
