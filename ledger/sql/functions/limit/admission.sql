-- A refusal if a stop, a debt or a limit keeps a generation from being admitted now; null if none
-- does. Stops come first: a stopped account is told of nothing else.
CREATE OR REPLACE FUNCTION holdfast.admission_obstacle(
  p_account holdfast.accounts, p_account_id text, p_kind text, p_credits bigint,
  p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_stop     holdfast.stops;
  v_operator holdfast.operator_limits;
  v_settings holdfast.account_settings;
  v_limit    bigint;
  v_used     bigint;
  -- An account that is not there yet runs none.
  v_running  CONSTANT integer := coalesce(p_account.open_reservations, 0);
  v_debt     CONSTANT jsonb   := holdfast.debt_obstacle(p_account, p_at);
BEGIN
  SELECT * INTO v_stop
  FROM holdfast.stops
  WHERE account_id IN (p_account_id, '*') AND kind IN (p_kind, '*')
  ORDER BY account_id DESC, kind DESC LIMIT 1;
  IF FOUND THEN
    RETURN holdfast.refusal('ADMISSION_STOPPED', holdfast.stop_record(v_stop));
  END IF;
  IF v_debt IS NOT NULL THEN RETURN v_debt; END IF;
  v_operator := holdfast.operator_limits_of(p_account_id);
  IF p_account.watched IS NOT TRUE AND v_operator.account_id IS NULL THEN RETURN NULL; END IF;
  SELECT * INTO v_settings FROM holdfast.account_settings WHERE account_id = p_account_id;
  v_limit := least(v_settings.generation_credits_max, v_operator.generation_credits_max);
  IF p_credits > v_limit THEN
    RETURN holdfast.limit_refusal(
      'GENERATION_LIMIT_EXCEEDED',
      jsonb_build_object('required', p_credits, 'generationCreditsMax', v_limit),
      p_limit => v_limit,
      p_owners => v_settings.generation_credits_max);
  END IF;
  v_used := holdfast.used_today(p_account, p_at);
  v_limit := least(v_settings.daily_credits_max, v_operator.daily_credits_max);
  IF v_used + p_credits > v_limit THEN
    RETURN holdfast.limit_refusal(
      'DAILY_LIMIT_REACHED',
      jsonb_build_object(
        'required', p_credits,
        'used', holdfast.sum_as_told(v_used),
        'dailyCreditsMax', v_limit,
        'resetsAt', holdfast.iso(holdfast.next_day_start(p_at))),
      p_limit => v_limit,
      p_owners => v_settings.daily_credits_max);
  END IF;
  v_limit := least(
    v_settings.concurrent_generations_max, v_operator.concurrent_generations_max);
  IF v_running >= v_limit THEN
    RETURN holdfast.limit_refusal(
      'CONCURRENCY_LIMIT_REACHED',
      jsonb_build_object(
        'running', v_running,
        'concurrentGenerationsMax', v_limit),
      p_limit => v_limit,
      p_owners => v_settings.concurrent_generations_max);
  END IF;
  RETURN NULL;
END $$;

-- The refusal of a limit that has been reached. Where the owner's own limit is another one, it is
-- an operator's, and only an operator lifts it.
CREATE OR REPLACE FUNCTION holdfast.limit_refusal(
  p_code text, p_details jsonb, p_limit bigint, p_owners bigint
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(p_code, p_details || CASE
    WHEN p_owners IS DISTINCT FROM p_limit THEN jsonb_build_object('setBy', 'operator')
    ELSE '{}'
  END)
$$;

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
