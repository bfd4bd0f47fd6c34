-- The operators' journal has each act that the ledger shows otherwise, and none of its acts names
-- an entry that is not there. A stop or a limit that was lifted has left its act alone.
CREATE OR REPLACE FUNCTION holdfast.act_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'intervention-has-act', i.account_id,
    jsonb_build_object('what', i.what, 'id', i.id, 'outcome', i.outcome)
  FROM holdfast.interventions AS i
  WHERE i.account_id BETWEEN p_from AND p_to
    AND NOT EXISTS (SELECT FROM holdfast.earlier_acts)
    AND NOT EXISTS (
    SELECT FROM holdfast.operator_acts AS a
    WHERE a.account_id = i.account_id
      AND a.what = holdfast.act_of_intervention(i.what)
      AND a.detail = jsonb_build_object('id', i.id, 'outcome', i.outcome)
      AND a.at = i.at
      AND (holdfast.act_reason(a), a.by_name)
        = (coalesce(i.reason, holdfast.text_of(i.account_id, i.text_id)), i.by_name)
  )
  UNION ALL
  SELECT 'stop-has-act', s.account_id, jsonb_build_object('kind', s.kind)
  FROM holdfast.stops AS s
  WHERE s.account_id BETWEEN p_from AND p_to AND ((s.reason, s.by_name) IS DISTINCT FROM (
    SELECT (holdfast.act_reason(a), a.by_name)
    FROM holdfast.operator_acts AS a
    WHERE a.account_id = s.account_id
      AND a.what = 'stop'
      AND a.detail->>'kind' IS NOT DISTINCT FROM nullif(s.kind, '*')
    ORDER BY a.act_id DESC
    LIMIT 1
  ) OR NOT EXISTS (
    -- Set again, a stop keeps its beginning. The wait for a lock lies between the two times.
    SELECT FROM holdfast.operator_acts AS a
    WHERE a.account_id = s.account_id
      AND a.what = 'stop'
      AND a.detail->>'kind' IS NOT DISTINCT FROM nullif(s.kind, '*')
      AND a.at BETWEEN s.since - interval '1 minute' AND s.since + interval '1 minute'
  ))
  UNION ALL
  SELECT 'limits-have-act', l.account_id, holdfast.operator_limits_set(l)
  FROM holdfast.operator_limits AS l
  WHERE l.account_id BETWEEN p_from AND p_to
    AND (holdfast.operator_limits_set(l), l.reason, l.by_name, true) IS DISTINCT FROM (
      SELECT (a.detail, holdfast.act_reason(a), a.by_name,
        a.at BETWEEN l.since - interval '1 minute' AND l.since + interval '1 minute')
      FROM holdfast.operator_acts AS a
      WHERE a.account_id = l.account_id AND a.what = 'limits'
      ORDER BY a.act_id DESC
      LIMIT 1
    )
$$;

-- The last act of a stop or of limits is what stands, and an end by hand has ended something.
CREATE OR REPLACE FUNCTION holdfast.standing_act_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH last AS (
    SELECT DISTINCT ON (a.account_id, a.detail->>'kind', a.what = 'limits') a.*
    FROM holdfast.operator_acts AS a
    WHERE a.account_id BETWEEN p_from AND p_to AND a.what IN ('stop', 'admit', 'limits')
    ORDER BY a.account_id, a.detail->>'kind', a.what = 'limits', a.act_id DESC
  )
  SELECT 'act-has-stop', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM last AS a
  LEFT JOIN holdfast.stops AS s
    ON s.account_id = a.account_id AND s.kind = coalesce(a.detail->>'kind', '*')
  WHERE a.what <> 'limits' AND (a.what = 'stop') <> (s.kind IS NOT NULL)
  UNION ALL
  SELECT 'act-has-limits', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM last AS a
  LEFT JOIN holdfast.operator_limits AS l USING (account_id)
  WHERE a.what = 'limits' AND l.account_id IS NULL AND a.detail <> '{}'
  UNION ALL
  SELECT 'act-has-intervention', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND a.what IN ('release', 'close-purchase', 'end-now', 'dismiss-notice')
    AND NOT EXISTS (
      SELECT FROM holdfast.interventions AS i
      WHERE i.account_id = a.account_id
        AND holdfast.act_of_intervention(i.what) = a.what
        AND jsonb_build_object('id', i.id, 'outcome', i.outcome) = a.detail
    )
  UNION ALL
  SELECT 'intervention-ended-it', i.account_id,
    jsonb_build_object('what', i.what, 'id', i.id, 'outcome', i.outcome)
  FROM holdfast.interventions AS i
  WHERE i.account_id BETWEEN p_from AND p_to AND NOT holdfast.is_ended_by_hand(i)
