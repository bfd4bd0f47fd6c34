-- An automatic purchase has bought nothing, declined or given back by the provider: the next one is
-- tried after an hour, then after six, and after the third in a row none until the owner sets the
-- top-up again. A card that fails must not be charged in a loop.
CREATE OR REPLACE FUNCTION holdfast.top_up_declined(
  p_purchase holdfast.purchases, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_settings holdfast.account_settings;
BEGIN
  UPDATE holdfast.account_settings
  SET top_up_failures = top_up_failures + 1,
    top_up_retry_at = CASE top_up_failures
      WHEN 0 THEN p_at + interval '1 hour'
      WHEN 1 THEN p_at + interval '6 hours'
    END,
    top_up_stopped_why = CASE WHEN top_up_failures >= 2 THEN p_purchase.reason END
  WHERE account_id = p_purchase.account_id
  RETURNING * INTO v_settings;
  PERFORM holdfast.notify_top_up_failed(
    p_purchase,
    p_retry_at => CASE
      WHEN v_settings.top_up_pack_id IS NOT NULL THEN v_settings.top_up_retry_at
    END,
    p_stopped => v_settings.top_up_stopped_why IS NOT NULL,
    p_at => p_at);
  IF v_settings.top_up_retry_at IS NOT NULL THEN
    PERFORM holdfast.post_message(p_purchase.account_id, 'top-up', '', p_at);
  END IF;
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

-- Tells the owner why a top-up is due and not bought.
CREATE OR REPLACE FUNCTION holdfast.notify_top_up_not_requested(
  p_settings holdfast.account_settings, p_obstacle text, p_at timestamptz
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
      'retryAt', NULL,
      'stopped', p_obstacle = 'price-changed'),
    p_subject => p_obstacle || ':' || CASE p_obstacle
      WHEN 'monthly-cap' THEN v_month || ':' || p_settings.top_up_cap_cents
      WHEN 'pack-not-sold' THEN v_month || ':' || p_settings.top_up_pack_id
      ELSE concat_ws(':', p_settings.top_up_pack_id, p_settings.top_up_price_cents,
        v_pack->>'priceCents', v_pack->>'currency')
    END,
    p_at => p_at);
END $$;
