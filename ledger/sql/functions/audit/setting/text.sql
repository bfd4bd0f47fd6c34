-- The invariants of what persons wrote: a text stands in one place, which one row refers to, as
-- long as it is not erased; and what was erased is gone from the rows that may change.
CREATE OR REPLACE FUNCTION holdfast.text_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'text-matches-commitment', r.account_id,
    jsonb_build_object('textId', r.text_id, 'row', r.holder)
  FROM holdfast.text_references(p_from, p_to) AS r
  LEFT JOIN holdfast.personal_texts AS t USING (account_id, text_id)
  WHERE t.text_id IS NULL
    OR r.commitment IS NULL
    OR holdfast.text_commitment(t.salt, t.text) <> r.commitment
  UNION ALL
  SELECT 'text-referred-to-once', t.account_id, jsonb_build_object('textId', t.text_id)
  FROM holdfast.personal_texts AS t
  LEFT JOIN holdfast.text_references(p_from, p_to) AS r USING (account_id, text_id)
  WHERE t.account_id BETWEEN p_from AND p_to
  GROUP BY t.account_id, t.text_id
  HAVING count(r.text_id) <> 1
  UNION ALL
  SELECT 'text-erased-whole', t.account_id, jsonb_build_object('textId', t.text_id)
  FROM holdfast.personal_texts AS t
  WHERE t.account_id BETWEEN p_from AND p_to AND (
    (t.text IS NULL) <> (t.salt IS NULL)
    OR (t.text IS NULL AND NOT EXISTS (
      SELECT FROM holdfast.operator_acts AS a
      WHERE a.account_id = t.account_id AND a.what = 'erase'
    ))
  )
$$;

-- Texts stand apart, and what was erased is gone.
CREATE OR REPLACE FUNCTION holdfast.text_place_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'text-stands-apart', e.account_id, jsonb_build_object('version', e.version)
  FROM holdfast.entries AS e
  WHERE e.account_id BETWEEN p_from AND p_to
    AND holdfast.is_personal(e.type, e.reason, e.by_name)
    AND NOT EXISTS (SELECT FROM holdfast.text_move)
  UNION ALL
  SELECT 'text-stands-apart', k.account_id,
    jsonb_build_object('operation', k.operation, 'key', k.key)
  FROM holdfast.idempotency_keys AS k
  WHERE k.account_id BETWEEN p_from AND p_to
    AND holdfast.has_text(k.body)
    AND NOT EXISTS (SELECT FROM holdfast.text_move)
  UNION ALL
  SELECT 'text-stands-apart', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND a.account_id <> '*'
    AND ((a.reason IS NOT NULL AND a.what <> 'erase') OR a.detail->>'reason' IS NOT NULL)
    AND NOT EXISTS (SELECT FROM holdfast.text_move)
  UNION ALL
  SELECT 'erased-holds-no-text', r.account_id, jsonb_build_object('requestId', r.request_id)
  FROM holdfast.reservations AS r
  WHERE r.account_id BETWEEN p_from AND p_to AND r.erased AND (
    r.output_url IS NOT NULL
    OR coalesce(r.body->'inputHash', r.body->'metadata') IS NOT NULL
    OR NOT holdfast.is_own_word(r.reason)
  )
  UNION ALL
  SELECT 'erased-holds-no-text', p.account_id, jsonb_build_object('purchaseId', p.purchase_id)
  FROM holdfast.purchases AS p
  WHERE p.account_id BETWEEN p_from AND p_to AND p.erased AND (
    p.body->>'paymentMethod' <> 'erased'
    OR NOT holdfast.is_own_word(p.reason)
  )
$$;

-- Every place that refers to a text, and its row in words.
CREATE OR REPLACE FUNCTION holdfast.text_references(p_from text, p_to text)
RETURNS TABLE (account_id text, text_id bigint, commitment bytea, holder text)
LANGUAGE sql STABLE AS $$
  SELECT e.account_id, e.text_id, e.text_commitment, 'entry ' || e.version
  FROM holdfast.entries AS e
  WHERE e.account_id BETWEEN p_from AND p_to AND num_nonnulls(e.text_id, e.text_commitment) > 0
  UNION ALL
  SELECT i.account_id, i.text_id, i.text_commitment, concat_ws(' ', i.what, i.id, i.outcome)
  FROM holdfast.interventions AS i
  WHERE i.account_id BETWEEN p_from AND p_to AND num_nonnulls(i.text_id, i.text_commitment) > 0
  UNION ALL
  SELECT k.account_id, k.text_id, k.text_commitment, concat_ws(' ', 'key', k.operation, k.key)
  FROM holdfast.idempotency_keys AS k
  WHERE k.account_id BETWEEN p_from AND p_to AND num_nonnulls(k.text_id, k.text_commitment) > 0
  UNION ALL
  SELECT a.account_id, a.text_id, a.text_commitment, 'act ' || a.act_id
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to AND num_nonnulls(a.text_id, a.text_commitment) > 0
  UNION ALL
  SELECT a.account_id, a.detail_text_id, a.detail_text_commitment, 'act ' || a.act_id
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND num_nonnulls(a.detail_text_id, a.detail_text_commitment) > 0
$$;

-- Everything that had ended before an erasure is erased, and nothing is that no erasure has met.
CREATE OR REPLACE FUNCTION holdfast.erasure_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH erasures AS (
    SELECT a.account_id, min(a.at) AS first_at, max(a.detail->>'at') AS last_at
    FROM holdfast.operator_acts AS a
    WHERE a.account_id BETWEEN p_from AND p_to AND a.what = 'erase'
    GROUP BY a.account_id
  ), rows AS (
    SELECT r.account_id, r.erased, r.resolved_at, 'request ' || r.request_id AS id
    FROM holdfast.reservations AS r
    WHERE r.account_id BETWEEN p_from AND p_to
      AND (r.erased OR r.account_id IN (SELECT e.account_id FROM erasures AS e))
    UNION ALL
    SELECT p.account_id, p.erased, p.resolved_at, 'purchase ' || p.purchase_id
    FROM holdfast.purchases AS p
    WHERE p.account_id BETWEEN p_from AND p_to
      AND (p.erased OR p.account_id IN (SELECT e.account_id FROM erasures AS e))
  )
  SELECT 'erased-by-act', r.account_id, jsonb_build_object('row', r.id)
  FROM rows AS r
  LEFT JOIN erasures AS e USING (account_id)
  -- What has ended in the same millisecond may have ended after it.
  WHERE r.erased <> coalesce(holdfast.iso(r.resolved_at) <= e.last_at, false)
    AND (r.erased OR holdfast.iso(r.resolved_at) <> e.last_at)
  UNION ALL
  -- Migrations move earlier texts at once. While the row is there, entries can be rewritten.
  SELECT 'text-move-over', '*', to_jsonb(m)
  FROM holdfast.text_move AS m
  WHERE '*' BETWEEN p_from AND p_to AND EXISTS (
    SELECT FROM holdfast.schema_migrations AS s
    WHERE s.name = '0017_personal_texts.sql' AND s.applied_at < now() - interval '1 day'
  )
$$;
