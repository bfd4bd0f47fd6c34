-- The origin of a grant: its source, and the pack and purchase or the plan and cycle behind it. A
-- cycle keeps only the best plan held in it, so the grant's plan is read from its own key.
CREATE OR REPLACE FUNCTION holdfast.grant_origin(p_account_id text, p_grant_id bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'source', g.source,
    'packId', p.pack_id,
    'purchaseId', p.purchase_id,
    'planId', (
      SELECT k.result->>'planId'
      FROM holdfast.idempotency_keys AS k
      WHERE k.account_id = g.account_id
        AND k.operation = 'grant'
        AND k.result->>'grantId' = g.grant_id::text
        AND k.key IN (
          SELECT 'cycle:' || g.subscription_id || ':' || g.cycle
          UNION ALL
          SELECT 'upgrade:' || reference
          FROM holdfast.payments
          WHERE (account_id, subscription_id, cycle, pays)
            = (g.account_id, g.subscription_id, g.cycle, 'upgrade')
        )
    ),
    'cycle', g.cycle,
    'cycleStart', holdfast.iso(c.starts_at),
    'cycleEnd', holdfast.iso(c.ends_at)))
  FROM holdfast.grants AS g
  LEFT JOIN holdfast.purchases AS p
    ON p.account_id = g.account_id AND p.grant_id = g.grant_id
  LEFT JOIN holdfast.cycles AS c
    ON c.account_id = g.account_id
    AND c.subscription_id = g.subscription_id
    AND c.cycle = g.cycle
  WHERE g.account_id = p_account_id AND g.grant_id = p_grant_id
$$;
