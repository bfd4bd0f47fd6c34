-- A page of a checkpoint: the accounts after p_after, in the order of their ids, each with its last
-- version and that entry's link. beginning: the hash of its entries from before links were kept;
-- null if it isn't known yet (see begin_journal). next: the last account; null after the last page.
CREATE OR REPLACE FUNCTION holdfast.checkpoint_page(p_after text, p_limit integer)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH next AS (
    SELECT a.account_id, a.version, row_number() OVER (ORDER BY a.account_id) AS place
    FROM holdfast.accounts AS a
    WHERE a.account_id > p_after
    ORDER BY a.account_id
    LIMIT p_limit
  )
  SELECT jsonb_build_object(
    'at', holdfast.iso(holdfast.audit_clock()),
    'accounts', coalesce(jsonb_agg(jsonb_build_object(
        'accountId', n.account_id,
        'version', n.version,
        'link', coalesce(encode(newest.link, 'hex'), ''),
        'beginning', CASE
          WHEN begun.is_whole THEN holdfast.beginning_record(begun)
          WHEN n.version = 0 OR oldest.link IS NOT NULL
            THEN '{"version": 0, "digest": "", "isWhole": true}'
        END)
      ORDER BY n.place), '[]'),
    'next', CASE
      WHEN count(*) = p_limit THEN max(n.account_id) FILTER (WHERE n.place = p_limit)
    END)
  FROM next AS n
  LEFT JOIN holdfast.entries AS newest
    ON newest.account_id = n.account_id AND newest.version = n.version
  LEFT JOIN holdfast.entries AS oldest ON oldest.account_id = n.account_id AND oldest.version = 1
  LEFT JOIN holdfast.journal_beginnings AS begun ON begun.account_id = n.account_id
$$;

-- What of these accounts, as a checkpoint states them, the ledger doesn't have any more:
-- [{accountId, version, link}]. That each link fits its entry is for the audit to check.
CREATE OR REPLACE FUNCTION holdfast.checkpoint_differences(p_accounts jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
      'invariant', CASE
        WHEN a.account_id IS NULL THEN 'signed-account-is-there'
        WHEN e.account_id IS NULL THEN 'signed-entry-is-there'
        ELSE 'signed-entry-unchanged'
      END,
      'accountId', signed."accountId",
      'detail', jsonb_build_object('signedVersion', signed.version, 'version', a.version))), '[]')
  FROM jsonb_to_recordset(p_accounts) AS signed ("accountId" text, version bigint, link text)
  LEFT JOIN holdfast.accounts AS a ON a.account_id = signed."accountId"
  LEFT JOIN holdfast.entries AS e
    ON e.account_id = signed."accountId" AND e.version = signed.version
  WHERE a.account_id IS NULL
    OR a.version < signed.version
    OR (signed.version > 0 AND coalesce(encode(e.link, 'hex'), '') IS DISTINCT FROM signed.link)
$$;

-- The accounts after p_after whose first entry is from before that time: a page of their ids.
CREATE OR REPLACE FUNCTION holdfast.accounts_begun_before(
  p_after text, p_before timestamptz, p_limit integer
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH next AS (
    SELECT a.account_id, row_number() OVER (ORDER BY a.account_id) AS place
    FROM holdfast.accounts AS a
    WHERE a.account_id > p_after
    ORDER BY a.account_id
    LIMIT p_limit
  )
  SELECT jsonb_build_object(
    'accountIds', coalesce(
      jsonb_agg(n.account_id ORDER BY n.place) FILTER (WHERE e.at < p_before), '[]'),
    'next', CASE
      WHEN count(*) = p_limit THEN max(n.account_id) FILTER (WHERE n.place = p_limit)
    END)
  FROM next AS n
  LEFT JOIN holdfast.entries AS e ON e.account_id = n.account_id AND e.version = 1
$$;
