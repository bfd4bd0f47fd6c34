-- What a request meets before its credits are looked at, as a refusal; null if nothing is in its
-- way. A request that is known never comes here.
CREATE OR REPLACE FUNCTION holdfast.refused_before_credits(
  p_account holdfast.accounts, p_account_id text, p_body jsonb, p_credits bigint,
  p_catalog_version integer, p_wait jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_effective integer := holdfast.effective_version(p_at);
  v_refusal   jsonb;
BEGIN
  IF v_effective IS DISTINCT FROM p_catalog_version THEN
    RETURN holdfast.stale_catalog(p_catalog_version, v_effective);
  END IF;
  IF p_credits > (p_body->>'maxCredits')::bigint THEN
    RETURN holdfast.refusal(
      'PRICE_CHANGED',
      jsonb_build_object('quoted', p_credits, 'maxCredits', p_body->'maxCredits'));
  END IF;
  IF p_wait IS NOT NULL THEN v_refusal := holdfast.wait_refused(p_wait, p_at); END IF;
  IF v_refusal IS NULL THEN
    v_refusal := holdfast.admission_obstacle(
      p_account, p_account_id, p_body->>'kind', p_credits, p_at);
  END IF;
  IF v_refusal IS NULL AND NOT holdfast.is_known_account(p_account) THEN
    RETURN holdfast.insufficient_credits(p_credits, p_available => 0, p_waited_for => 0);
  END IF;
  RETURN v_refusal;
END $$;

-- Whether the account has ever had credits or a subscription. One without either can't wait, and
-- is told of no empty balance: every caller can make up such an account.
CREATE OR REPLACE FUNCTION holdfast.is_known_account(p_account holdfast.accounts) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p_account.granted > 0 OR p_account.term > 0, false)
$$;

CREATE OR REPLACE FUNCTION holdfast.stale_catalog(p_quoted integer, p_effective integer)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(
    'STALE_CATALOG', jsonb_build_object('quoted', p_quoted, 'effective', p_effective))
$$;

-- What reserve_credits would answer without looking at the credits, for callers who start no
-- workflow for a refusal. It takes no lock and changes nothing. known: the request has an answer,
-- or its id another request. Without a quote (p_credits) it says no more than that. isShort: only
-- the credits will refuse it, by the account's figures, in which ended grants count until booked.
CREATE OR REPLACE FUNCTION holdfast.admission_outlook(
  p_account_id text, p_request_id text, p_body jsonb, p_credits bigint, p_catalog_version integer,
  p_wait jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_refusal jsonb;
BEGIN
  IF holdfast.known_request(p_account_id, p_request_id, p_body) IS NOT NULL THEN
    RETURN jsonb_build_object('known', true, 'refusal', NULL, 'isShort', false);
  END IF;
  IF p_credits IS NOT NULL THEN
    SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id;
    v_now := holdfast.ledger_now(v_account.last_entry_at);
    v_refusal := coalesce(
      holdfast.refused_before_credits(
        v_account, p_account_id, p_body, p_credits, p_catalog_version, p_wait, v_now),
      holdfast.too_many_short_refusals(v_account, p_credits, p_wait IS NOT NULL, v_now));
  END IF;
  RETURN jsonb_build_object(
    'known', false,
    'refusal', v_refusal->'refusal',
    'isShort', coalesce(
      v_refusal IS NULL
        AND p_wait IS NULL
        AND v_account.available - v_account.waited_for < p_credits,
      false));
END $$;

-- Counts a refusal for lack of credits, or of places in the queue. The caller holds the account's
-- lock.
CREATE OR REPLACE FUNCTION holdfast.count_short_refusal(
  p_account_id text, p_is_waiter boolean, p_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.short_refusals AS r (account_id, is_waiter, minute, refusals)
  VALUES (p_account_id, p_is_waiter, date_trunc('minute', p_at, 'UTC'), 1)
  ON CONFLICT (account_id, is_waiter) DO UPDATE
    SET minute = excluded.minute,
      refusals = CASE WHEN r.minute = excluded.minute THEN r.refusals + 1 ELSE 1 END
$$;

-- A refusal if the account is short of credits and has been refused for that sixty times in this
-- minute; else null. Each of those refusals has a workflow, which keeps it as its request's first
-- answer.
CREATE OR REPLACE FUNCTION holdfast.too_many_short_refusals(
  p_account holdfast.accounts, p_credits bigint, p_is_waiter boolean, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_minute    timestamptz := date_trunc('minute', p_at, 'UTC');
  v_available bigint;
BEGIN
  IF NOT EXISTS (
    SELECT FROM holdfast.short_refusals
    WHERE account_id = p_account.account_id
      AND is_waiter = p_is_waiter
      AND minute = v_minute
      AND refusals >= 60
  ) THEN
    RETURN NULL;
  END IF;
  v_available := holdfast.available_at(p_account, p_at);
  IF v_available - p_account.waited_for >= p_credits THEN RETURN NULL; END IF;
  RETURN holdfast.refusal('RATE_LIMITED', jsonb_build_object(
    'required', p_credits,
    'available', v_available,
    'refusalsPerMinuteMax', 60,
    'retryAfterSeconds', 60 - floor(extract(epoch FROM p_at - v_minute))));
END $$;
