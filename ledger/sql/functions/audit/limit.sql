-- The invariants of limits and of payment methods that must never be charged again.
CREATE OR REPLACE FUNCTION holdfast.limit_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  -- Operations look for limits only where the account says that there is something to look for.
  SELECT 'limits-are-looked-for', a.account_id, '{}'::jsonb
  FROM holdfast.accounts AS a
  WHERE NOT a.watched
    AND (
      EXISTS (SELECT FROM holdfast.account_settings AS s WHERE s.account_id = a.account_id)
      OR EXISTS (SELECT FROM holdfast.operator_limits AS l WHERE l.account_id = a.account_id)
    )
  UNION ALL
  SELECT 'refused-payment-method-not-charged', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id)
  FROM holdfast.refused_payment_methods AS refused
  JOIN holdfast.purchases AS p USING (account_id)
  WHERE p.body IS NOT NULL
    AND coalesce(p.body->>'paymentMethod', '') = refused.payment_method
    AND p.opened_at > refused.at
$$;
