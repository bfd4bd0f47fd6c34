-- The limit, the owner's or an operator's, that keeps a due top-up from being bought now, and when
-- it has room again. All fields are null if none does.
CREATE OR REPLACE FUNCTION holdfast.top_up_limit_reached(
  p_settings holdfast.account_settings, p_pack jsonb, p_at timestamptz,
  OUT reason text, OUT until timestamptz
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account_id CONSTANT text := p_settings.account_id;
  v_operator   holdfast.operator_limits := holdfast.operator_limits_of(v_account_id);
  v_attempts   jsonb;
BEGIN
  IF holdfast.topped_up_this_month(v_account_id, p_at) + (p_pack->>'priceCents')::bigint
    > holdfast.top_up_cap_cents(p_settings)
  THEN
    reason := 'monthly-cap';
    until := holdfast.next_month_start(p_at);
    RETURN;
  END IF;
  v_attempts := holdfast.payment_attempts_refused(v_account_id, p_at);
  IF v_attempts IS NOT NULL THEN
    reason := 'payment-attempts';
    until := (v_attempts#>>'{refusal,details,retryAt}')::timestamptz;
  ELSIF holdfast.top_ups_today(v_account_id, p_at) >= holdfast.top_ups_per_day_max(v_operator) THEN
    reason := 'top-ups-per-day';
    until := holdfast.next_day_start(p_at);
  ELSIF holdfast.purchases_per_day_refused(v_account_id, p_at) IS NOT NULL THEN
    reason := 'purchases-per-day';
    until := holdfast.next_day_start(p_at);
  ELSIF p_settings.top_up_retry_at > p_at THEN
    reason := 'backing-off';
    until := p_settings.top_up_retry_at;
  ELSE
    until := holdfast.topped_up_last(v_account_id) + holdfast.top_up_pause(v_operator);
    IF until > p_at THEN reason := 'pausing'; ELSE until := NULL; END IF;
  END IF;
END $$;

-- What the account's top-ups may spend in a month: the owner's cap or the operator's.
CREATE OR REPLACE FUNCTION holdfast.top_up_cap_cents(p_settings holdfast.account_settings)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT least(
    p_settings.top_up_cap_cents,
    (holdfast.operator_limits_of(p_settings.account_id)).top_up_monthly_cap_cents)
$$;

-- The prices of the automatic purchases of the calendar month (UTC), the open one included, in
-- minor units of the cap's currency. A purchase belongs to the month in which it is paid.
CREATE OR REPLACE FUNCTION holdfast.topped_up_this_month(p_account_id text, p_at timestamptz)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(p.price_cents), 0)::bigint
  FROM holdfast.purchases AS p
  JOIN holdfast.account_settings AS s USING (account_id)
  WHERE p.account_id = p_account_id
    AND p.automatic
    AND p.currency = coalesce(s.top_up_currency, p.currency)
    AND (
      p.status = 'open'
      OR (p.status = 'granted' AND p.resolved_at >= holdfast.month_start(p_at))
    )
$$;

-- The automatic purchases of the day (UTC), the open one included. A purchase belongs to the day on
-- which it is paid.
CREATE OR REPLACE FUNCTION holdfast.top_ups_today(p_account_id text, p_at timestamptz)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT count(*)
  FROM holdfast.purchases
  WHERE account_id = p_account_id
    AND automatic
    AND (
      status = 'open'
      OR (status = 'granted' AND resolved_at >= holdfast.day_start(p_at))
    )
$$;

-- When the account's last automatic purchase was paid; null if there was none.
CREATE OR REPLACE FUNCTION holdfast.topped_up_last(p_account_id text)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT max(resolved_at)
  FROM holdfast.purchases
  WHERE account_id = p_account_id
    AND automatic
    AND status = 'granted'
$$;
