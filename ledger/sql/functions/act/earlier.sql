-- Takes over what v0.1.0 has kept elsewhere of what operators did: that of the next accounts, in
-- the order of their ids. Answers whether there may be more. Acts since then have higher numbers.
CREATE OR REPLACE FUNCTION holdfast.take_over_acts(p_accounts integer) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_state holdfast.earlier_acts;
  v_next  text[];
BEGIN
  SELECT * INTO v_state FROM holdfast.earlier_acts FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  v_next := ARRAY(
    SELECT account_id
    FROM holdfast.accounts
    WHERE account_id > v_state.after_account_id
    ORDER BY account_id LIMIT p_accounts
  );
  IF v_next = '{}' THEN
    DELETE FROM holdfast.earlier_acts;
    RETURN false;
  END IF;
  INSERT INTO holdfast.operator_acts (
    act_id, account_id, what, detail, reason, by_name, at, entry_version)
  OVERRIDING SYSTEM VALUE
  SELECT v_state.next_act_id - 1 + row_number() OVER (ORDER BY of.place, kept.at, kept.version),
    of.account_id, kept.what, kept.detail, kept.reason, kept.by_name, kept.at, kept.version
  FROM unnest(v_next) WITH ORDINALITY AS of (account_id, place)
  CROSS JOIN LATERAL holdfast.acts_before(of.account_id) AS kept
  WHERE NOT EXISTS (
    SELECT FROM holdfast.operator_acts AS a
    WHERE a.account_id = of.account_id AND a.entry_version = kept.version
  );
  UPDATE holdfast.earlier_acts
  SET after_account_id = v_next[cardinality(v_next)],
    next_act_id = (
      SELECT greatest(v_state.next_act_id, max(a.act_id) + 1)
      FROM holdfast.operator_acts AS a
      WHERE a.account_id = ANY (v_next) AND a.act_id < 1000000000000
    );
  RETURN true;
END $$;

-- The acts that entries and interventions of the account show. New interventions have theirs.
CREATE OR REPLACE FUNCTION holdfast.acts_before(p_account_id text)
RETURNS TABLE (
  what text, detail jsonb, reason text, by_name text, at timestamptz, version bigint)
LANGUAGE sql STABLE AS $$
  SELECT e.type, jsonb_build_object('credits', abs(e.available_delta)),
    coalesce(e.reason, holdfast.text_of(e.account_id, e.text_id)), e.by_name, e.at, e.version
  FROM holdfast.grants AS g
  JOIN holdfast.entries AS e ON e.account_id = g.account_id AND e.version = g.grant_id
  WHERE g.account_id = p_account_id AND g.source IN ('promotion', 'adjustment')
  UNION ALL
  SELECT e.type, jsonb_build_object('credits', abs(e.available_delta)),
    coalesce(e.reason, holdfast.text_of(e.account_id, e.text_id)), e.by_name, e.at, e.version
  FROM holdfast.accounts AS a
  JOIN holdfast.entries AS e USING (account_id)
  WHERE a.account_id = p_account_id AND a.deducted > 0 AND e.type = 'deduct'
  UNION ALL
  SELECT holdfast.act_of_intervention(i.what),
    jsonb_build_object('id', i.id, 'outcome', i.outcome),
    coalesce(i.reason, holdfast.text_of(i.account_id, i.text_id)), i.by_name, i.at, NULL
  FROM holdfast.interventions AS i
  WHERE i.account_id = p_account_id
    AND NOT EXISTS (
      SELECT FROM holdfast.operator_acts AS a
      WHERE a.account_id = i.account_id
        AND a.what = holdfast.act_of_intervention(i.what)
        AND a.detail = jsonb_build_object('id', i.id, 'outcome', i.outcome)
    )
$$;