$$;

-- Whether the thing that an operator has ended is there, and has ended so.
CREATE OR REPLACE FUNCTION holdfast.is_ended_by_hand(i holdfast.interventions) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE i.what
    WHEN 'reservation' THEN EXISTS (
      SELECT FROM holdfast.reservations AS r
      WHERE r.account_id = i.account_id AND r.request_id = i.id
        AND r.state = 'released' AND r.resolved_at = i.at
    )
    -- A stray payment is named behind its purchase; one that was voided may be paid all the same.
    WHEN 'purchase' THEN EXISTS (
      SELECT FROM holdfast.purchases AS p
      WHERE p.account_id = i.account_id AND p.purchase_id = i.id
        AND p.status IN ('voided', 'returning', 'returned')
    ) OR EXISTS (
      SELECT FROM holdfast.stray_payments AS s
      WHERE s.account_id = i.account_id AND s.purchase_id || '/' || s.payment_id = i.id
        AND s.status = 'returned'
    )
    WHEN 'subscription' THEN EXISTS (
      SELECT FROM holdfast.subscriptions AS s
      WHERE s.account_id = i.account_id AND s.subscription_id = i.id
        AND s.closed_why = 'ended-now'
    )
    WHEN 'notice' THEN EXISTS (
      SELECT FROM holdfast.notices AS n
      WHERE n.account_id = i.account_id AND n.notice_id::text = i.id AND n.status = 'failed'
    )
  END
$$;

-- Each promotion, adjustment and deduction is one act, with the reason and the name of its entry,
-- and each act of an entry is one of these.
CREATE OR REPLACE FUNCTION holdfast.entry_act_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH by_hand AS (
    SELECT e.*
    FROM holdfast.grants AS g
    JOIN holdfast.entries AS e ON e.account_id = g.account_id AND e.version = g.grant_id
    WHERE g.account_id BETWEEN p_from AND p_to
      AND g.source IN ('promotion', 'adjustment')
      AND NOT g.imported
      AND e.type = 'grant'
    UNION ALL
    SELECT e.*
    FROM holdfast.accounts AS a
    JOIN holdfast.entries AS e USING (account_id)
    WHERE a.account_id BETWEEN p_from AND p_to AND a.deducted <> 0 AND e.type = 'deduct'
  ), told AS (
    SELECT e.account_id, e.version, e.type, e.at, e.by_name,
      to_jsonb(abs(e.available_delta)) AS credits,
      coalesce(e.reason, holdfast.text_of(e.account_id, e.text_id)) AS reason
    FROM by_hand AS e
  ), acts AS (
    SELECT a.account_id, a.entry_version AS version, a.what, a.at, a.by_name,
      a.detail->'credits' AS credits,
      holdfast.act_reason(a) AS reason
    FROM holdfast.operator_acts AS a
    WHERE a.account_id BETWEEN p_from AND p_to AND a.entry_version IS NOT NULL
  )
  SELECT CASE WHEN e.version IS NULL THEN 'act-has-entry' ELSE 'entry-has-act' END,
    coalesce(e.account_id, a.account_id),
    jsonb_build_object('version', coalesce(e.version, a.version))
  FROM told AS e
  FULL JOIN acts AS a USING (account_id, version)
  WHERE (e.type, e.at, e.credits, e.by_name, e.reason)
    IS DISTINCT FROM (a.what, a.at, a.credits, a.by_name, a.reason)
    -- Acts from before there was the journal are taken over after the migration.
    AND (a.version IS NOT NULL OR NOT EXISTS (SELECT FROM holdfast.earlier_acts))
$$;
