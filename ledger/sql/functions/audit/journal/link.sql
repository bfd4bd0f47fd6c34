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
