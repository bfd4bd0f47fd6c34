-- A grant that a workflow asks for. Every process that reaches Temporal can order one, so there is
-- none without both bounds. p_credits_max: the most of one grant; p_credits_per_day: the most of
-- all accounts together on a UTC day. A key that is known answers before the bounds are looked at,
-- and counts once. After p_not_after, by the server's clock, it grants nothing; null for never.
-- p_claimed_identity: who started the workflow, as that client says.
CREATE OR REPLACE FUNCTION holdfast.grant_by_workflow(
  p_account_id text, p_key text, p_body jsonb, p_credits_max bigint, p_credits_per_day bigint,
  p_not_after timestamptz, p_claimed_identity text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun   record;
  v_credits bigint := (p_body->>'credits')::bigint;
  v_refusal jsonb  := holdfast.workflow_grant_refused(
    v_credits, p_credits_max, p_credits_per_day);
BEGIN
  -- A grant that can't be given opens no account.
  v_begun := holdfast.begin_operation(
    p_account_id, 'grant', p_key, p_body, p_opens_account => v_refusal IS NULL);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  IF v_refusal IS NULL THEN
    v_refusal := coalesce(
      holdfast.too_late('COMMAND_EXPIRED', p_not_after),
      holdfast.grant_refused(v_begun.account, p_body->>'source', v_credits,
        holdfast.instant(p_body->>'expiresAt'), v_begun.now),
      holdfast.day_of_grants_refused(v_credits, p_credits_per_day, v_begun.now));
  END IF;
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  UPDATE holdfast.workflow_grant_days
  SET credits = credits + v_credits
  WHERE day = holdfast.day_of(v_begun.now);
  RETURN holdfast.book_grant(
    v_begun.account, p_key, p_body, v_begun.now, p_claimed_identity);
END $$;

-- Why no workflow may give such a grant, as a refusal; null if one may.
CREATE OR REPLACE FUNCTION holdfast.workflow_grant_refused(
  p_credits bigint, p_credits_max bigint, p_credits_per_day bigint
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_credits_max IS NULL OR p_credits_per_day IS NULL
      THEN holdfast.refusal('GRANTS_NOT_CONFIGURED')
    WHEN p_credits > p_credits_max
      THEN holdfast.refusal('GRANT_LIMIT_EXCEEDED', jsonb_build_object(
        'credits', p_credits, 'creditsMax', p_credits_max))
  END
$$;

-- A refusal if the day's grants leave too little room; null if they don't. Locks the day until the
-- transaction ends. The caller holds its account's lock: every operation that takes both takes the
-- account's first.
CREATE OR REPLACE FUNCTION holdfast.day_of_grants_refused(
  p_credits bigint, p_credits_per_day bigint, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_granted bigint;
BEGIN
  INSERT INTO holdfast.workflow_grant_days (day, credits)
  VALUES (holdfast.day_of(p_at), 0)
  ON CONFLICT DO NOTHING;
  SELECT credits INTO v_granted
  FROM holdfast.workflow_grant_days
  WHERE day = holdfast.day_of(p_at)
  FOR NO KEY UPDATE;
  IF v_granted + p_credits <= p_credits_per_day THEN RETURN NULL; END IF;
  RETURN holdfast.refusal('DAILY_GRANTS_REACHED', jsonb_build_object(
    'credits', p_credits,
    'granted', v_granted,
    'creditsPerDay', p_credits_per_day,
    'resetsAt', holdfast.iso(holdfast.next_day_start(p_at))));
END $$;
