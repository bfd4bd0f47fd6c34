-- The invariants of limits and of payment methods that must never be charged again.
CREATE OR REPLACE FUNCTION holdfast.limit_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  -- Operations look for limits only where the account says that there is something to look for.
  SELECT 'limits-are-looked-for', a.account_id, '{}'::jsonb
  FROM holdfast.accounts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND NOT a.watched
    AND (
      a.last_ticket > 0
      OR EXISTS (SELECT FROM holdfast.notices AS n WHERE n.account_id = a.account_id)
      OR EXISTS (
        SELECT FROM holdfast.low_balance_thresholds AS t WHERE t.account_id = a.account_id
      )
      OR EXISTS (SELECT FROM holdfast.account_settings AS s WHERE s.account_id = a.account_id)
      OR EXISTS (SELECT FROM holdfast.operator_limits AS l WHERE l.account_id = a.account_id)
      OR EXISTS (SELECT FROM holdfast.refunds AS r WHERE r.account_id = a.account_id)
      OR EXISTS (SELECT FROM holdfast.disputes AS d WHERE d.account_id = a.account_id)
    )
  UNION ALL
  SELECT 'refused-payment-method-not-charged', p.account_id,
    jsonb_build_object('purchaseId', p.purchase_id)
  FROM holdfast.refused_payment_methods AS refused
  JOIN holdfast.purchases AS p USING (account_id)
  WHERE refused.account_id BETWEEN p_from AND p_to
    AND p.body IS NOT NULL
    AND coalesce(p.body->>'paymentMethod', '') = refused.payment_method
    AND p.opened_at > refused.at
  UNION ALL
  SELECT 'refused-payment-method-as-told', refused.account_id,
    jsonb_build_object('purchaseId', refused.purchase_id)
  FROM holdfast.refused_payment_methods AS refused
  LEFT JOIN holdfast.purchases AS p USING (account_id, purchase_id)
  WHERE refused.account_id BETWEEN p_from AND p_to
    AND (
      CASE
        WHEN p.erased THEN refused.payment_method ELSE coalesce(p.body->>'paymentMethod', '')
      END IS DISTINCT FROM refused.payment_method
      OR CASE
        -- It was paid after all, and its end is another one since.
        WHEN p.status IN ('returning', 'returned') THEN false
        ELSE (p.status, p.resolved_at, p.reason)
          IS DISTINCT FROM ('declined', refused.at, refused.reason)
      END
    )
$$;
