-- The reason why no top-up is bought now; null if one is due.
CREATE OR REPLACE FUNCTION holdfast.top_up_obstacle(
  p_account holdfast.accounts, p_settings holdfast.account_settings, p_available bigint,
  p_at timestamptz
) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_pack     jsonb := holdfast.pack_on_sale(p_settings.top_up_pack_id, p_at);
  v_left     bigint := p_available - p_account.waited_for;
  v_obstacle text;
BEGIN
  IF p_settings.top_up_pack_id IS NULL THEN RETURN 'off'; END IF;
  IF v_left >= p_settings.top_up_below
    OR v_left + holdfast.due_credits(p_account, p_at) >= p_settings.top_up_below
  THEN
    RETURN 'enough';
  END IF;
  IF EXISTS (
    SELECT FROM holdfast.purchases
    WHERE account_id = p_account.account_id AND automatic AND resolved_at IS NULL
  ) THEN
    RETURN 'pending';
  END IF;
  IF p_settings.top_up_stopped_why IS NOT NULL THEN RETURN 'stopped'; END IF;
  v_obstacle := holdfast.automatic_charge_obstacle(p_account, p_at);
  IF v_obstacle IS NOT NULL THEN RETURN v_obstacle; END IF;
  IF v_pack IS NULL THEN RETURN 'pack-not-sold'; END IF;
  IF holdfast.is_price_changed(p_settings, v_pack) THEN RETURN 'price-changed'; END IF;
  v_obstacle := holdfast.pack_obstacle(p_account, (v_pack->>'credits')::bigint, p_at);
  IF v_obstacle = 'SUBSCRIPTION_REQUIRED' THEN RETURN 'no-subscription'; END IF;
  IF v_obstacle IS NOT NULL THEN RETURN 'balance-limit'; END IF;
  IF holdfast.topped_up_this_month(p_account.account_id, p_at) + (v_pack->>'priceCents')::bigint
    > p_settings.top_up_cap_cents
  THEN
    RETURN 'monthly-cap';
  END IF;
  RETURN CASE WHEN p_settings.top_up_retry_at > p_at THEN 'backing-off' END;
END $$;

-- The reason why the account must not be charged automatically now, with any balance; null if it
-- may be.
CREATE OR REPLACE FUNCTION holdfast.automatic_charge_obstacle(
  p_account holdfast.accounts, p_at timestamptz
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN EXISTS (
      SELECT FROM holdfast.subscriptions
      WHERE account_id = p_account.account_id AND status = 'active' AND cancel_at_period_end
    ) THEN 'subscription-cancelled'
    -- A stopped account could use no credits, and may be in dispute over a payment.
    WHEN EXISTS (
      SELECT FROM holdfast.stops
      WHERE account_id IN (p_account.account_id, '*') AND kind = '*'
    ) THEN 'admissions-stopped'
  END
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

-- Whether the pack's price is above the one at which the owner set the top-up, or in another
-- currency than the cap's. Like any buyer, the owner pays what was shown, or is asked again. A
-- fallen price is no change.
CREATE OR REPLACE FUNCTION holdfast.is_price_changed(
  p_settings holdfast.account_settings, p_pack jsonb
) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(
    (p_pack->>'priceCents')::bigint > p_settings.top_up_price_cents
      OR p_pack->>'currency' <> p_settings.top_up_currency,
    false)
$$;
