-- Each refund is of a granted purchase, within its price, and covers the credits that its part of
-- the price has paid for.
CREATE OR REPLACE FUNCTION holdfast.refund_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT r.*,
      sum(r.amount_cents) OVER parts AS cents,
      row_number() OVER parts AS expected_part,
      lag(r.at) OVER parts AS previous_at
    FROM holdfast.refunds AS r
    WHERE r.account_id BETWEEN p_from AND p_to
    WINDOW parts AS (PARTITION BY r.account_id, r.purchase_id ORDER BY r.part)
  )
  SELECT 'refund-of-purchase', r.account_id, jsonb_build_object('refundId', r.refund_id)
  FROM told AS r
  LEFT JOIN holdfast.purchases AS p USING (account_id, purchase_id)
  WHERE p.status IS DISTINCT FROM 'granted'
    OR r.part <> r.expected_part
    OR r.amount_cents <= 0
    OR r.cents > p.price_cents
    OR r.at < greatest(p.resolved_at, r.previous_at)
    OR r.credits <> holdfast.credits_paid_by(p.credits, p.price_cents, r.cents)
      - holdfast.credits_paid_by(p.credits, p.price_cents, r.cents - r.amount_cents)
$$;

-- What refunds have taken, and orders hold, is what the entries of their packs' grants say, and a
-- pack has nothing left that its refunds cover.
CREATE OR REPLACE FUNCTION holdfast.taken_refund_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH refunded AS (
    SELECT r.account_id, p.grant_id,
      sum(r.taken) AS taken,
      sum(r.held) AS held,
      sum(r.credits - r.owed) AS credits,
      min(r.at) AS first_at
    FROM (
      SELECT account_id, purchase_id, taken, 0 AS held, credits, owed, at FROM holdfast.refunds
      UNION ALL
      SELECT account_id, purchase_id, 0, held, 0, 0, ordered_at FROM holdfast.refund_orders
    ) AS r
    JOIN holdfast.purchases AS p USING (account_id, purchase_id)
    WHERE r.account_id BETWEEN p_from AND p_to
    GROUP BY r.account_id, p.grant_id
  ), booked AS (
    SELECT e.account_id, e.grant_id, sum(-e.available_delta) AS credits, min(e.at) AS first_at
    FROM holdfast.accounts AS a
    JOIN holdfast.entries AS e USING (account_id)
    WHERE a.account_id BETWEEN p_from AND p_to AND a.refunded <> 0 AND e.type = 'refund'
    GROUP BY e.account_id, e.grant_id
  )
  SELECT 'refund-taken-once', coalesce(r.account_id, b.account_id),
    jsonb_build_object('grantId', coalesce(r.grant_id, b.grant_id), 'taken', r.taken,
      'held', r.held, 'booked', b.credits)
  FROM refunded AS r
  FULL JOIN booked AS b USING (account_id, grant_id)
  WHERE coalesce(r.taken + r.held, 0) <> coalesce(b.credits, 0) OR b.first_at < r.first_at
  UNION ALL
  SELECT 'refund-takes-unused', r.account_id,
    jsonb_build_object('grantId', r.grant_id, 'remaining', g.remaining)
  FROM refunded AS r
  JOIN holdfast.grants AS g USING (account_id, grant_id)
  WHERE g.remaining > 0 AND r.taken < r.credits
$$;

-- An act of a refund names one that is there, and an entry that an operator is named in has one.
CREATE OR REPLACE FUNCTION holdfast.refund_act_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'act-has-refund', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to AND a.what = 'refund'
    AND a.detail->>'orderId' IS NULL
    AND NOT EXISTS (
    SELECT FROM holdfast.refunds AS r
    WHERE r.account_id = a.account_id AND holdfast.refund_detail(r) = a.detail AND r.at = a.at
  )
  UNION ALL
  SELECT 'refund-has-act', e.account_id, jsonb_build_object('version', e.version)
  FROM holdfast.accounts AS owner
  JOIN holdfast.entries AS e USING (account_id)
  WHERE owner.account_id BETWEEN p_from AND p_to
    AND owner.refunded <> 0
    AND e.type = 'refund'
    AND e.by_name IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM holdfast.operator_acts AS a
      WHERE a.account_id = e.account_id
        AND a.what = 'refund'
        AND (a.at, a.by_name) = (e.at, e.by_name)
        AND holdfast.act_reason(a) = coalesce(e.reason, holdfast.text_of(e.account_id, e.text_id))
    )
$$;
