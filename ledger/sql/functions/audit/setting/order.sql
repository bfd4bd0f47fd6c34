-- A setting that has an order was said, and what an operator has said has its order.
CREATE OR REPLACE FUNCTION holdfast.setting_order_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'order-was-said', o.account_id, jsonb_build_object('setting', o.setting)
  FROM holdfast.setting_orders AS o
  WHERE o.account_id BETWEEN p_from AND p_to AND (
    CASE
      WHEN o.setting LIKE 'stop:%' THEN false
      WHEN o.account_id = '*' THEN true
      ELSE NOT EXISTS (
        SELECT FROM holdfast.idempotency_keys AS k
        WHERE k.account_id = o.account_id AND CASE o.setting
          WHEN 'low-balance' THEN k.operation = 'set_low_balance'
          WHEN 'top-up' THEN k.operation = 'set_top_up'
          ELSE k.operation = 'set_limits' AND k.body->o.setting IS NOT NULL
        END
      ) AND NOT (o.setting = 'top-up' AND EXISTS (
        SELECT FROM holdfast.operator_acts AS a
        WHERE a.account_id = o.account_id AND a.what = 'erase'
      ))
    END
  )
  UNION ALL
  -- A command from Temporal is refused after a later one: what lies ahead would refuse all. Its
  -- clock may be wrong by hours.
  SELECT 'order-not-ahead', o.account_id,
    jsonb_build_object('setting', o.setting, 'temporalAt', o.temporal_at)
  FROM holdfast.setting_orders AS o
  WHERE o.account_id BETWEEN p_from AND p_to
    AND o.temporal_at > statement_timestamp() + interval '1 day'
  UNION ALL
  -- Without its order, an earlier command that comes late would take effect. Acts from before
  -- there were orders have no login.
  SELECT 'order-was-kept', a.account_id, jsonb_build_object('setting', said.setting)
  FROM holdfast.operator_acts AS a, LATERAL (
    SELECT 'stop:' || coalesce(a.detail->>'kind', '*') AS setting
    WHERE a.what IN ('stop', 'admit')
    UNION ALL
    SELECT a.what WHERE a.what IN ('low-balance', 'top-up')
    UNION ALL
    SELECT jsonb_object_keys(a.detail->'set') WHERE a.what = 'owner-limits'
  ) AS said
  WHERE a.account_id BETWEEN p_from AND p_to
    AND a.login IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM holdfast.setting_orders AS o
      WHERE o.account_id = a.account_id AND o.setting = said.setting
    )
  GROUP BY a.account_id, said.setting
$$;
