-- A refusal if a stop or a limit keeps a generation from being admitted now; null if none does.
-- Stops come first: a stopped account is told of nothing else.
CREATE OR REPLACE FUNCTION holdfast.admission_obstacle(
  p_account holdfast.accounts, p_account_id text, p_kind text, p_credits bigint,
  p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_stop     holdfast.stops;
  v_settings holdfast.account_settings;
  v_used     bigint;
BEGIN
  SELECT * INTO v_stop
  FROM holdfast.stops
  WHERE account_id IN (p_account_id, '*') AND kind IN (p_kind, '*')
  ORDER BY account_id DESC, kind DESC LIMIT 1;
  IF FOUND THEN
    RETURN holdfast.refusal('ADMISSION_STOPPED', holdfast.stop_record(v_stop));
  END IF;
  IF p_account.watched IS NOT TRUE THEN RETURN NULL; END IF;
  SELECT * INTO v_settings FROM holdfast.account_settings WHERE account_id = p_account_id;
  IF p_credits > v_settings.generation_credits_max THEN
    RETURN holdfast.refusal('GENERATION_LIMIT_EXCEEDED', jsonb_build_object(
      'required', p_credits,
      'generationCreditsMax', v_settings.generation_credits_max));
  END IF;
  v_used := holdfast.used_today(p_account, p_at);
  IF v_used + p_credits > v_settings.daily_credits_max THEN
    RETURN holdfast.refusal('DAILY_LIMIT_REACHED', jsonb_build_object(
      'required', p_credits,
      'used', v_used,
      'dailyCreditsMax', v_settings.daily_credits_max,
      'resetsAt', holdfast.iso(holdfast.next_day_start(p_at))));
  END IF;
  IF p_account.open_reservations >= v_settings.concurrent_generations_max THEN
    RETURN holdfast.refusal('CONCURRENCY_LIMIT_REACHED', jsonb_build_object(
      'running', p_account.open_reservations,
      'concurrentGenerationsMax', v_settings.concurrent_generations_max));
  END IF;
  RETURN NULL;
END $$;

-- Credits of the generations begun on the day (UTC) of p_at, less what they gave back.
CREATE OR REPLACE FUNCTION holdfast.used_today(p_account holdfast.accounts, p_at timestamptz)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_account.day = holdfast.day_of(p_at) THEN p_account.day_credits ELSE 0 END
$$;

-- A limit's remaining room belongs to the queue: a new request may not take it, unless the queue's
-- first ticket can't be served. A refusal if this request would take it, though it finds enough
-- credits beside the queue's; else null.
CREATE OR REPLACE FUNCTION holdfast.obstacle_beside_queue(
  p_account holdfast.accounts, p_kind text, p_credits bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account holdfast.accounts := p_account;
BEGIN
  IF holdfast.queue_obstacle(p_account, p_at) <> '{}' THEN RETURN NULL; END IF;
  -- The account as if the whole queue had been served.
  v_account.open_reservations := p_account.open_reservations + (
    SELECT tickets FROM holdfast.queue_sums(p_account.account_id)
  );
  v_account.day_credits := p_account.waited_for + holdfast.used_today(p_account, p_at);
  v_account.day := holdfast.day_of(p_at);
  RETURN holdfast.admission_obstacle(
    v_account, p_account.account_id, p_kind, p_credits, p_at);
END $$;
