-- The invariants of purchases. An unfinished one is no finding, however old: a bank transfer or a
-- refund may take days.
CREATE OR REPLACE FUNCTION holdfast.purchase_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'purchase-resolved-once', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'status', p.status)
  FROM holdfast.purchases AS p
  WHERE p.account_id BETWEEN p_from AND p_to AND (
    (p.status = 'granted') <> (p.grant_id IS NOT NULL)
    OR (p.status IN ('open', 'returning')) <> (p.resolved_at IS NULL)
    OR p.resolved_at < p.opened_at
    OR (p.look_from IS NULL) <> (p.resolved_at IS NOT NULL)
    OR (p.reason IS NULL) <> (p.status IN ('open', 'granted'))
    OR (p.automatic AND p.purchase_id !~ '^top-up-[1-9][0-9]*$')
    OR p.status NOT IN ('open', 'granted', 'declined', 'voided', 'returning', 'returned')
  )
  UNION ALL
  SELECT 'purchase-as-sold', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'catalogVersion', p.catalog_version)
  FROM holdfast.purchases AS p
  LEFT JOIN holdfast.catalog_versions AS v ON v.version = p.catalog_version,
    LATERAL (SELECT v.document->'packs'->p.pack_id AS pack) AS sold
  WHERE p.account_id BETWEEN p_from AND p_to AND p.body IS NOT NULL AND (
    -- A day's tolerance: a version may have come while the clock was set back.
    v.effective_from > p.opened_at
    OR v.version < holdfast.effective_version(p.opened_at - interval '1 day')
    OR (p.pack_id, p.credits, p.price_cents, p.price_cents, p.currency) IS DISTINCT FROM (
      p.body->>'packId',
      (sold.pack->>'credits')::bigint,
      (sold.pack->>'priceCents')::bigint,
      (p.body->>'shownPriceCents')::bigint,
      sold.pack->>'currency'
    )
    OR p.body->>'currency' <> p.currency
  )
  UNION ALL
  -- A tombstone has no body, and buys nothing.
  SELECT 'purchase-as-sold', p.account_id, jsonb_build_object('purchaseId', p.purchase_id)
  FROM holdfast.purchases AS p
  WHERE p.account_id BETWEEN p_from AND p_to AND p.body IS NULL AND (
    p.status NOT IN ('voided', 'returning', 'returned')
    OR p.credits <> 0
    OR p.price_cents <> 0
    OR num_nonnulls(p.pack_id, p.currency, p.catalog_version) > 0
    OR p.automatic
  )
$$;

-- Each granted purchase has one grant, as it was sold, given while a subscription was live. The
-- purchase of a pack that was taken over is elsewhere.
CREATE OR REPLACE FUNCTION holdfast.pack_grant_violations(p_from text, p_to text)
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
    WHERE g.account_id BETWEEN p_from AND p_to AND g.source = 'pack' AND NOT g.imported
  ), bought AS (
    SELECT *
    FROM holdfast.purchases AS p
    WHERE p.account_id BETWEEN p_from AND p_to AND p.grant_id IS NOT NULL
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
      AND term.term = (holdfast.end_of_grant_at(g.account_id, g.grant_id, g.grant_id)).term
      AND term.at <= g.granted_at
      AND g.granted_at < term.valid_until
  )
$$;

-- Each purchase is paid once, and a stray payment has bought nothing.
CREATE OR REPLACE FUNCTION holdfast.payment_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH counted AS (
    SELECT *,
      count(*) FILTER (WHERE reason IS DISTINCT FROM 'payment-already-used')
        OVER (PARTITION BY account_id, payment_id) AS payments
    FROM holdfast.purchases AS p
    WHERE p.account_id BETWEEN p_from AND p_to
  )
  SELECT 'purchase-paid-once', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'paymentId', p.payment_id)
  FROM counted AS p
  WHERE (p.status IN ('granted', 'returning') AND p.payment_id IS NULL)
    OR (p.payment_id IS NOT NULL AND p.payments > 1)
    OR (p.payment_id IS NOT NULL AND p.status NOT IN ('granted', 'returning', 'returned'))
  UNION ALL
  SELECT 'stray-payment-bought-nothing', stray.account_id,
    jsonb_build_object('purchaseId', p.purchase_id, 'paymentId', stray.payment_id)
  FROM holdfast.stray_payments AS stray
  JOIN holdfast.purchases AS p USING (account_id, payment_id)
  WHERE stray.account_id BETWEEN p_from AND p_to
    AND p.reason IS DISTINCT FROM 'payment-already-used'
  UNION ALL
  SELECT 'stray-payment-goes-back', stray.account_id,
    jsonb_build_object('purchaseId', stray.purchase_id, 'paymentId', stray.payment_id)
  FROM holdfast.stray_payments AS stray
  LEFT JOIN holdfast.purchases AS p USING (account_id, purchase_id)
  WHERE stray.account_id BETWEEN p_from AND p_to AND (
    p.purchase_id IS NULL
    OR p.status NOT IN ('granted', 'returning', 'returned')
    OR stray.seen_at < p.opened_at - interval '1 day'
    OR stray.returned_at < stray.seen_at - interval '1 day'
    OR (stray.status = 'returned') <> (stray.returned_at IS NOT NULL)
    OR (stray.status = 'returning') <> (stray.look_from IS NOT NULL)
  )
$$;
