-- A page of the purchases that have neither bought anything nor ended, and of those with a stray
-- payment that has not gone back, by when they are to be checked, after the last row seen.
CREATE OR REPLACE FUNCTION holdfast.unfinished_purchases(
  p_due_by timestamptz, p_after_at timestamptz, p_after_account_id text,
  p_after_purchase_id text, p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'at', holdfast.iso(unfinished.look_from),
    'accountId', unfinished.account_id,
    'purchaseId', unfinished.purchase_id,
    'status', unfinished.status,
    'body', unfinished.body)
  FROM (
    (
      SELECT p.look_from, p.account_id, p.purchase_id, p.status, p.body
      FROM holdfast.purchases AS p
      WHERE p.resolved_at IS NULL
        AND p.look_from <= p_due_by
        AND (p.look_from, p.account_id, p.purchase_id) > (
          coalesce(p_after_at, '-infinity'),
          coalesce(p_after_account_id, ''),
          coalesce(p_after_purchase_id, ''))
      ORDER BY p.look_from, p.account_id, p.purchase_id
      LIMIT p_limit
    )
    UNION ALL
    (
      SELECT stray.look_from, p.account_id, p.purchase_id, p.status, p.body
      FROM holdfast.stray_payments AS stray, LATERAL (
        SELECT * FROM holdfast.purchases
        WHERE account_id = stray.account_id
          AND purchase_id = stray.purchase_id
          AND resolved_at IS NOT NULL
        LIMIT 1
      ) AS p
      WHERE stray.status = 'returning'
        AND stray.look_from <= p_due_by
        AND (stray.look_from, stray.account_id, stray.purchase_id) > (
          coalesce(p_after_at, '-infinity'),
          coalesce(p_after_account_id, ''),
          coalesce(p_after_purchase_id, ''))
      ORDER BY stray.look_from, stray.account_id, stray.purchase_id
      LIMIT p_limit
    )
  ) AS unfinished
  ORDER BY unfinished.look_from, unfinished.account_id, unfinished.purchase_id
  LIMIT p_limit
$$;

-- The workflow runs: the next check is later. Touches no balance, so it needs no account lock.
CREATE OR REPLACE FUNCTION holdfast.watch_purchase(
  p_account_id text, p_purchase_id text, p_for_ms bigint
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.purchases
  SET look_from = holdfast.clock() + p_for_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id AND resolved_at IS NULL;
  UPDATE holdfast.stray_payments
  SET look_from = holdfast.clock() + p_for_ms * interval '1 millisecond'
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id AND status = 'returning'
$$;
