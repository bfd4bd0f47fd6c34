-- Each grant has one key, which tells where it comes from; a key counts once, and names a grant
-- that is there. The grant of a cycle that was taken over has the cycle's key.
CREATE OR REPLACE FUNCTION holdfast.grant_key_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH keys AS (
    SELECT k.account_id, k.key, k.operation, k.result, k.result->>'grantId' AS grant_id,
      count(*) OVER (PARTITION BY k.account_id, k.result->>'grantId') AS uses
    FROM holdfast.idempotency_keys AS k
    WHERE k.account_id BETWEEN p_from AND p_to
      AND (k.operation = 'grant' OR (k.operation = 'import' AND k.body->>'type' = 'grant'))
  ), granted AS (
    SELECT g.*, g.grant_id::text AS id
    FROM holdfast.grants AS g
    WHERE g.account_id BETWEEN p_from AND p_to
  )
  SELECT 'grant-has-key', coalesce(g.account_id, k.account_id),
    jsonb_build_object('grantId', coalesce(g.id, k.grant_id), 'key', k.key)
  FROM granted AS g
  FULL JOIN keys AS k ON k.account_id = g.account_id AND k.grant_id = g.id
  WHERE g.id IS NULL
    OR k.key IS NULL
    OR k.uses > 1
    OR k.result->'credits' IS DISTINCT FROM to_jsonb(g.credits)
    OR CASE k.operation
      WHEN 'import' THEN NOT g.imported
      ELSE (g.source = 'plan') <> (k.key LIKE 'cycle:%' OR k.key LIKE 'upgrade:%')
        OR (g.source = 'pack') <> (k.key LIKE 'purchase:%')
        OR (g.imported AND NOT holdfast.is_taken_over(g.account_id, g.id))
    END
$$;

-- Whether the grant is of the cycle in which an import took a subscription over.
CREATE OR REPLACE FUNCTION holdfast.is_taken_over(p_account_id text, p_grant_id text)
RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM holdfast.idempotency_keys AS k
    WHERE k.account_id = p_account_id
      AND k.operation = 'import'
      AND k.body->>'type' = 'subscription'
      AND k.result->>'grantId' = p_grant_id
  )
$$;

-- A grant is as its source says: as it was asked for, of its cycle, of its purchase.
CREATE OR REPLACE FUNCTION holdfast.grant_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'grant-as-asked', g.account_id,
    jsonb_build_object('grantId', g.grant_id, 'key', k.key, 'source', g.source)
  FROM holdfast.grants AS g
  JOIN holdfast.idempotency_keys AS k
    ON k.account_id = g.account_id
    AND (k.operation = 'grant' OR (k.operation = 'import' AND k.body->>'type' = 'grant'))
    AND k.result->>'grantId' = g.grant_id::text
  LEFT JOIN holdfast.entries AS e ON e.account_id = g.account_id AND e.version = g.grant_id
  WHERE g.account_id BETWEEN p_from AND p_to
    AND k.account_id BETWEEN p_from AND p_to
    AND (
      g.priority <> CASE g.source WHEN 'promotion' THEN 10 WHEN 'pack' THEN 30 ELSE 20 END
      OR (g.ends_at IS NULL) = (g.term IS NULL)
      OR (g.cycle IS NULL) <> (g.subscription_id IS NULL)
      OR (g.source <> 'plan' AND g.cycle IS NOT NULL)
      OR CASE
        WHEN k.operation = 'import' THEN holdfast.is_imported_grant(g, k, e) IS NOT TRUE
        WHEN g.source = 'plan' THEN holdfast.is_grant_of_cycle(g, k, e) IS NOT TRUE
        WHEN g.source = 'pack' THEN holdfast.is_grant_of_pack(g, k) IS NOT TRUE
        ELSE holdfast.is_grant_by_hand(g, k, e) IS NOT TRUE
      END
    )
$$;

