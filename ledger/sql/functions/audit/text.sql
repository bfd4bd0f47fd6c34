-- The invariants of what persons wrote: a text stands in one place, which one row refers to, as
-- long as it is not erased; and what was erased is gone from the rows that may change.
CREATE OR REPLACE FUNCTION holdfast.text_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'text-matches-commitment', r.account_id,
    jsonb_build_object('textId', r.text_id, 'row', r.holder)
  FROM holdfast.text_references() AS r
  LEFT JOIN holdfast.personal_texts AS t USING (account_id, text_id)
  WHERE t.text_id IS NULL
    OR r.commitment IS NULL
    OR holdfast.text_commitment(t.salt, t.text) <> r.commitment
  UNION ALL
  SELECT 'text-referred-to-once', t.account_id, jsonb_build_object('textId', t.text_id)
  FROM holdfast.personal_texts AS t
  LEFT JOIN holdfast.text_references() AS r USING (account_id, text_id)
  GROUP BY t.account_id, t.text_id
  HAVING count(r.text_id) <> 1
  UNION ALL
  SELECT 'text-erased-whole', t.account_id, jsonb_build_object('textId', t.text_id)
  FROM holdfast.personal_texts AS t
  WHERE (t.text IS NULL) <> (t.salt IS NULL)
  UNION ALL
  SELECT 'text-stands-apart', e.account_id, jsonb_build_object('version', e.version)
  FROM holdfast.entries AS e
  WHERE holdfast.is_personal(e.type, e.reason, e.by_name)
    AND NOT EXISTS (SELECT FROM holdfast.text_move)
  UNION ALL
  SELECT 'text-stands-apart', k.account_id,
    jsonb_build_object('operation', k.operation, 'key', k.key)
  FROM holdfast.idempotency_keys AS k
  WHERE holdfast.has_text(k.body)
    AND NOT EXISTS (SELECT FROM holdfast.text_move)
  UNION ALL
  SELECT 'erased-holds-no-text', r.account_id, jsonb_build_object('requestId', r.request_id)
  FROM holdfast.reservations AS r
  WHERE r.erased AND (
    r.output_url IS NOT NULL
    OR coalesce(r.body->'inputHash', r.body->'metadata') IS NOT NULL
    OR NOT holdfast.is_own_word(r.reason)
  )
  UNION ALL
  SELECT 'erased-holds-no-text', p.account_id, jsonb_build_object('purchaseId', p.purchase_id)
  FROM holdfast.purchases AS p
  WHERE p.erased AND (
    p.body->>'paymentMethod' <> 'erased'
    OR NOT holdfast.is_own_word(p.reason)
  )
$$;

-- Every place that refers to a text, and its row in words.
CREATE OR REPLACE FUNCTION holdfast.text_references()
RETURNS TABLE (account_id text, text_id bigint, commitment bytea, holder text)
LANGUAGE sql STABLE AS $$
  SELECT e.account_id, e.text_id, e.text_commitment, 'entry ' || e.version
  FROM holdfast.entries AS e
  WHERE e.text_id IS NOT NULL
  UNION ALL
  SELECT i.account_id, i.text_id, i.text_commitment, concat_ws(' ', i.what, i.id, i.outcome)
  FROM holdfast.interventions AS i
  WHERE i.text_id IS NOT NULL
  UNION ALL
  SELECT k.account_id, k.text_id, k.text_commitment, concat_ws(' ', 'key', k.operation, k.key)
  FROM holdfast.idempotency_keys AS k
  WHERE k.text_id IS NOT NULL
  UNION ALL
  SELECT a.account_id, a.text_id, a.text_commitment, 'act ' || a.act_id
  FROM holdfast.operator_acts AS a
  WHERE a.text_id IS NOT NULL
  UNION ALL
  SELECT a.account_id, a.detail_text_id, a.detail_text_commitment, 'act ' || a.act_id
  FROM holdfast.operator_acts AS a
  WHERE a.detail_text_id IS NOT NULL
$$;
