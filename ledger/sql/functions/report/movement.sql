-- A page of a report on the entries from p_from_at to before p_until, in one snapshot: accounts
-- from p_from on, in the order of their ids, with as many entries as p_entries_max allows. An
-- account with more takes several pages: then p_version and p_state say where the one before has
-- ended. movements: what entries have changed. outstanding: what is left at p_until of the grants
-- of accounts that end on this page. next: what to ask for after this page; null after the last.
CREATE OR REPLACE FUNCTION holdfast.report_page(
  p_from_at timestamptz, p_until timestamptz, p_from text, p_version bigint, p_state jsonb,
  p_entries_max integer
) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_parts    jsonb := holdfast.audit_parts(
    NULL, p_from, p_version, p_state, p_is_full => true, p_entries_max => p_entries_max);
  v_last     jsonb   := v_parts->-1;
  v_is_whole boolean := coalesce(v_last->'upto' = v_last->'version', true);
  v_page     jsonb   := holdfast.report_movements(v_parts, p_from_at, p_until);
BEGIN
  RETURN jsonb_build_object(
    'now', holdfast.iso(holdfast.audit_clock()),
    'accounts', CASE WHEN v_is_whole THEN holdfast.accounts_begun(v_parts, p_until) ELSE 0 END,
    'movements', v_page->'movements',
    'months', v_page->'months',
    'outstanding', CASE WHEN v_is_whole THEN v_page->'outstanding' ELSE '[]' END,
    'next', CASE
      WHEN NOT v_is_whole THEN jsonb_build_object(
        'from', v_last->'account_id',
        'version', v_last->'upto',
        'state', jsonb_build_object('grants', v_page->'grants'))
      ELSE (
        SELECT jsonb_build_object('from', min(a.account_id), 'version', NULL, 'state', NULL)
        FROM holdfast.accounts AS a
        WHERE a.account_id > v_last->>'account_id'
        HAVING min(a.account_id) IS NOT NULL
      )
    END);
END $$;

-- How many of the accounts had an entry by then: one that was opened later is in no past month.
CREATE OR REPLACE FUNCTION holdfast.accounts_begun(p_parts jsonb, p_until timestamptz)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT count(*)
  FROM jsonb_to_recordset(p_parts) AS part (account_id text)
  JOIN holdfast.entries AS e ON e.account_id = part.account_id AND e.version = 1
  WHERE e.at < p_until
$$;

-- What the parts of journals (see entries_in) have changed from p_from_at on, and what they leave.
-- A type of entry is a word of the journal's: one that nothing here knows counts as well.
CREATE OR REPLACE FUNCTION holdfast.report_movements(
  p_parts jsonb, p_from_at timestamptz, p_until timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH legs AS MATERIALIZED (
    SELECT * FROM holdfast.report_legs(p_parts, p_until)
  ), movements AS (
    SELECT l.type, l.source, l.imported, l.name, r.body->>'kind' AS kind, l.currency,
      sum(l.credits) AS credits,
      sum(l.cents) AS cents,
      count(*) FILTER (WHERE l.place = 1) AS entries
    FROM legs AS l
    LEFT JOIN holdfast.reservations AS r USING (account_id, request_id)
    WHERE l.at >= p_from_at AND l.type IS NOT NULL
    GROUP BY l.type, l.source, l.imported, l.name, r.body->>'kind', l.currency
  ), months AS (
    SELECT to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, l.type, l.currency,
      sum(l.credits) AS credits,
      sum(l.cents) AS cents
    FROM legs AS l
    WHERE l.type IS NOT NULL
    GROUP BY to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM'), l.type, l.currency
  ), last AS (
    SELECT DISTINCT ON (l.account_id, l.grant_id) l.*
    FROM legs AS l
    WHERE l.grant_id IS NOT NULL
    ORDER BY l.account_id, l.grant_id, l.version DESC
  ), outstanding AS (
    SELECT l.source, l.imported, l.name, l.currency,
      sum(l.outstanding) AS credits,
      sum(l.outstanding_cents) AS cents
    FROM last AS l
    WHERE l.outstanding <> 0
    GROUP BY l.source, l.imported, l.name, l.currency
  )
  SELECT jsonb_build_object(
    'movements', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM movements AS m),
    'months', (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]') FROM months AS m),
    'outstanding', (SELECT coalesce(jsonb_agg(to_jsonb(o)), '[]') FROM outstanding AS o),
    'grants', (
      SELECT coalesce(jsonb_agg(jsonb_build_array(l.grant_id, l.outstanding)), '[]')
      FROM last AS l
      WHERE l.outstanding <> 0
    ))
