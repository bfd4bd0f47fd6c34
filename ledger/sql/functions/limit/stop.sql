-- The published record of a stop. A star stands for all accounts, or all kinds.
CREATE OR REPLACE FUNCTION holdfast.stop_record(p_stop holdfast.stops) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', nullif(p_stop.account_id, '*'),
    'kind', nullif(p_stop.kind, '*'),
    'reason', p_stop.reason,
    'by', p_stop.by_name,
    'since', holdfast.iso(p_stop.since))
$$;

-- Stops admissions from now on; null stands for all accounts, or all kinds. A stop that is set
-- again keeps its beginning, and both are acts unless reason and name are the same. A stop and its
-- end are one setting, with one order.
CREATE OR REPLACE FUNCTION holdfast.stop_admissions(
  p_account_id text, p_kind text, p_reason text, p_by text, p_times jsonb, p_claimed_identity text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_now     timestamptz := holdfast.clock();
  v_refusal jsonb;
  v_before  holdfast.stops;
  v_stop    holdfast.stops;
BEGIN
  IF NOT EXISTS (
    SELECT FROM holdfast.catalog_versions
    WHERE p_kind IS NULL OR document->'kinds'->p_kind IS NOT NULL
  ) THEN
    RETURN holdfast.refusal('UNKNOWN_KIND', jsonb_build_object('kind', p_kind));
  END IF;
  v_refusal := holdfast.begin_stop(p_account_id, p_kind, p_times);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  SELECT * INTO v_before
  FROM holdfast.stops
  WHERE account_id = coalesce(p_account_id, '*') AND kind = coalesce(p_kind, '*');
  INSERT INTO holdfast.stops (account_id, kind, reason, by_name, since)
  VALUES (coalesce(p_account_id, '*'), coalesce(p_kind, '*'), p_reason, p_by, v_now)
  ON CONFLICT (account_id, kind) DO UPDATE
    SET reason = excluded.reason, by_name = excluded.by_name
  RETURNING * INTO v_stop;
  IF (v_before.reason, v_before.by_name) IS DISTINCT FROM (p_reason, p_by) THEN
    PERFORM holdfast.record_operator_act(
      v_stop.account_id, 'stop', jsonb_build_object('kind', p_kind), p_reason, p_by,
      p_claimed_identity => p_claimed_identity);
  END IF;
  RETURN jsonb_build_object(
    'result', holdfast.stop_record(v_stop),
    'replayed', v_before.account_id IS NOT NULL);
END $$;

-- How a stop, or its end, begins: the account's lock and that of all stops, or the lock of what
-- holds for all accounts; then the command's end and order. A refusal, or null.
CREATE OR REPLACE FUNCTION holdfast.begin_stop(p_account_id text, p_kind text, p_times jsonb)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_of      CONSTANT text := coalesce(p_account_id, '*');
  v_setting CONSTANT text[] := ARRAY['stop:' || coalesce(p_kind, '*')];
  v_refusal jsonb;
BEGIN
  IF p_account_id IS NULL THEN
    PERFORM holdfast.change_rules_of_all();
  ELSE
    PERFORM holdfast.lock_account(p_account_id);
    LOCK TABLE holdfast.stops IN SHARE ROW EXCLUSIVE MODE;
  END IF;
  v_refusal := holdfast.command_refused(v_of, v_setting, p_times);
  IF v_refusal IS NULL THEN PERFORM holdfast.note_command(v_of, v_setting, p_times); END IF;
  RETURN v_refusal;
END $$;

-- As workers of v0.1.0 call it.
CREATE OR REPLACE FUNCTION holdfast.stop_admissions(
  p_account_id text, p_kind text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.stop_admissions(p_account_id, p_kind, p_reason, p_by, NULL, NULL)
$$;

-- Ends exactly that stop, and keeps what it was. The account's queue may go on; after a stop of all
-- accounts reconciliation wakes the queues.
CREATE OR REPLACE FUNCTION holdfast.admit_again(
  p_account_id text, p_kind text, p_reason text, p_by text, p_times jsonb, p_claimed_identity text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_refusal jsonb := holdfast.begin_stop(p_account_id, p_kind, p_times);
  v_stop    holdfast.stops;
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  DELETE FROM holdfast.stops
  WHERE account_id = coalesce(p_account_id, '*') AND kind = coalesce(p_kind, '*')
  RETURNING * INTO v_stop;
  IF v_stop.account_id IS NOT NULL THEN
    PERFORM holdfast.record_operator_act(
      v_stop.account_id, 'admit', holdfast.stop_record(v_stop), p_reason, p_by,
      p_claimed_identity => p_claimed_identity);
  END IF;
  RETURN holdfast.finish_operation(
    p_account_id,
    jsonb_build_object('result', jsonb_build_object(
      'admitted', v_stop.account_id IS NOT NULL)));
END $$;

-- As workers of v0.1.0 call it.
CREATE OR REPLACE FUNCTION holdfast.admit_again(p_account_id text, p_kind text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.admit_again(p_account_id, p_kind, NULL, NULL, NULL, NULL)
$$;

-- The stop of all of the account's admissions; all fields are null if there is none. The account's
-- own comes before that of all accounts. A stopped account could use no credits, and may be in
-- dispute over a payment: it buys nothing.
CREATE OR REPLACE FUNCTION holdfast.stop_of_account(p_account_id text) RETURNS holdfast.stops
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_stop holdfast.stops;
BEGIN
  SELECT * INTO v_stop
  FROM holdfast.stops
  WHERE account_id IN (p_account_id, '*') AND kind = '*'
  ORDER BY account_id = '*' LIMIT 1;
  RETURN v_stop;
END $$;
