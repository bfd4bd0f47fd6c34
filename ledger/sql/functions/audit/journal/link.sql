-- Each entry is linked to the one before it. Without a link are only the first entries of an
-- account, and these from before links were kept; clocks are believed within a day.
CREATE OR REPLACE FUNCTION holdfast.link_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'entry-linked', linked.account_id, jsonb_build_object('version', linked.version)
  FROM (
    SELECT e AS entry, e.account_id, e.version, e.at, e.link,
      coalesce(lag(e.link) OVER journal, b.link) AS previous
    FROM holdfast.entries_in(p_parts) AS e
    JOIN jsonb_to_recordset(p_parts) AS part (account_id text, base bigint) USING (account_id)
    LEFT JOIN holdfast.entries AS b
      ON b.account_id = part.account_id AND b.version = part.base
    WINDOW journal AS (PARTITION BY e.account_id ORDER BY e.version)
  ) AS linked,
    holdfast.journal_chain AS chain
  WHERE CASE
    WHEN linked.link IS NULL
      THEN linked.previous IS NOT NULL OR linked.at > chain.began_at + interval '1 day'
    ELSE linked.link <> holdfast.entry_link(linked.previous, linked.entry)
  END
$$;

-- Each act is linked to the one before it, the last one is known, and so is each catalog version.
-- Without a link are only acts from before links were kept; clocks are believed within a day.
CREATE OR REPLACE FUNCTION holdfast.chain_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH linked AS (
    SELECT a AS act, a.account_id, a.act_id, a.place, a.link,
      lag(a.link) OVER chain AS previous,
      row_number() OVER chain AS expected_place
    FROM holdfast.operator_acts AS a
    WHERE a.account_id BETWEEN p_from AND p_to AND a.link IS NOT NULL
    WINDOW chain AS (PARTITION BY a.account_id ORDER BY a.place)
  ), last AS (
    SELECT DISTINCT ON (l.account_id) l.account_id, l.place, l.link
    FROM linked AS l
    ORDER BY l.account_id, l.place DESC
  )
  SELECT 'act-linked', l.account_id, jsonb_build_object('actId', l.act_id)
  FROM linked AS l
  WHERE l.place IS DISTINCT FROM l.expected_place
    OR l.link <> holdfast.act_link(l.previous, l.act)
  UNION ALL
  SELECT 'act-linked', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a, holdfast.journal_chain AS chain
  WHERE a.account_id BETWEEN p_from AND p_to
    AND a.link IS NULL
    AND a.at > chain.acts_began_at + interval '1 day'
  UNION ALL
  SELECT 'act-linked', coalesce(c.account_id, last.account_id), jsonb_build_object('acts', c.acts)
  FROM last
  FULL JOIN (
    SELECT * FROM holdfast.act_chains AS known WHERE known.account_id BETWEEN p_from AND p_to
  ) AS c USING (account_id)
  WHERE (c.acts, c.link) IS DISTINCT FROM (last.place, last.link)
  UNION ALL
  SELECT 'version-linked', '*', jsonb_build_object('version', v.version)
  FROM (
    SELECT catalog AS said, catalog.version, catalog.link,
      lag(catalog.link) OVER (ORDER BY catalog.version) AS previous
    FROM holdfast.catalog_versions AS catalog
  ) AS v
  WHERE '*' BETWEEN p_from AND p_to
    AND v.link IS DISTINCT FROM holdfast.version_link(v.previous, v.said)
$$;
