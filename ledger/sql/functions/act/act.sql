-- Writes an act into the operators' journal, in the act's own transaction. A star stands for all
-- accounts, and for what belongs to none. p_at: the time of the act's entry, where it has one.
-- p_entry_version: the entry that it has made. p_claimed_identity: of an act that came by Temporal,
-- who started the workflow, as that client says; p_service: the service whose token the web process
-- had. The login is the session's: no caller states it.
CREATE OR REPLACE FUNCTION holdfast.record_operator_act(
  p_account_id text, p_what text, p_detail jsonb, p_reason text, p_by text,
  p_at timestamptz DEFAULT NULL, p_entry_version bigint DEFAULT NULL,
  p_claimed_identity text DEFAULT NULL, p_service text DEFAULT NULL
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.operator_acts (account_id, what, detail, reason, by_name, at,
    entry_version, login, claimed_identity, service)
  VALUES (p_account_id, p_what, p_detail, p_reason, p_by, coalesce(p_at, holdfast.clock()),
    p_entry_version, session_user, p_claimed_identity, p_service)
$$;

-- The published record of an act.
CREATE OR REPLACE FUNCTION holdfast.act_record(p_act holdfast.operator_acts) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'actId', p_act.act_id,
    'at', holdfast.iso(p_act.at),
    'what', p_act.what,
    'accountId', nullif(p_act.account_id, '*'),
    'detail', holdfast.act_detail(p_act),
    'entry', p_act.entry_version,
    'reason', holdfast.act_reason(p_act),
    'by', p_act.by_name,
    'login', p_act.login,
    'claimedIdentity', p_act.claimed_identity,
    'service', p_act.service)
$$;

-- A page of acts, newest first: of one account, or of all and of the ledger as a whole.
CREATE OR REPLACE FUNCTION holdfast.acts(
  p_account_id text, p_before bigint, p_limit integer
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- One more than the page has, which tells whether there is another.
  WITH found AS (
    SELECT a AS act, a.act_id, row_number() OVER (ORDER BY a.act_id DESC) AS place
    FROM holdfast.operator_acts AS a
    WHERE (p_account_id IS NULL OR a.account_id = p_account_id)
      AND (p_before IS NULL OR a.act_id < p_before)
    ORDER BY a.act_id DESC
    LIMIT p_limit + 1
  )
  SELECT jsonb_build_object(
    'acts', coalesce(
      jsonb_agg(holdfast.act_record(act) ORDER BY place) FILTER (WHERE place <= p_limit), '[]'),
    'next', CASE
      WHEN count(*) > p_limit THEN min(act_id) FILTER (WHERE place <= p_limit)
    END)
  FROM found
$$;

-- An operator lets one pass of reconciliation release however many reservations are orphaned. The
-- pass may say so again.
CREATE OR REPLACE FUNCTION holdfast.confirm_reconciliation(
  p_pass_id text, p_reason text, p_by text, p_claimed_identity text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM holdfast.operator_acts
    WHERE what = 'reconcile' AND detail->>'passId' = p_pass_id
  ) THEN
    RETURN;
  END IF;
  PERFORM holdfast.record_operator_act(
    '*', 'reconcile', jsonb_build_object('passId', p_pass_id), p_reason, p_by,
    p_claimed_identity => p_claimed_identity);
END $$;
