-- What a refunded pack's refunds owe is what was used of it, if it was bought under that rule, and
-- is what the entries of debts say.
CREATE OR REPLACE FUNCTION holdfast.debt_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH refunded AS (
    SELECT p AS purchase, r.account_id, p.grant_id, sum(r.owed) AS owed
    FROM holdfast.refunds AS r
    JOIN holdfast.purchases AS p USING (account_id, purchase_id)
    WHERE r.account_id BETWEEN p_from AND p_to
    GROUP BY p, r.account_id, p.grant_id
  ), booked AS (
    SELECT e.account_id, e.grant_id, sum(e.owed_delta) AS owed
    FROM (SELECT DISTINCT refunded.account_id FROM refunded) AS owner
    JOIN holdfast.entries AS e USING (account_id)
    WHERE e.type = 'owe'
    GROUP BY e.account_id, e.grant_id
  )
  SELECT 'debt-is-what-was-used', r.account_id,
    jsonb_build_object('grantId', r.grant_id, 'owed', r.owed)
  FROM refunded AS r
  WHERE r.owed <> CASE
    WHEN holdfast.refund_makes_debt(r.purchase) THEN holdfast.debt_of(r.purchase) ELSE 0
  END
  UNION ALL
  SELECT 'debt-booked-once', coalesce(r.account_id, b.account_id),
    jsonb_build_object('grantId', coalesce(r.grant_id, b.grant_id), 'owed', r.owed,
      'booked', b.owed)
  FROM refunded AS r
  FULL JOIN booked AS b USING (account_id, grant_id)
  WHERE coalesce(r.owed, 0) <> coalesce(b.owed, 0)
$$;

-- A grant pays the account's debt first, in the entry after its own, and nothing else pays it.
-- Nothing is reserved meanwhile where the catalog of that time refuses it.
CREATE OR REPLACE FUNCTION holdfast.repayment_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH journal AS (
    SELECT e.*,
      lag(e.type) OVER entries AS previous_type,
      lead(e.type) OVER entries AS next_type,
      lead(e.owed_delta) OVER entries AS next_owed_delta
    FROM (
      SELECT DISTINCT r.account_id
      FROM holdfast.refunds AS r
      WHERE r.account_id BETWEEN p_from AND p_to AND r.owed > 0
    ) AS owner
    JOIN holdfast.entries AS e USING (account_id)
    WINDOW entries AS (PARTITION BY e.account_id ORDER BY e.version)
  )
  SELECT 'grant-pays-debt-first', e.account_id, jsonb_build_object('version', e.version)
  FROM journal AS e
  WHERE (
      e.type = 'grant'
      AND least(e.owed_after, e.available_delta) > 0
      AND (e.next_type = 'repay' AND e.next_owed_delta = -least(e.owed_after, e.available_delta))
        IS NOT TRUE
    )
    OR (
      e.type = 'repay' AND (e.previous_type = 'grant' AND e.grant_id = e.version - 1) IS NOT TRUE
    )
  UNION ALL
  SELECT 'debt-admits-nothing', e.account_id, jsonb_build_object('version', e.version)
  FROM journal AS e
  WHERE e.type = 'reserve'
    AND e.owed_after > 0
    AND holdfast.stated_by_catalog('inDebt', 'refuse', e.at) = 'refuse'
$$;