$$;

-- What each entry before p_until has changed of each grant, in credits and in money: what it has
-- granted, or else taken; outstanding is what it leaves. A grant that an earlier page has left
-- comes as a leg of no type, before the others. Money is what of the grant's cost is recognised
-- with these credits: rounded down in all, so that the last credit takes the rest.
CREATE OR REPLACE FUNCTION holdfast.report_legs(p_parts jsonb, p_until timestamptz)
RETURNS TABLE (
  account_id text, version bigint, at timestamptz, type text, request_id text, place bigint,
  grant_id bigint, source text, imported boolean, name text, currency text,
  credits bigint, cents bigint, outstanding bigint, outstanding_cents bigint
)
LANGUAGE sql STABLE AS $$
  WITH changes AS (
    SELECT e.account_id, e.version, e.at, e.type, e.request_id,
      coalesce(leg.place, 1) AS place,
      leg.grant_id,
      CASE
        WHEN leg.grant_id IS NULL THEN e.available_delta + e.reserved_delta
        ELSE leg.remainder + leg.reserved
      END AS change
    FROM holdfast.entries_in(p_parts) AS e
    LEFT JOIN LATERAL unnest(e.grant_ids, e.remainder_deltas, e.reserved_deltas)
      WITH ORDINALITY AS leg (grant_id, remainder, reserved, place) ON true
    WHERE e.at < p_until AND e.type NOT IN ('reserve', 'release', 'freeze', 'unfreeze')
    UNION ALL
    SELECT part.account_id, 0, NULL, NULL, NULL, 1, (line->>0)::bigint, (line->>1)::bigint
    FROM jsonb_to_recordset(p_parts) AS part (account_id text, state jsonb),
      jsonb_array_elements(part.state->'grants') AS line
  ), replayed AS (
    SELECT c.*,
      sum(c.change) OVER (PARTITION BY c.account_id, c.grant_id ORDER BY c.version)::bigint
        AS outstanding
    FROM changes AS c
  ), priced AS (
    SELECT r.*, g.source, g.imported, g.currency,
      coalesce(g.credits, 0) AS granted,
      coalesce(g.cost_cents, 0) AS cost,
      holdfast.report_name(g, e.reason) AS name
    FROM replayed AS r
    LEFT JOIN holdfast.grants AS g USING (account_id, grant_id)
    LEFT JOIN holdfast.entries AS e ON e.account_id = r.account_id AND e.version = r.grant_id
  )
  SELECT p.account_id, p.version, p.at, p.type, p.request_id, p.place,
    p.grant_id, p.source, p.imported, p.name, p.currency,
    CASE p.type WHEN 'grant' THEN p.change ELSE -p.change END,
    CASE p.type
      WHEN 'grant' THEN p.cost
      ELSE holdfast.recognised(p.cost, p.granted - p.outstanding, p.granted)
        - holdfast.recognised(p.cost, p.granted - p.outstanding + p.change, p.granted)
    END,
    p.outstanding,
    p.cost - holdfast.recognised(p.cost, p.granted - p.outstanding, p.granted)
  FROM priced AS p
$$;

-- The plan or the pack of a grant, as its entry names it; null for one that has none.
CREATE OR REPLACE FUNCTION holdfast.report_name(g holdfast.grants, p_reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN g.cycle IS NOT NULL THEN substring(p_reason FROM '^(.*), cycle [0-9]+$')
    WHEN g.source = 'pack' AND NOT g.imported
      THEN substring(p_reason FROM '^(.*), purchase [^ ]+$')
  END
$$;