CREATE OR REPLACE FUNCTION holdfast.is_grant_by_hand(
  g holdfast.grants, k holdfast.idempotency_keys, e holdfast.entries
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT k.body->>'source' = g.source
    AND k.result->>'source' = g.source
    AND k.result->>'accountId' = g.account_id
    AND k.result->>'grantedAt' = holdfast.iso(g.granted_at)
    AND (k.body->>'credits')::numeric = g.credits
    AND coalesce((k.body->>'costCents')::numeric, 0) = g.cost_cents
    AND coalesce(k.body->>'currency', 'USD') = g.currency
    AND k.body->>'by' IS NOT DISTINCT FROM e.by_name
    AND (k.body->>'expiresAt' IS NOT NULL) = (g.ends_at IS NOT NULL)
    AND CASE
      WHEN g.ends_at IS NOT NULL
        THEN k.result->>'expiresAt' = holdfast.iso(g.ends_at) AND g.ends_at > g.granted_at
      ELSE EXISTS (
        SELECT FROM holdfast.terms AS t
        WHERE t.account_id = g.account_id
          AND t.term = g.term
          AND holdfast.iso(t.valid_until) = k.result->>'expiresAt'
          AND t.valid_until > g.granted_at
      )
    END
$$;

-- Whether a grant is what its imported line has left of it.
CREATE OR REPLACE FUNCTION holdfast.is_imported_grant(
  g holdfast.grants, k holdfast.idempotency_keys, e holdfast.entries
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT k.body->>'source' = g.source
    AND g.cycle IS NULL
    AND (k.body->>'remaining')::numeric = g.credits
    AND k.result->>'accountId' = g.account_id
    AND k.result->>'at' = holdfast.iso(g.granted_at)
    AND coalesce((k.body->>'costCents')::bigint, 0) - g.cost_cents = holdfast.recognised(
      coalesce((k.body->>'costCents')::bigint, 0),
      (k.body->>'credits')::bigint - g.credits, (k.body->>'credits')::bigint)
    AND coalesce(k.body->>'currency', 'USD') = g.currency
    AND holdfast.instant(k.body->>'expiresAt') IS NOT DISTINCT FROM g.ends_at
    AND e.reason = 'imported, line ' || k.key
$$;

CREATE OR REPLACE FUNCTION holdfast.is_grant_of_cycle(
  g holdfast.grants, k holdfast.idempotency_keys, e holdfast.entries
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT g.cycle IS NOT NULL
    AND (g.cost_cents, g.currency) = (0, 'USD')
    AND k.body = jsonb_build_object('subscriptionId', g.subscription_id, 'cycle', g.cycle)
    AND k.result->'cycle' = to_jsonb(g.cycle)
    AND e.reason = (k.result->>'planId') || ', cycle ' || g.cycle
    AND (
      k.key = 'cycle:' || g.subscription_id || ':' || g.cycle
      OR EXISTS (
        SELECT FROM holdfast.payments AS p
        WHERE p.account_id = g.account_id
          AND k.key = 'upgrade:' || p.reference
          AND p.recorded_at = g.granted_at
          AND (p.subscription_id, p.cycle, p.pays, p.plan_id)
            = (g.subscription_id, g.cycle, 'upgrade', k.result->>'planId')
      )
    )
$$;

CREATE OR REPLACE FUNCTION holdfast.is_grant_of_pack(
  g holdfast.grants, k holdfast.idempotency_keys
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT k.body = jsonb_build_object('purchaseId', p.purchase_id)
    AND k.key = 'purchase:' || p.purchase_id
    AND k.result->>'packId' = p.pack_id
    -- Keys of earlier versions say nothing of the payment.
    AND coalesce(k.result->>'paymentId', p.payment_id) = p.payment_id
  FROM holdfast.purchases AS p
  WHERE p.account_id = g.account_id AND p.grant_id = g.grant_id
$$;

-- Each deduction has one key, and each key of a deduction its entry.
CREATE OR REPLACE FUNCTION holdfast.deduction_key_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH keys AS (
    SELECT k.account_id, k.key, k.body, k.result, k.result->>'version' AS version,
      count(*) OVER (PARTITION BY k.account_id, k.result->>'version') AS uses
    FROM holdfast.idempotency_keys AS k
    WHERE k.account_id BETWEEN p_from AND p_to AND k.operation = 'deduct'
  ), deducted AS (
    SELECT e.*
    FROM holdfast.accounts AS a
    JOIN holdfast.entries AS e USING (account_id)
    WHERE a.account_id BETWEEN p_from AND p_to AND a.deducted <> 0 AND e.type = 'deduct'
  )
  SELECT 'deduction-has-key', coalesce(e.account_id, k.account_id),
    jsonb_build_object('version', coalesce(e.version::text, k.version), 'key', k.key)
  FROM deducted AS e
  FULL JOIN keys AS k ON k.account_id = e.account_id AND k.version = e.version::text
  WHERE k.uses > 1
    OR (
      k.result, k.body->'credits', k.body->>'by'
    ) IS DISTINCT FROM (
      jsonb_build_object('accountId', e.account_id, 'credits', -e.available_delta,
        'version', e.version, 'at', holdfast.iso(e.at)),
      to_jsonb(-e.available_delta), e.by_name
    )
$$;
