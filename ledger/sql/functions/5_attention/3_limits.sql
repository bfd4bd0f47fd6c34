CREATE OR REPLACE FUNCTION holdfast.day_of(p_at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (p_at AT TIME ZONE 'UTC')::date
$$;

-- A refusal if a switch or a limit keeps a generation from being admitted now; null if none does. Switches first: whoever has
-- stopped an account wants nobody to be told of anything else.
CREATE OR REPLACE FUNCTION holdfast.admission_obstacle(
  a holdfast.accounts, p_account_id text, p_kind text, p_credits bigint, p_at timestamptz
) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_stop   holdfast.stops;
  s        holdfast.account_settings;
  v_used   bigint;
BEGIN
  SELECT * INTO v_stop FROM holdfast.stops
    WHERE account_id IN (p_account_id, '*') AND kind IN (p_kind, '*') ORDER BY account_id DESC, kind DESC LIMIT 1;
  IF FOUND THEN RETURN holdfast.refusal('ADMISSION_STOPPED', holdfast.stop_record(v_stop)); END IF;
  IF a.watched IS NOT TRUE THEN RETURN NULL; END IF;
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = p_account_id;
  IF p_credits > s.generation_credits_max THEN
    RETURN holdfast.refusal('GENERATION_LIMIT_EXCEEDED',
      jsonb_build_object('required', p_credits, 'generationCreditsMax', s.generation_credits_max));
  END IF;
  v_used := CASE WHEN a.day = holdfast.day_of(p_at) THEN a.day_credits ELSE 0 END;
  IF v_used + p_credits > s.daily_credits_max THEN
    RETURN holdfast.refusal('DAILY_LIMIT_REACHED', jsonb_build_object('required', p_credits, 'used', v_used,
      'dailyCreditsMax', s.daily_credits_max, 'resetsAt', holdfast.iso((holdfast.day_of(p_at) + 1)::timestamp AT TIME ZONE 'UTC')));
  END IF;
  IF a.open_reservations >= s.concurrent_generations_max THEN
    RETURN holdfast.refusal('CONCURRENCY_LIMIT_REACHED',
      jsonb_build_object('running', a.open_reservations, 'concurrentGenerationsMax', s.concurrent_generations_max));
  END IF;
  RETURN NULL;
END $$;

-- A refusal if a request would take from those who wait what a limit leaves to them; null if it wouldn't. For one that finds
-- enough credits beside theirs: then they go one after the other, unless the first of them can't.
CREATE OR REPLACE FUNCTION holdfast.overtaking_obstacle(a holdfast.accounts, p_kind text, p_credits bigint, p_at timestamptz)
RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF holdfast.held_up(a, p_at) <> '{}' THEN RETURN NULL; END IF;
  a.open_reservations := a.open_reservations
    + (SELECT count(*) FROM holdfast.reservations WHERE account_id = a.account_id AND state = 'waiting');
  a.day_credits := a.waited_for + CASE WHEN a.day = holdfast.day_of(p_at) THEN a.day_credits ELSE 0 END;
  a.day := holdfast.day_of(p_at);
  RETURN holdfast.admission_obstacle(a, a.account_id, p_kind, p_credits, p_at);
END $$;

CREATE OR REPLACE FUNCTION holdfast.stop_record(s holdfast.stops) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('accountId', nullif(s.account_id, '*'), 'kind', nullif(s.kind, '*'), 'reason', s.reason,
    'by', s.by_name, 'since', holdfast.iso(s.since))
$$;

-- Stops admissions from now on; null stands for all accounts, or all kinds. What is set again keeps its beginning.
CREATE OR REPLACE FUNCTION holdfast.stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_now  timestamptz := holdfast.clock();
  v_stop holdfast.stops;
BEGIN
  IF NOT EXISTS (SELECT FROM holdfast.catalog_versions WHERE p_kind IS NULL OR document->'kinds'->p_kind IS NOT NULL) THEN
    RETURN holdfast.refusal('UNKNOWN_KIND', jsonb_build_object('kind', p_kind));
  END IF;
  INSERT INTO holdfast.stops VALUES (coalesce(p_account_id, '*'), coalesce(p_kind, '*'), p_reason, p_by, v_now)
  ON CONFLICT (account_id, kind) DO UPDATE SET reason = excluded.reason, by_name = excluded.by_name
  RETURNING * INTO v_stop;
  RETURN jsonb_build_object('result', holdfast.stop_record(v_stop), 'replayed', v_stop.since <> v_now);
END $$;

-- Ends exactly that stop. Whoever waits in the account may go on; where it was for all accounts, reconciliation wakes them.
CREATE OR REPLACE FUNCTION holdfast.admit_again(p_account_id text, p_kind text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_admitted boolean;
BEGIN
  PERFORM FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  DELETE FROM holdfast.stops WHERE account_id = coalesce(p_account_id, '*') AND kind = coalesce(p_kind, '*');
  v_admitted := FOUND;
  RETURN holdfast.attended(p_account_id, jsonb_build_object('result', jsonb_build_object('admitted', v_admitted)));
END $$;
