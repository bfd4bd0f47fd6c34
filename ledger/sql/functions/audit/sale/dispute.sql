-- Each dispute is of a granted purchase, has ended or not, and is a refund if it was lost: of its
-- amount, or of what was left of the price.
CREATE OR REPLACE FUNCTION holdfast.dispute_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT d.*,
      holdfast.refund_id_of_dispute(d.dispute_id) AS refund_id,
      row_number() OVER (
        PARTITION BY d.account_id, d.purchase_id ORDER BY d.part
      ) AS expected_part
    FROM holdfast.disputes AS d
    WHERE d.account_id BETWEEN p_from AND p_to
  )
  SELECT 'dispute-of-purchase', d.account_id, jsonb_build_object('disputeId', d.dispute_id)
  FROM told AS d
  LEFT JOIN holdfast.purchases AS p USING (account_id, purchase_id)
  WHERE p.status IS DISTINCT FROM 'granted'
    OR d.part <> d.expected_part
    OR d.amount_cents <= 0
    OR d.opened_at < p.resolved_at
    OR d.closed_at < d.opened_at
    OR (d.state = 'open') <> (d.closed_at IS NULL)
    OR d.state NOT IN ('open', 'won', 'lost')
  UNION ALL
  SELECT 'dispute-lost-is-refund', d.account_id, jsonb_build_object('disputeId', d.dispute_id)
  FROM told AS d
  JOIN holdfast.purchases AS p USING (account_id, purchase_id)
  LEFT JOIN holdfast.refunds AS r USING (account_id, refund_id),
    LATERAL (
      SELECT p.price_cents - coalesce(sum(other.amount_cents), 0) AS cents
      FROM holdfast.refunds AS other
      WHERE other.account_id = d.account_id
        AND other.purchase_id = d.purchase_id
        AND (r.part IS NULL OR other.part < r.part)
    ) AS unpaid
  WHERE CASE
    WHEN d.state = 'lost' AND unpaid.cents > 0
      THEN (r.purchase_id, r.amount_cents, r.at)
        IS DISTINCT FROM (d.purchase_id, least(d.amount_cents, unpaid.cents), d.closed_at)
    ELSE r.refund_id IS NOT NULL
  END
  UNION ALL
  SELECT 'dispute-lost-is-refund', r.account_id, jsonb_build_object('refundId', r.refund_id)
  FROM holdfast.refunds AS r
  LEFT JOIN told AS d USING (account_id, refund_id)
  WHERE r.account_id BETWEEN p_from AND p_to
    AND r.refund_id LIKE 'dispute:%'
    AND d.state IS DISTINCT FROM 'lost'
$$;

-- A pack's frozen credits are those that its open disputes are about, and what its entries say; the
-- account's are those of its packs.
CREATE OR REPLACE FUNCTION holdfast.frozen_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH disputed AS (
    SELECT p AS purchase, p.account_id, p.grant_id, p.frozen, p.frozen_since,
      bool_or(d.state = 'open') AS is_open
    FROM holdfast.purchases AS p
    LEFT JOIN holdfast.disputes AS d USING (account_id, purchase_id)
    WHERE p.account_id BETWEEN p_from AND p_to
      AND (d.dispute_id IS NOT NULL OR p.frozen <> 0 OR p.frozen_since IS NOT NULL)
    GROUP BY p, p.account_id, p.grant_id, p.frozen, p.frozen_since
  ), booked AS (
    SELECT e.account_id, e.grant_id, sum(-e.available_delta) AS credits
    FROM (SELECT DISTINCT disputed.account_id FROM disputed) AS owner
    JOIN holdfast.entries AS e USING (account_id)
    WHERE e.type IN ('freeze', 'unfreeze')
    GROUP BY e.account_id, e.grant_id
  )
  SELECT 'frozen-is-disputed', d.account_id,
    jsonb_build_object('grantId', d.grant_id, 'frozen', d.frozen)
  FROM disputed AS d
  JOIN holdfast.grants AS g USING (account_id, grant_id)
  WHERE d.frozen <> holdfast.credits_to_freeze(
      d.purchase, g.remaining, holdfast.credits_to_refund(d.purchase))
    OR coalesce(d.is_open, false) <> (d.frozen_since IS NOT NULL)
    OR NOT d.frozen_since = ANY (ARRAY(SELECT holdfast.freezing_times(d.purchase)))
  UNION ALL
  SELECT 'frozen-booked-once', coalesce(d.account_id, b.account_id),
    jsonb_build_object('grantId', coalesce(d.grant_id, b.grant_id), 'frozen', d.frozen,
      'booked', b.credits)
  FROM disputed AS d
  FULL JOIN booked AS b USING (account_id, grant_id)
  WHERE coalesce(d.frozen, 0) <> coalesce(b.credits, 0)
  UNION ALL
  SELECT 'frozen-adds-up', a.account_id,
    jsonb_build_object('frozen', a.frozen, 'ofPacks', coalesce(packs.frozen, 0))
  FROM holdfast.accounts AS a
  LEFT JOIN (
    SELECT d.account_id, sum(d.frozen) AS frozen FROM disputed AS d GROUP BY d.account_id
  ) AS packs USING (account_id)
  WHERE a.account_id BETWEEN p_from AND p_to AND a.frozen <> coalesce(packs.frozen, 0)
