-- What was taken over: each import of an account is one act, which counts its lines and credits;
-- each line has its grant or its subscription.
CREATE OR REPLACE FUNCTION holdfast.import_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH lines AS (
    SELECT k.*
    FROM holdfast.idempotency_keys AS k
    WHERE k.account_id BETWEEN p_from AND p_to AND k.operation = 'import'
  ), imports AS (
    SELECT l.account_id, l.result->>'at' AS at,
      count(*) AS lines,
      sum((l.result->>'credits')::numeric) AS credits
    FROM lines AS l
    GROUP BY l.account_id, l.result->>'at'
  ), acts AS (
    SELECT a.account_id, holdfast.iso(a.at) AS at,
      sum((a.detail->>'lines')::numeric) AS lines,
      sum((a.detail->>'credits')::numeric) AS credits
    FROM holdfast.operator_acts AS a
    WHERE a.account_id BETWEEN p_from AND p_to AND a.what = 'import'
    GROUP BY a.account_id, holdfast.iso(a.at)
  )
  SELECT 'import-has-act', coalesce(i.account_id, a.account_id),
    jsonb_build_object('at', coalesce(i.at, a.at))
  FROM imports AS i
  FULL JOIN acts AS a USING (account_id, at)
  WHERE (i.lines, i.credits) IS DISTINCT FROM (a.lines, a.credits)
  UNION ALL
  SELECT 'import-as-told', l.account_id, jsonb_build_object('key', l.key)
  FROM lines AS l
  LEFT JOIN holdfast.grants AS g
    ON g.account_id = l.account_id AND g.grant_id = (l.result->>'grantId')::bigint
  LEFT JOIN holdfast.cycles AS c
    ON c.account_id = l.account_id
    AND c.subscription_id = l.result->>'subscriptionId'
    AND c.cycle = (l.result->>'cycle')::integer
  WHERE (l.result->>'credits')::numeric IS DISTINCT FROM coalesce(g.credits, 0)
    OR CASE l.body->>'type'
      WHEN 'account' THEN l.result->'grantId' IS NOT NULL
      WHEN 'grant' THEN g.imported IS NOT TRUE
      WHEN 'subscription' THEN c.grant_id IS DISTINCT FROM g.grant_id
        OR g.imported IS NOT TRUE
        OR (l.body->>'remaining')::numeric <> g.credits
        OR l.body->>'subscriptionId' <> c.subscription_id
      ELSE true
    END
$$;
