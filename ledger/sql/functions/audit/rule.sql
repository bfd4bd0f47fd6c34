-- A row keeps the rules of its table, which a trigger has asked for when it was written.
CREATE OR REPLACE FUNCTION holdfast.entry_rule_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'rules-are-kept', e.account_id,
    jsonb_build_object('version', e.version, 'rule', holdfast.broken_rule(e))
  FROM holdfast.entries_in(p_parts) AS e
  WHERE holdfast.broken_rule(e) IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION holdfast.rule_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'rules-are-kept', a.account_id, jsonb_build_object('rule', holdfast.broken_rule(a))
  FROM holdfast.accounts AS a
  WHERE a.account_id BETWEEN p_from AND p_to AND holdfast.broken_rule(a) IS NOT NULL
  UNION ALL
  SELECT 'rules-are-kept', g.account_id,
    jsonb_build_object('grantId', g.grant_id, 'rule', holdfast.broken_rule(g))
  FROM holdfast.grants AS g
  WHERE g.account_id BETWEEN p_from AND p_to AND holdfast.broken_rule(g) IS NOT NULL
  UNION ALL
  SELECT 'rules-are-kept', r.account_id,
    jsonb_build_object('requestId', r.request_id, 'rule', holdfast.broken_rule(r))
  FROM holdfast.reservations AS r
  WHERE r.account_id BETWEEN p_from AND p_to AND holdfast.broken_rule(r) IS NOT NULL
$$;
