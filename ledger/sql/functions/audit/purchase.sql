-- The invariants of purchases. An unfinished one is no finding, however old: a bank transfer or a
-- refund may take days.
CREATE OR REPLACE FUNCTION holdfast.purchase_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT * FROM holdfast.pack_grant_violations()
  UNION ALL
  SELECT * FROM holdfast.payment_violations()
  UNION ALL
  SELECT 'purchase-resolved-once', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'status', p.status)
  FROM holdfast.purchases AS p
  WHERE (p.status = 'granted') <> (p.grant_id IS NOT NULL)
    OR (p.status IN ('open', 'returning')) <> (p.resolved_at IS NULL)
    OR p.resolved_at < p.opened_at
    OR (p.look_from IS NULL) <> (p.resolved_at IS NOT NULL)
  UNION ALL
  SELECT 'purchase-as-sold', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'catalogVersion', p.catalog_version)
  FROM holdfast.purchases AS p
  LEFT JOIN holdfast.catalog_versions AS v ON v.version = p.catalog_version,
    LATERAL (SELECT v.document->'packs'->p.pack_id AS pack) AS sold
  WHERE p.body IS NOT NULL AND (
    v.effective_from > p.opened_at
    OR (p.pack_id, p.credits, p.price_cents, p.price_cents, p.currency) IS DISTINCT FROM (
      p.body->>'packId',
      (sold.pack->>'credits')::bigint,
      (sold.pack->>'priceCents')::bigint,
      (p.body->>'shownPriceCents')::bigint,
      sold.pack->>'currency'
    )
  )
$$;

-- Each granted purchase has one grant, as it was sold, given while a subscription was live.
CREATE OR REPLACE FUNCTION holdfast.pack_grant_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH granted AS (
    SELECT g.*, k.key
    FROM holdfast.grants AS g
    LEFT JOIN holdfast.idempotency_keys AS k
      ON k.account_id = g.account_id
      AND k.operation = 'grant'
      AND k.key LIKE 'purchase:%'
      AND k.result->>'grantId' = g.grant_id::text
    WHERE g.source = 'pack'
  ), bought AS (
    SELECT * FROM holdfast.purchases WHERE grant_id IS NOT NULL
  )
  SELECT 'pack-granted-once', coalesce(p.account_id, g.account_id),
    jsonb_build_object(
      'purchaseId', p.purchase_id,
      'grantId', coalesce(g.grant_id, p.grant_id))
  FROM bought AS p
  FULL JOIN granted AS g USING (account_id, grant_id)
  WHERE (
      'purchase:' || p.purchase_id, p.credits, p.price_cents,
      p.currency, p.resolved_at, 30::smallint
    ) IS DISTINCT FROM (
      g.key, g.credits, g.cost_cents,
      g.currency, g.granted_at, g.priority
    )
  UNION ALL
  SELECT 'pack-granted-while-live', g.account_id, jsonb_build_object('grantId', g.grant_id)
  FROM granted AS g
  WHERE NOT EXISTS (
    SELECT FROM holdfast.terms AS term
    WHERE term.account_id = g.account_id
      AND term.term = g.term
      AND term.at <= g.granted_at
      AND g.granted_at < term.valid_until
  )
$$;

-- Each purchase is paid once, and a stray payment has bought nothing.
CREATE OR REPLACE FUNCTION holdfast.payment_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH counted AS (
    SELECT *,
      count(*) FILTER (WHERE reason IS DISTINCT FROM 'payment-already-used')
        OVER (PARTITION BY account_id, payment_id) AS payments
    FROM holdfast.purchases
  )
  SELECT 'purchase-paid-once', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'paymentId', p.payment_id)
  FROM counted AS p
  WHERE (p.status IN ('granted', 'returning') AND p.payment_id IS NULL)
    OR (p.payment_id IS NOT NULL AND p.payments > 1)
  UNION ALL
  SELECT 'stray-payment-bought-nothing', stray.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'paymentId', stray.payment_id)
  FROM holdfast.stray_payments AS stray
  JOIN holdfast.purchases AS p USING (account_id, payment_id)
  WHERE p.reason IS DISTINCT FROM 'payment-already-used'
$$;
