-- Terms are in order, give the account's validity, and leave nothing behind once they are booked.
CREATE OR REPLACE FUNCTION holdfast.term_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH last AS (
    SELECT DISTINCT ON (t.account_id) t.*
    FROM holdfast.terms AS t
    WHERE t.account_id BETWEEN p_from AND p_to
    ORDER BY t.account_id, t.change DESC
  ), changes AS (
    SELECT t.*,
      row_number() OVER history AS expected_change,
      lag(t.at) OVER history AS previous_at,
      lag(t.term) OVER history AS previous_term,
      lag(t.valid_until) OVER history AS previous_valid_until
    FROM holdfast.terms AS t
    WHERE t.account_id BETWEEN p_from AND p_to
    WINDOW history AS (PARTITION BY t.account_id ORDER BY t.change)
  )
  SELECT 'terms-in-order', t.account_id, jsonb_build_object('change', t.change)
  FROM changes AS t
  WHERE t.change <> t.expected_change
    OR t.at < t.previous_at
    OR t.term < t.previous_term
    OR (t.term, t.valid_until) = (t.previous_term, t.previous_valid_until)
  UNION ALL
  SELECT 'terms-give-validity', a.account_id,
    jsonb_build_object('term', a.term, 'validUntil', a.valid_until)
  FROM holdfast.accounts AS a
  LEFT JOIN last USING (account_id)
  WHERE a.account_id BETWEEN p_from AND p_to
    AND (nullif(a.term, 0), a.valid_until) IS DISTINCT FROM (last.term, last.valid_until)
  UNION ALL
  SELECT 'booked-term-is-empty', g.account_id,
    jsonb_build_object('grantId', g.grant_id, 'remaining', g.remaining)
  FROM holdfast.grants AS g
  JOIN holdfast.accounts AS a USING (account_id)
  WHERE g.account_id BETWEEN p_from AND p_to AND g.has_remainder AND g.term <= a.booked_term
  UNION ALL
  -- Terms are booked by the end of a settlement window, and by an end at once.
  SELECT 'booked-term-as-told', a.account_id, jsonb_build_object('bookedTerm', a.booked_term)
  FROM holdfast.accounts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND (a.booked_term <> 0 OR a.term <> 0)
    AND a.booked_term <> (
      SELECT coalesce(max(coalesce(k.result->>'term', k.said->>'term')::integer), 0)
      FROM holdfast.subscription_answers(a.account_id, a.account_id) AS k
      WHERE k.operation IN ('expire_term', 'end_now')
    )
$$;
