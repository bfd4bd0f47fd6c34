-- Each payment has the key that has brought it, and is as that key's answer tells; each key that
-- has used a payment has it.
CREATE OR REPLACE FUNCTION holdfast.payment_key_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH keys AS (
    SELECT k.*,
      CASE k.operation WHEN 'renew' THEN k.key ELSE k.body->>'paymentReference' END AS reference,
      CASE WHEN k.result->>'effect' = 'upgrade' THEN 'upgrade' ELSE 'cycle' END AS pays
    FROM holdfast.subscription_answers(p_from, p_to) AS k
    WHERE k.operation IN ('subscribe', 'renew')
      OR (k.operation = 'change_plan' AND k.result->>'paymentUsed' = 'true')
  ), paid AS (
    SELECT p.* FROM holdfast.payments AS p WHERE p.account_id BETWEEN p_from AND p_to
  )
  SELECT 'payment-has-key', coalesce(p.account_id, k.account_id),
    jsonb_build_object('reference', coalesce(p.reference, k.reference))
  FROM paid AS p
  FULL JOIN keys AS k USING (account_id, reference)
  WHERE (p.subscription_id, p.pays, holdfast.iso(p.recorded_at), p.plan_id) IS DISTINCT FROM (
      k.subscription_id, k.pays, k.at,
      CASE WHEN k.operation = 'renew' THEN k.said->>'nextPlanId' ELSE k.body->>'planId' END
    )
    OR holdfast.iso(p.paid_at) IS DISTINCT FROM coalesce(
      CASE k.operation WHEN 'renew' THEN k.body->>'paidAt' END, k.at)
    OR (p.pays = 'cycle' AND to_jsonb(p.cycle) IS DISTINCT FROM k.said->'paidCycle')
    OR (p.pays = 'upgrade' AND to_jsonb(p.cycle) IS DISTINCT FROM k.result->'granted'->-1->'cycle')
$$;

-- A cycle is as its payment has settled it: its end, its length, and its plan or one that it was
-- raised to. A longer cycle that started meanwhile has cut it short.
CREATE OR REPLACE FUNCTION holdfast.cycle_answer_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'cycle-as-paid', c.account_id,
    jsonb_build_object('subscriptionId', c.subscription_id, 'cycle', c.cycle)
  FROM holdfast.cycles AS c
  WHERE c.account_id BETWEEN p_from AND p_to AND (
    NOT EXISTS (
      SELECT FROM holdfast.payments AS p
      WHERE p.account_id = c.account_id
        AND p.subscription_id = c.subscription_id
        AND p.plan_id = c.plan_id
        AND (p.cycle = c.cycle OR (p.cycle < c.cycle AND p.pays = 'upgrade'))
    )
    OR NOT EXISTS (
      SELECT FROM holdfast.subscription_answers(c.account_id, c.account_id) AS k
      WHERE k.subscription_id = c.subscription_id
        AND k.operation IN ('subscribe', 'renew', 'change_plan')
        AND k.said->'term' = to_jsonb(c.term)
        AND k.said->'paidCycle' = to_jsonb(c.cycle)
        AND (k.said->>'paidUntil' = holdfast.iso(c.ends_at) OR EXISTS (
          SELECT FROM holdfast.subscription_answers(c.account_id, c.account_id) AS longer
          WHERE longer.subscription_id = c.subscription_id
            AND longer.result->>'effect' = 'longer-cycle'
            AND longer.at = holdfast.iso(c.ends_at)
            AND longer.said->'paidCycle' = to_jsonb(c.cycle + 1)
        ))
    )
    OR holdfast.plan_credits(c.plan_id, c.length, c.starts_at) IS NULL
  )
$$;
