-- The reason why no top-up is bought now; null if one is due. until: when the reason is over, where
-- only time passes until then.
CREATE OR REPLACE FUNCTION holdfast.top_up_obstacle(
  p_account holdfast.accounts, p_settings holdfast.account_settings, p_available bigint,
  p_at timestamptz,
  OUT reason text, OUT until timestamptz
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_pack  jsonb := holdfast.pack_on_sale(p_settings.top_up_pack_id, p_at);
  v_left  bigint := p_available - p_account.waited_for;
  -- A rule from before the pack's credits bounded it, or had fallen: one pack lifts any balance
  -- over it. So it does over what a refused generation needed.
  v_below bigint := greatest(
    least(p_settings.top_up_below, (v_pack->>'credits')::bigint - 1),
    holdfast.credits_wanted(p_settings, v_pack, p_at));
BEGIN
  reason := CASE
    WHEN p_settings.top_up_pack_id IS NULL THEN 'off'
    WHEN v_left >= v_below OR v_left + holdfast.due_credits(p_account, p_at) >= v_below
      THEN 'enough'
    WHEN EXISTS (
      SELECT FROM holdfast.purchases
      WHERE account_id = p_account.account_id AND automatic AND resolved_at IS NULL
    ) THEN 'pending'
    WHEN p_settings.top_up_stopped_why IS NOT NULL THEN 'stopped'
  END;
  IF reason IS NULL THEN reason := holdfast.automatic_charge_obstacle(p_account, p_at); END IF;
  IF reason IS NULL THEN
    reason := holdfast.top_up_pack_obstacle(p_account, p_settings, v_pack, p_at);
  END IF;
  IF reason IS NULL THEN
    SELECT r.reason, r.until INTO reason, until
    FROM holdfast.top_up_limit_reached(p_settings, v_pack, p_at) AS r;
  END IF;
END $$;

-- What a generation needs that was refused of late, if one pack alone covers it; else null. So
-- refusals can't make a balance climb, however many there are.
CREATE OR REPLACE FUNCTION holdfast.credits_wanted(
  p_settings holdfast.account_settings, p_pack jsonb, p_at timestamptz
) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_settings.top_up_wanted_at > p_at - interval '10 minutes'
      AND p_settings.top_up_wanted <= (p_pack->>'credits')::bigint
    THEN p_settings.top_up_wanted
  END
$$;

-- The reason why the pack is not to be bought; null if it is.
CREATE OR REPLACE FUNCTION holdfast.top_up_pack_obstacle(
  p_account holdfast.accounts, p_settings holdfast.account_settings, p_pack jsonb,
  p_at timestamptz
) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_obstacle text;
BEGIN
  IF p_pack IS NULL THEN RETURN 'pack-not-sold'; END IF;
  IF holdfast.is_price_changed(p_settings, p_pack) THEN RETURN 'price-changed'; END IF;
  v_obstacle := holdfast.pack_obstacle(p_account, (p_pack->>'credits')::bigint, p_at);
  IF v_obstacle = 'SUBSCRIPTION_REQUIRED' THEN RETURN 'no-subscription'; END IF;
  IF v_obstacle IS NOT NULL THEN RETURN 'balance-limit'; END IF;
  RETURN CASE
    WHEN holdfast.payment_method_refused_why(
        p_account.account_id, p_settings.top_up_payment_method) IS NOT NULL
      THEN 'payment-method-refused'
  END;
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
    WHEN (holdfast.stop_of_account(p_account.account_id)).account_id IS NOT NULL
      THEN 'admissions-stopped'
  END
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
