-- Each cycle has one grant of its own, and all of its grants are within the best plan held in it.
CREATE OR REPLACE FUNCTION holdfast.cycle_grant_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH granted AS (
    SELECT g.account_id, g.subscription_id, g.cycle,
      sum(g.credits) AS credits,
      count(*) FILTER (WHERE k.key IS NOT NULL) AS keyed,
      max(g.grant_id) FILTER (WHERE k.key IS NOT NULL) AS grant_id,
      count(DISTINCT g.term) AS terms,
      max(g.term) AS term
    FROM holdfast.grants AS g
    LEFT JOIN holdfast.idempotency_keys AS k
      ON k.account_id = g.account_id
      AND k.operation = 'grant'
      AND k.key = 'cycle:' || g.subscription_id || ':' || g.cycle
      AND k.result->>'grantId' = g.grant_id::text
    WHERE g.account_id BETWEEN p_from AND p_to AND g.cycle IS NOT NULL
    GROUP BY g.account_id, g.subscription_id, g.cycle
  )
  SELECT 'cycle-granted-once', coalesce(c.account_id, g.account_id),
    jsonb_build_object(
      'subscriptionId', coalesce(c.subscription_id, g.subscription_id),
      'cycle', coalesce(c.cycle, g.cycle))
  FROM (
    SELECT * FROM holdfast.cycles AS paid WHERE paid.account_id BETWEEN p_from AND p_to
  ) AS c
  FULL JOIN granted AS g USING (account_id, subscription_id, cycle)
  WHERE (c.grant_id, (c.grant_id IS NOT NULL)::integer, c.term) IS DISTINCT FROM (
      g.grant_id,
      coalesce(g.keyed, 0),
      CASE WHEN g.terms IS NULL THEN c.term WHEN g.terms = 1 THEN g.term END
    )
    OR EXISTS (
      SELECT FROM holdfast.grants AS early
      WHERE early.account_id = c.account_id
        AND early.grant_id = c.grant_id
        AND early.granted_at < c.starts_at
    )
  UNION ALL
  SELECT 'cycle-grants-within-best-plan', g.account_id,
    jsonb_build_object(
      'subscriptionId', g.subscription_id,
      'cycle', g.cycle,
      'granted', g.credits,
      'best', best.credits)
  FROM granted AS g
  LEFT JOIN holdfast.best_plans(p_from, p_to) AS best USING (account_id, subscription_id, cycle)
  WHERE g.credits > coalesce(best.credits, 0)
$$;

-- The credits of the best plan held in each cycle: the plan that it has, or had at its start, or
-- was raised to within it.
CREATE OR REPLACE FUNCTION holdfast.best_plans(p_from text, p_to text)
RETURNS TABLE (account_id text, subscription_id text, cycle integer, credits bigint)
LANGUAGE sql STABLE AS $$
  SELECT c.account_id, c.subscription_id, c.cycle,
    greatest(
      holdfast.plan_credits(c.plan_id, c.length, c.starts_at),
      max(holdfast.plan_credits(p.plan_id, c.length, greatest(
        c.starts_at,
        CASE p.pays WHEN 'upgrade' THEN p.recorded_at END))))
  FROM holdfast.cycles AS c
  LEFT JOIN holdfast.payments AS p USING (account_id, subscription_id, cycle)
  WHERE c.account_id BETWEEN p_from AND p_to
  GROUP BY c.account_id, c.subscription_id, c.cycle
$$;
