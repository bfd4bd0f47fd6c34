-- How long no automatic purchase is tried after so many declines in a row. A card that fails must
-- not be charged in a loop. From the third on it has stopped besides, until it is set again.
CREATE OR REPLACE FUNCTION holdfast.pause_after_declines(p_failures integer) RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_failures
    WHEN 0 THEN NULL
    WHEN 1 THEN interval '1 hour'
    WHEN 2 THEN interval '6 hours'
    ELSE interval '24 hours'
  END
$$;

-- An automatic purchase has bought nothing, declined or given back by the provider: the next one is
-- tried after an hour, then after six, and after the third in a row none until the owner sets the
-- top-up again; none at all with a payment method that must never be charged again.
CREATE OR REPLACE FUNCTION holdfast.top_up_declined(
  p_purchase holdfast.purchases, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_settings holdfast.account_settings;
BEGIN
  -- Declines belong to their payment method. Those of an earlier one count when it is set again.
  UPDATE holdfast.account_settings
  SET top_up_failures = top_up_failures + 1,
    top_up_retry_at = p_at + holdfast.pause_after_declines(top_up_failures + 1),
    top_up_stopped_why = CASE
      WHEN top_up_failures >= 2
        OR holdfast.payment_method_refused_why(account_id, top_up_payment_method) IS NOT NULL
        THEN p_purchase.reason
    END
  WHERE account_id = p_purchase.account_id
    AND top_up_payment_method IS NOT DISTINCT FROM p_purchase.body->>'paymentMethod'
  RETURNING * INTO v_settings;
  PERFORM holdfast.notify_top_up_failed(
    p_purchase,
    p_retry_at => CASE
      WHEN v_settings.top_up_pack_id IS NOT NULL AND v_settings.top_up_stopped_why IS NULL
        THEN v_settings.top_up_retry_at
    END,
    p_stopped => v_settings.top_up_stopped_why IS NOT NULL,
    p_at => p_at);
  IF v_settings.top_up_retry_at IS NOT NULL AND v_settings.top_up_stopped_why IS NULL THEN
    PERFORM holdfast.post_message(p_purchase.account_id, 'top-up', '', p_at);
  END IF;
END $$;

-- The automatic purchases in a row that were declined with that payment method in the last 30 days,
-- and from when another may be made.
CREATE OR REPLACE FUNCTION holdfast.declines_in_a_row(
  p_account_id text, p_payment_method text, p_at timestamptz,
  OUT failures integer, OUT retry_at timestamptz
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_bought_at   timestamptz;
  v_declined_at timestamptz;
BEGIN
  SELECT max(resolved_at) INTO v_bought_at
  FROM holdfast.purchases
  WHERE account_id = p_account_id
    AND opened_at > p_at - interval '30 days'
    AND status = 'granted'
    AND body->>'paymentMethod' IS NOT DISTINCT FROM p_payment_method;
  SELECT count(*), max(resolved_at) INTO failures, v_declined_at
  FROM holdfast.purchases
  WHERE account_id = p_account_id
    AND opened_at > holdfast.declines_counted_from(p_account_id, p_at)
    AND automatic
    AND status = 'declined'
    AND body->>'paymentMethod' IS NOT DISTINCT FROM p_payment_method
    AND (v_bought_at IS NULL OR resolved_at > v_bought_at);
  retry_at := v_declined_at + holdfast.pause_after_declines(failures);
END $$;

-- Tells the owner why an automatic purchase has ended without its credits, and when the next
-- attempt is made, if there is one.
CREATE OR REPLACE FUNCTION holdfast.notify_top_up_failed(
  p_purchase holdfast.purchases, p_retry_at timestamptz, p_stopped boolean, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.write_notice(
    p_purchase.account_id,
    'top-up-failed',
    jsonb_build_object(
      'packId', p_purchase.pack_id,
      'purchaseId', p_purchase.purchase_id,
      'priceCents', p_purchase.price_cents,
      'currency', p_purchase.currency,
      'reason', p_purchase.reason,
      'retryAt', holdfast.iso(p_retry_at),
      'stopped', p_stopped),
    p_subject => 'declined:' || p_purchase.purchase_id,
    p_at => p_at);
END $$;

-- Tells the owner why a top-up is due and not bought: once a month, a day, a payment method or a
-- price. p_until: when the obstacle is over; null if that is not known.
CREATE OR REPLACE FUNCTION holdfast.notify_top_up_not_requested(
  p_settings holdfast.account_settings, p_obstacle text, p_until timestamptz, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_pack  jsonb := holdfast.pack_sold_last(p_settings.top_up_pack_id, p_at);
  v_month text := to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM');
BEGIN
  PERFORM holdfast.write_notice(
    p_settings.account_id,
    'top-up-failed',
    jsonb_build_object(
      'packId', p_settings.top_up_pack_id,
      'priceCents', v_pack->'priceCents',
      'currency', v_pack->'currency',
      'reason', p_obstacle,
      'retryAt', CASE WHEN p_obstacle <> 'monthly-cap' THEN holdfast.iso(p_until) END,
      'stopped', p_obstacle IN ('price-changed', 'payment-method-refused')),
    p_subject => p_obstacle || ':' || CASE p_obstacle
      WHEN 'monthly-cap' THEN v_month || ':' || holdfast.top_up_cap_cents(p_settings)
      WHEN 'pack-not-sold' THEN v_month || ':' || p_settings.top_up_pack_id
      WHEN 'payment-method-refused' THEN coalesce(p_settings.top_up_payment_method, '')
      WHEN 'price-changed' THEN
        concat_ws(':', p_settings.top_up_pack_id, p_settings.top_up_price_cents,
          v_pack->>'priceCents', v_pack->>'currency')
      ELSE holdfast.iso(p_until)
    END,
    p_at => p_at);
END $$;
