-- The operators' journal has each act that the ledger shows otherwise, and none of its acts names
-- an entry that is not there. A stop or a limit that was lifted has left its act alone.
CREATE OR REPLACE FUNCTION holdfast.act_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT * FROM holdfast.entry_act_violations()
  UNION ALL
  SELECT 'intervention-has-act', i.account_id,
    jsonb_build_object('what', i.what, 'id', i.id, 'outcome', i.outcome)
  FROM holdfast.interventions AS i
  WHERE NOT EXISTS (SELECT FROM holdfast.earlier_acts) AND NOT EXISTS (
    SELECT FROM holdfast.operator_acts AS a
    WHERE a.account_id = i.account_id
      AND a.what = holdfast.act_of_intervention(i.what)
      AND a.detail = jsonb_build_object('id', i.id, 'outcome', i.outcome)
      AND (holdfast.act_reason(a), a.by_name)
        = (coalesce(i.reason, holdfast.text_of(i.account_id, i.text_id)), i.by_name)
  )
  UNION ALL
  SELECT 'stop-has-act', s.account_id, jsonb_build_object('kind', s.kind)
  FROM holdfast.stops AS s
  WHERE (s.reason, s.by_name) IS DISTINCT FROM (
    SELECT (holdfast.act_reason(a), a.by_name)
    FROM holdfast.operator_acts AS a
    WHERE a.account_id = s.account_id
      AND a.what = 'stop'
      AND a.detail->>'kind' IS NOT DISTINCT FROM nullif(s.kind, '*')
    ORDER BY a.act_id DESC
    LIMIT 1
  )
  UNION ALL
  SELECT 'limits-have-act', l.account_id, holdfast.operator_limits_set(l)
  FROM holdfast.operator_limits AS l
  WHERE (holdfast.operator_limits_set(l), l.reason, l.by_name) IS DISTINCT FROM (
    SELECT (a.detail, holdfast.act_reason(a), a.by_name)
    FROM holdfast.operator_acts AS a
    WHERE a.account_id = l.account_id AND a.what = 'limits'
    ORDER BY a.act_id DESC
    LIMIT 1
  )
$$;

-- Each promotion, adjustment and deduction is one act, and each act of an entry is one of these.
CREATE OR REPLACE FUNCTION holdfast.entry_act_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH by_hand AS (
    SELECT e.account_id, e.version, e.type, e.at, abs(e.available_delta) AS credits
    FROM holdfast.entries AS e
    LEFT JOIN holdfast.grants AS g ON g.account_id = e.account_id AND g.grant_id = e.version
    WHERE e.type = 'deduct'
      OR (e.type = 'grant' AND g.source IN ('promotion', 'adjustment'))
  ), acts AS (
    SELECT a.account_id, a.entry_version AS version, a.what, a.at,
      (a.detail->>'credits')::bigint AS credits
    FROM holdfast.operator_acts AS a
    WHERE a.entry_version IS NOT NULL
  )
  SELECT CASE WHEN e.version IS NULL THEN 'act-has-entry' ELSE 'entry-has-act' END,
    coalesce(e.account_id, a.account_id),
    jsonb_build_object('version', coalesce(e.version, a.version))
  FROM by_hand AS e
  FULL JOIN acts AS a USING (account_id, version)
  WHERE (e.type, e.at, e.credits) IS DISTINCT FROM (a.what, a.at, a.credits)
    -- Acts from before there was the journal are taken over after the migration.
    AND (a.version IS NOT NULL OR NOT EXISTS (SELECT FROM holdfast.earlier_acts))
$$;