$$;

-- Since when a pack may be frozen: since one of its disputes was opened, or its end was moved.
CREATE OR REPLACE FUNCTION holdfast.freezing_times(p holdfast.purchases)
RETURNS SETOF timestamptz
LANGUAGE sql STABLE AS $$
  SELECT d.opened_at
  FROM holdfast.disputes AS d
  WHERE d.account_id = p.account_id AND d.purchase_id = p.purchase_id
  UNION ALL
  SELECT e.at
  FROM holdfast.moved_ends AS m
  JOIN holdfast.entries AS e
    ON e.account_id = m.account_id AND e.version = m.upto_version + 1
  WHERE m.account_id = p.account_id AND m.grant_id = p.grant_id
$$;

-- An end that was moved had come, and lies as long after the entry that gave the credits back as
-- the earlier one lay after they were frozen.
CREATE OR REPLACE FUNCTION holdfast.moved_end_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'end-moved-as-frozen', m.account_id,
    jsonb_build_object('grantId', m.grant_id, 'version', m.upto_version)
  FROM holdfast.moved_ends AS m
  LEFT JOIN holdfast.entries AS e
    ON e.account_id = m.account_id AND e.version = m.upto_version + 1,
    LATERAL holdfast.end_of_grant_at(m.account_id, m.grant_id, m.upto_version + 1) AS next,
    LATERAL (
      SELECT coalesce(m.ends_at, holdfast.end_of_term(m.account_id, m.term)) AS at
    ) AS earlier
  WHERE m.account_id BETWEEN p_from AND p_to AND (
    (e.type, e.grant_id) IS DISTINCT FROM ('unfreeze', m.grant_id)
    OR next.ends_at IS DISTINCT FROM holdfast.moved_end(earlier.at, m.frozen_since, e.at)
    OR m.frozen_since >= earlier.at
    OR e.at < earlier.at
    OR NOT EXISTS (
      SELECT FROM holdfast.disputes AS d
      JOIN holdfast.purchases AS p USING (account_id, purchase_id)
      WHERE p.account_id = m.account_id
        AND p.grant_id = m.grant_id
        AND d.opened_at <= m.frozen_since
    )
  )
$$;

-- An act of a dispute names one that is there.
CREATE OR REPLACE FUNCTION holdfast.dispute_act_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'act-has-dispute', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to AND a.what = 'dispute' AND NOT EXISTS (
    SELECT FROM holdfast.disputes AS d
    WHERE d.account_id = a.account_id
      AND a.detail IN (
        holdfast.dispute_detail(d), holdfast.dispute_detail(d) || '{"state": "open"}')
      AND a.at IN (d.opened_at, d.closed_at)
  )
$$;
