-- The published record of a purchase, judged at p_at. Its credits are valid until their term's end,
-- as that stands now.
CREATE OR REPLACE FUNCTION holdfast.purchase_record(p holdfast.purchases, p_at timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', p.account_id,
    'purchaseId', p.purchase_id,
    'status', p.status,
    'body', CASE WHEN NOT p.erased THEN p.body END,
    'packId', p.pack_id,
    'credits', p.credits,
    'priceCents', p.price_cents,
    'currency', p.currency,
    'catalogVersion', p.catalog_version::text,
    'openedAt', holdfast.iso(p.opened_at),
    'mayCharge', holdfast.may_charge(p, p_at),
    'paymentId', p.payment_id,
    'reason', p.reason,
    'grantId', p.grant_id::text,
    'resolvedAt', holdfast.iso(p.resolved_at),
    'validUntil', (
      SELECT holdfast.iso(coalesce(g.ends_at, holdfast.end_of_term(g.account_id, g.term)))
      FROM holdfast.grants AS g
      WHERE g.account_id = p.account_id AND g.grant_id = p.grant_id
    ))
    -- Only if there are any, which is rare; so with refunds and disputes.
    || coalesce((
      SELECT jsonb_build_object('strayPayments', jsonb_agg(
        jsonb_build_object('paymentId', stray.payment_id, 'status', stray.status)
        ORDER BY stray.seen_at, stray.payment_id))
      FROM holdfast.stray_payments AS stray
      WHERE stray.account_id = p.account_id AND stray.purchase_id = p.purchase_id
      HAVING count(*) > 0
    ), '{}')
    || coalesce((
      SELECT jsonb_build_object('refunds', jsonb_agg(
        holdfast.refund_record(refunded) ORDER BY refunded.part))
      FROM holdfast.refunds AS refunded
      WHERE refunded.account_id = p.account_id AND refunded.purchase_id = p.purchase_id
      HAVING count(*) > 0
    ), '{}')
    || coalesce((
      SELECT jsonb_build_object('disputes', jsonb_agg(
        holdfast.dispute_record(disputed) ORDER BY disputed.part))
      FROM holdfast.disputes AS disputed
      WHERE disputed.account_id = p.account_id AND disputed.purchase_id = p.purchase_id
      HAVING count(*) > 0
    ), '{}')
$$;

-- Whether the purchase may still be charged. After 15 minutes its buyer has left: a charge would
-- come as a surprise. A stopped account buys nothing.
CREATE OR REPLACE FUNCTION holdfast.may_charge(p_purchase holdfast.purchases, p_at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_purchase.status = 'open' AND p_at < p_purchase.opened_at + interval '15 minutes'
      THEN (holdfast.stop_of_account(p_purchase.account_id)).account_id IS NULL
        AND NOT holdfast.is_withdrawn(p_purchase, p_at)
    ELSE false
  END
$$;

-- Whether an automatic purchase has been withdrawn: since its intent was written, the top-up has
-- been turned off or changed, or the account must not be charged automatically.
CREATE OR REPLACE FUNCTION holdfast.is_withdrawn(p_purchase holdfast.purchases, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account  holdfast.accounts;
  v_settings holdfast.account_settings;
BEGIN
  IF NOT p_purchase.automatic THEN RETURN false; END IF;
  SELECT * INTO v_account
  FROM holdfast.accounts WHERE account_id = p_purchase.account_id;
  SELECT * INTO v_settings
  FROM holdfast.account_settings WHERE account_id = p_purchase.account_id;
  RETURN (
      v_settings.top_up_pack_id,
      v_settings.top_up_payment_method,
      coalesce(v_settings.top_up_currency, p_purchase.currency)
    ) IS DISTINCT FROM (
      p_purchase.pack_id,
      p_purchase.body->>'paymentMethod',
      p_purchase.currency
    )
    OR holdfast.topped_up_this_month(p_purchase.account_id, p_at)
      > holdfast.top_up_cap_cents(v_settings)
    OR holdfast.payment_method_refused_why(
      p_purchase.account_id, p_purchase.body->>'paymentMethod') IS NOT NULL
    OR holdfast.automatic_charge_obstacle(v_account, p_at) IS NOT NULL
    OR holdfast.pack_obstacle(v_account, p_purchase.credits, p_at) IS NOT NULL;
END $$;

CREATE OR REPLACE FUNCTION holdfast.purchase_answer(
  p_purchase holdfast.purchases, p_at timestamptz, p_replayed boolean DEFAULT false
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'result', holdfast.purchase_record(p_purchase, p_at),
    'replayed', p_replayed)
$$;

CREATE OR REPLACE FUNCTION holdfast.purchase_not_found(p_purchase_id text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(
    'PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id))
$$;

CREATE OR REPLACE FUNCTION holdfast.purchase_not_granted(p holdfast.purchases) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refusal('PURCHASE_NOT_GRANTED', jsonb_build_object(
    'purchaseId', p.purchase_id,
    'status', p.status))
$$;

-- The published record of a purchase, by the ledger's clock; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.purchase(p_account_id text, p_purchase_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.purchase_record(p, holdfast.ledger_now(a.last_entry_at))
  FROM holdfast.purchases AS p
  JOIN holdfast.accounts AS a USING (account_id)
  WHERE p.account_id = p_account_id AND p.purchase_id = p_purchase_id
$$;
