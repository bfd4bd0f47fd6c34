-- What an act says, as one text, as entry_text does it. A reason that a person wrote counts by its
-- commitment alone, where it stands apart.
CREATE OR REPLACE FUNCTION holdfast.act_text(a holdfast.operator_acts) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT concat_ws(E'\n', 'holdfast-act-1',
    a.act_id, a.account_id, floor(extract(epoch FROM a.at) * 1000)::bigint, a.what, a.detail,
    coalesce(a.entry_version::text, ''),
    coalesce(to_json(a.by_name)::text, ''), coalesce(to_json(a.login)::text, ''),
    coalesce(to_json(a.claimed_identity)::text, ''), coalesce(to_json(a.service)::text, ''),
    coalesce(to_json(a.reason)::text, ''),
    coalesce(encode(a.text_commitment, 'hex'), ''),
    coalesce(encode(a.detail_text_commitment, 'hex'), ''))
$$;

-- An act's link, as entry_link does it.
CREATE OR REPLACE FUNCTION holdfast.act_link(p_previous bytea, a holdfast.operator_acts)
RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(p_previous, '') || sha256(convert_to(holdfast.act_text(a), 'UTF8')))
$$;

-- The hash of the account's acts from before they were linked, in the order of their numbers, as
-- they would be linked; null where there are none.
CREATE OR REPLACE FUNCTION holdfast.earlier_acts_digest(p_account_id text) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_act    holdfast.operator_acts;
  v_digest bytea;
BEGIN
  FOR v_act IN
    SELECT *
    FROM holdfast.operator_acts
    WHERE account_id = p_account_id AND link IS NULL
    ORDER BY act_id
  LOOP
    v_digest := holdfast.act_link(v_digest, v_act);
  END LOOP;
  RETURN v_digest;
END $$;
