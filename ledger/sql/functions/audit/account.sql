-- Rows of an account that the ledger doesn't have: one that is gone has left them. p_before: the
-- account after the range, null for none; p_only: that account alone.
CREATE OR REPLACE FUNCTION holdfast.lost_account_violations(p_from text, p_before text, p_only text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'account-is-there', lost.account_id, jsonb_build_object('rowsIn', jsonb_agg(lost.name))
  FROM (
    SELECT e.account_id, 'entries' AS name FROM holdfast.entries AS e
    UNION
    SELECT g.account_id, 'grants' FROM holdfast.grants AS g
    UNION
    SELECT r.account_id, 'reservations' FROM holdfast.reservations AS r
    UNION
    SELECT k.account_id, 'idempotency_keys' FROM holdfast.idempotency_keys AS k
    UNION
    SELECT s.account_id, 'subscriptions' FROM holdfast.subscriptions AS s
    UNION
    SELECT c.account_id, 'cycles' FROM holdfast.cycles AS c
    UNION
    SELECT t.account_id, 'terms' FROM holdfast.terms AS t
    UNION
    SELECT p.account_id, 'payments' FROM holdfast.payments AS p
    UNION
    SELECT p.account_id, 'purchases' FROM holdfast.purchases AS p
    UNION
    SELECT s.account_id, 'stray_payments' FROM holdfast.stray_payments AS s
    UNION
    SELECT r.account_id, 'refunds' FROM holdfast.refunds AS r
    UNION
    SELECT d.account_id, 'disputes' FROM holdfast.disputes AS d
    UNION
    SELECT m.account_id, 'moved_ends' FROM holdfast.moved_ends AS m
    UNION
    SELECT n.account_id, 'notices' FROM holdfast.notices AS n
    UNION
    SELECT s.account_id, 'account_settings' FROM holdfast.account_settings AS s
    UNION
    SELECT l.account_id, 'low_balance_thresholds' FROM holdfast.low_balance_thresholds AS l
    UNION
    SELECT q.account_id, 'queue_blocks' FROM holdfast.queue_blocks AS q
    UNION
    SELECT o.account_id, 'outbox' FROM holdfast.outbox AS o
    UNION
    SELECT i.account_id, 'interventions' FROM holdfast.interventions AS i
    UNION
    SELECT s.account_id, 'short_refusals' FROM holdfast.short_refusals AS s
    UNION
    SELECT m.account_id, 'refused_payment_methods' FROM holdfast.refused_payment_methods AS m
    UNION
    SELECT m.account_id, 'audit_marks' FROM holdfast.audit_marks AS m
    UNION
    SELECT b.account_id, 'journal_beginnings' FROM holdfast.journal_beginnings AS b
    UNION
    SELECT a.account_id, 'operator_acts' FROM holdfast.operator_acts AS a
    WHERE a.entry_version IS NOT NULL
  ) AS lost
  WHERE lost.account_id >= p_from
    AND (p_before IS NULL OR lost.account_id < p_before)
    AND (p_only IS NULL OR lost.account_id = p_only)
    AND NOT EXISTS (SELECT FROM holdfast.accounts AS a WHERE a.account_id = lost.account_id)
  GROUP BY lost.account_id
$$;

-- What is known of the ledger as a whole: its catalog, and its grants by workflow.
CREATE OR REPLACE FUNCTION holdfast.ledger_violations()
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH versions AS (
    SELECT v.*,
      row_number() OVER catalog AS expected_version,
      lag(v.effective_from) OVER catalog AS previous_from
    FROM holdfast.catalog_versions AS v
    WINDOW catalog AS (ORDER BY v.version)
  )
  SELECT 'catalog-as-applied', '*', jsonb_build_object('version', v.version)
  FROM versions AS v
  WHERE v.document_hash IS DISTINCT FROM holdfast.document_hash(v.document)
    OR v.version <> v.expected_version
    OR v.document->'version' IS DISTINCT FROM to_jsonb(v.version)
    OR v.effective_from IS DISTINCT FROM holdfast.instant(v.document->>'effectiveFrom')
    OR v.effective_from <= v.previous_from
  UNION ALL
  SELECT 'catalog-as-applied', '*',
    jsonb_build_object('version', last.version, 'actId', last.act_id)
  FROM (
    SELECT DISTINCT ON (said.key) said.key AS version, said.value AS hash, a.act_id
    FROM holdfast.operator_acts AS a,
      jsonb_each_text(CASE jsonb_typeof(a.detail->'hashes')
        WHEN 'object' THEN a.detail->'hashes' ELSE '{}'
      END) AS said
    WHERE a.what = 'catalog'
    ORDER BY said.key, a.act_id DESC
  ) AS last
  LEFT JOIN holdfast.catalog_versions AS v ON v.version::text = last.version
  WHERE encode(v.document_hash, 'hex') IS DISTINCT FROM last.hash
  UNION ALL
  SELECT 'workflow-grants-add-up', '*',
    jsonb_build_object('day', day, 'credits', d.credits, 'acts', acts.all)
  FROM (
    SELECT holdfast.day_of(a.at) AS day,
      sum((a.detail->>'credits')::numeric) AS all,
      sum((a.detail->>'credits')::numeric) FILTER (WHERE a.claimed_identity IS NOT NULL)
        AS by_workflow
    FROM holdfast.operator_acts AS a
    WHERE a.what = 'grant'
    GROUP BY holdfast.day_of(a.at)
  ) AS acts
  FULL JOIN holdfast.workflow_grant_days AS d USING (day)
  -- Acts of earlier workers don't say that they came by Temporal.
  WHERE coalesce(d.credits, 0) NOT BETWEEN coalesce(acts.by_workflow, 0) AND coalesce(acts.all, 0)
$$;
