-- A mark lies within its account's journal, and knows the balances after its entry. A mark proves
-- nothing: who may rewrite the journal may rewrite marks. What lies below one is read again by a
-- full audit.
CREATE OR REPLACE FUNCTION holdfast.mark_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'mark-within-journal', m.account_id,
    jsonb_build_object('mark', m.version, 'version', a.version)
  FROM holdfast.audit_marks AS m
  JOIN holdfast.accounts AS a USING (account_id)
  LEFT JOIN holdfast.entries AS e ON e.account_id = m.account_id AND e.version = m.version
  WHERE m.account_id BETWEEN p_from AND p_to
    AND m.state->'figures' IS DISTINCT FROM holdfast.figures_after(e)
$$;

-- The balances after an entry, and its time; what refunds have taken, what is owed, and what is
-- frozen, where there is any.
CREATE OR REPLACE FUNCTION holdfast.figures_after(e holdfast.entries) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(holdfast.iso(e.at), e.available_after, e.reserved_after, e.spent_after,
    e.expired_after, e.deducted_after, e.granted_after)
    || CASE
      WHEN e.frozen_after <> 0
        THEN jsonb_build_array(e.refunded_after, e.owed_after, e.frozen_after)
      WHEN e.owed_after <> 0 THEN jsonb_build_array(e.refunded_after, e.owed_after)
      WHEN e.refunded_after <> 0 THEN to_jsonb(e.refunded_after)
      ELSE '[]'
    END
$$;

-- Keeps how far accounts have been audited: [{accountId, version, state}], as audit_page gave them.
-- A mark that doesn't fit its entry is not kept. Two audits may overlap: a mark never goes back.
CREATE OR REPLACE FUNCTION holdfast.audit_mark(p_marks jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO holdfast.audit_marks AS earlier (account_id, version, audited_at, state)
  SELECT e.account_id, e.version, holdfast.server_clock(), m.state
  FROM jsonb_to_recordset(p_marks) AS m ("accountId" text, version bigint, state jsonb)
  JOIN holdfast.entries AS e ON e.account_id = m."accountId" AND e.version = m.version
  WHERE m.state->'figures' = holdfast.figures_after(e)
  ON CONFLICT (account_id) DO UPDATE
    SET version = excluded.version, audited_at = excluded.audited_at, state = excluded.state
    WHERE earlier.version < excluded.version
$$;
