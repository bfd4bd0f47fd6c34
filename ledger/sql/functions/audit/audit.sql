-- A page of the audit, in one snapshot: accounts from p_from on, in the order of their ids, with as
-- many entries as p_entries_max allows; or p_account_id alone. An account with more entries takes
-- several pages: then p_version and p_state say where the one before has ended. Entries up to an
-- account's mark are taken as read, unless p_is_full. marks: what audit_mark keeps, of accounts
-- without a finding. next: what to ask for after this page; null after the last.
CREATE OR REPLACE FUNCTION holdfast.audit_page(
  p_account_id text, p_from text, p_version bigint, p_state jsonb, p_is_full boolean,
  p_entries_max integer
) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_from      text  := coalesce(p_account_id, p_from);
  v_parts     jsonb := holdfast.audit_parts(
    p_account_id, v_from, p_version, p_state, p_is_full, p_entries_max);
  v_last      jsonb := v_parts->-1;
  v_to        text  := coalesce(v_last->>'account_id', p_account_id, '*');
  v_are_whole boolean := coalesce(v_last->'upto' = v_last->'version', true);
  v_next      text;
  v_replayed  record;
  v_findings  jsonb;
BEGIN
  IF p_account_id IS NULL THEN
    SELECT min(account_id) INTO v_next FROM holdfast.accounts WHERE account_id > v_to;
    IF v_next IS NULL THEN v_to := greatest(v_to, '*'); END IF;
  END IF;
  v_replayed := holdfast.audit_replay(v_parts);
  v_findings := v_replayed.findings || holdfast.audit_findings(
    v_parts, v_are_whole, v_from, v_to, holdfast.audit_clock());
  IF v_are_whole THEN
    v_findings := v_findings
      || holdfast.audit_check('replayed', '$1', v_replayed.states, v_from, v_from, NULL)
      || holdfast.lost_accounts(v_from, v_next, p_account_id);
  END IF;
  IF p_from = '' AND p_account_id IS NULL THEN
    v_findings := v_findings
      || holdfast.audit_check('ledger', '', '[]', '*', '*', NULL)
      || holdfast.audit_check('restore', '', '[]', '*', '*', NULL);
  END IF;
  RETURN holdfast.audit_answer(v_parts, v_replayed.states, v_findings, v_are_whole, v_next);
END $$;

-- The ledger's time, for a function that only reads.
CREATE OR REPLACE FUNCTION holdfast.audit_clock() RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT set_to FROM holdfast.test_clock), statement_timestamp())
$$;

CREATE OR REPLACE FUNCTION holdfast.lost_accounts(p_from text, p_before text, p_only text)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'invariant', v.invariant, 'accountId', v.account_id, 'detail', v.detail)), '[]')
  FROM holdfast.lost_account_violations(p_from, p_before, p_only) AS v
$$;

-- The parts of journals that a page reads: [{account_id, version, base, upto, state}]. A mark that
-- doesn't fit its entry is not believed.
CREATE OR REPLACE FUNCTION holdfast.audit_parts(
  p_account_id text, p_from text, p_version bigint, p_state jsonb, p_is_full boolean,
  p_entries_max integer
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH next AS (
    SELECT a.account_id, a.version,
      CASE WHEN a.account_id = p_from AND p_state IS NOT NULL THEN p_version
        ELSE coalesce(m.version, 0) END AS base,
      CASE WHEN a.account_id = p_from AND p_state IS NOT NULL THEN p_state
        ELSE m.state END AS state
    FROM holdfast.accounts AS a
    LEFT JOIN LATERAL (
      SELECT marked.version, marked.state
      FROM holdfast.audit_marks AS marked
      JOIN holdfast.entries AS e USING (account_id, version)
      WHERE NOT p_is_full
        AND marked.account_id = a.account_id
        AND marked.version <= a.version
        AND marked.state->'figures' = holdfast.figures_after(e)
    ) AS m ON true
    WHERE a.account_id >= p_from AND (p_account_id IS NULL OR a.account_id = p_account_id)
    ORDER BY a.account_id
    LIMIT 2000
  ), counted AS (
    SELECT n.*,
      row_number() OVER (ORDER BY n.account_id) AS line,
      sum(n.version - n.base) OVER (ORDER BY n.account_id) AS entries
    FROM next AS n
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object(
      'account_id', c.account_id,
      'version', c.version,
      'base', c.base,
      'upto', least(c.version, c.base + p_entries_max),
      'state', c.state)
    ORDER BY c.line), '[]')
  FROM counted AS c
  WHERE c.line = 1 OR c.entries <= p_entries_max
$$;

-- A page's answer. entries: those that it has read; journal: all of its accounts.
CREATE OR REPLACE FUNCTION holdfast.audit_answer(
  p_parts jsonb, p_states jsonb, p_findings jsonb, p_are_whole boolean, p_next text
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH parts AS (
    SELECT part.*
    FROM jsonb_to_recordset(p_parts) AS part (account_id text, base bigint, upto bigint)
  ), states AS (
    SELECT s.*
    FROM jsonb_to_recordset(p_states) AS s (account_id text, version bigint, state jsonb)
  )
  SELECT jsonb_build_object(
    'accounts', CASE WHEN p_are_whole THEN (SELECT count(*) FROM parts) ELSE 0 END,
    'entries', (SELECT coalesce(sum(upto - base), 0) FROM parts),
    'journal', CASE
      WHEN p_are_whole THEN (SELECT coalesce(sum(upto), 0) FROM parts)
      ELSE 0
    END,
    'violations', p_findings,
    'marks', (
      SELECT coalesce(jsonb_agg(jsonb_build_object(
        'accountId', s.account_id, 'version', s.version, 'state', s.state)), '[]')
      FROM states AS s
      JOIN parts AS p USING (account_id)
      WHERE p_are_whole
        AND s.version > p.base
        AND NOT p_findings @> jsonb_build_array(jsonb_build_object('accountId', s.account_id))
    ),
    'next', CASE
      WHEN NOT p_are_whole THEN (
        SELECT jsonb_build_object(
          'from', p.account_id, 'version', p.upto,
          'state', coalesce(s.state, '{}'))
        FROM parts AS p
        LEFT JOIN states AS s USING (account_id)
      )
      WHEN p_next IS NOT NULL
        THEN jsonb_build_object('from', p_next, 'version', NULL, 'state', NULL)
    END)
$$;

-- As command lines of earlier versions call it: everything in one snapshot, without marks.
CREATE OR REPLACE FUNCTION holdfast.audit() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_page       jsonb;
  v_from       text  := '';
  v_violations jsonb := '[]';
BEGIN
  WHILE v_from IS NOT NULL LOOP
    v_page := holdfast.audit_page(
      NULL, v_from, NULL, NULL, p_is_full => true, p_entries_max => 2147483647);
    v_violations := v_violations || (v_page->'violations');
    v_from := v_page->'next'->>'from';
  END LOOP;
  RETURN jsonb_build_object(
    'accounts', (SELECT count(*) FROM holdfast.accounts),
    'entries', (SELECT count(*) FROM holdfast.entries),
    'violations', (
      SELECT coalesce(
        jsonb_agg(v ORDER BY v->>'accountId', v->>'invariant'), '[]')
      FROM jsonb_array_elements(v_violations) AS v
    ));
END $$;
