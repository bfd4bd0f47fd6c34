-- A page of a checkpoint's acts: the accounts after p_after that have some, a star for the ledger
-- as a whole, each with how many are linked, the last link, and how many are from before with their
-- hash. Texts that stand in clear are moved first, because what they are moved to is hashed.
CREATE OR REPLACE FUNCTION holdfast.checkpoint_acts(p_after text, p_limit integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_accounts text[] := ARRAY(
    SELECT DISTINCT account_id
    FROM holdfast.operator_acts
    WHERE account_id > p_after
    ORDER BY account_id
    LIMIT p_limit
  );
BEGIN
  PERFORM holdfast.move_texts_of(a.account_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id = ANY (v_accounts) AND a.link IS NULL AND a.text_id IS NULL
  GROUP BY a.account_id;
  RETURN jsonb_build_object(
    'chains', coalesce((
      SELECT jsonb_agg(holdfast.act_chain(of.account_id) ORDER BY of.place)
      FROM unnest(v_accounts) WITH ORDINALITY AS of (account_id, place)
    ), '[]'),
    'next', CASE WHEN cardinality(v_accounts) = p_limit THEN v_accounts[p_limit] END);
END $$;

CREATE OR REPLACE FUNCTION holdfast.act_chain(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', p_account_id,
    'acts', coalesce(max(a.place), 0),
    'link', coalesce((
      SELECT encode(c.link, 'hex') FROM holdfast.act_chains AS c WHERE c.account_id = p_account_id
    ), ''),
    'earlier', count(*) FILTER (WHERE a.link IS NULL),
    'digest', coalesce(encode(holdfast.earlier_acts_digest(p_account_id), 'hex'), ''))
  FROM holdfast.operator_acts AS a
  WHERE a.account_id = p_account_id
$$;

-- What of these acts, as a checkpoint states them, the ledger doesn't have any more. That each link
-- fits its act is for the audit to check.
CREATE OR REPLACE FUNCTION holdfast.act_differences(p_chains jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH compared AS (
    SELECT signed.*, encode(a.link, 'hex') AS own_link,
      holdfast.act_chain(signed."accountId") AS own
    FROM jsonb_to_recordset(p_chains)
      AS signed ("accountId" text, acts bigint, link text, earlier bigint, digest text)
    LEFT JOIN holdfast.operator_acts AS a
      ON a.account_id = signed."accountId" AND a.place = signed.acts
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object(
      'invariant', CASE
        WHEN (c.own->>'acts')::bigint < c.acts OR (c.own->>'earlier')::bigint < c.earlier
          THEN 'signed-act-is-there'
        ELSE 'signed-act-unchanged'
      END,
      'accountId', c."accountId",
      'detail', jsonb_build_object(
        'signedActs', c.acts + c.earlier,
        'acts', (c.own->>'acts')::bigint + (c.own->>'earlier')::bigint))
    ORDER BY c."accountId" COLLATE "C"), '[]')
  FROM compared AS c
  WHERE coalesce(c.own_link, '') <> c.link
    OR (c.own->>'earlier')::bigint <> c.earlier
    OR c.own->>'digest' <> c.digest
$$;

-- The link of that catalog version, or of the newest one that is in force; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.checkpoint_version(p_version integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('version', v.version, 'link', encode(v.link, 'hex'))
  FROM holdfast.catalog_versions AS v
  WHERE v.version = p_version
    OR (p_version IS NULL AND v.effective_from <= holdfast.audit_clock())
  ORDER BY v.version DESC
  LIMIT 1
$$;
