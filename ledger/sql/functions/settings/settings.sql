-- The published record of an account's settings, judged at p_at.
CREATE OR REPLACE FUNCTION holdfast.settings_record(p_account_id text, p_at timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', p_account_id,
    'limits', jsonb_build_object(
        'dailyCreditsMax', s.daily_credits_max,
        'generationCreditsMax', s.generation_credits_max,
        'concurrentGenerationsMax', s.concurrent_generations_max)
      -- Only if there are any, which is rare.
      || coalesce((
        SELECT jsonb_build_object('operator', holdfast.operator_limits_set(l))
        FROM holdfast.operator_limits_of(p_account_id) AS l
        WHERE l.account_id IS NOT NULL
      ), '{}'),
    'lowBalance', (
      SELECT coalesce(jsonb_agg(holdfast.threshold_record(t) ORDER BY t.position), '[]')
      FROM holdfast.low_balance_thresholds AS t
      WHERE t.account_id = p_account_id
    ),
    'topUp', CASE
      WHEN s.top_up_pack_id IS NOT NULL THEN holdfast.top_up_record(s, p_at)
    END,
    'stops', (
      SELECT coalesce(
        jsonb_agg(holdfast.stop_record(stop) ORDER BY stop.account_id, stop.kind), '[]')
      FROM holdfast.stops AS stop
      WHERE stop.account_id IN (p_account_id, '*')
    ))
  FROM (VALUES (p_account_id)) AS asked (account_id)
  LEFT JOIN holdfast.account_settings AS s USING (account_id)
$$;

CREATE OR REPLACE FUNCTION holdfast.threshold_record(t holdfast.low_balance_thresholds)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'credits', t.credits,
    'percentOfCycle', t.percent))
$$;

CREATE OR REPLACE FUNCTION holdfast.top_up_record(s holdfast.account_settings, p_at timestamptz)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
      'packId', s.top_up_pack_id,
      'belowCredits', s.top_up_below,
      'monthlyCapCents', s.top_up_cap_cents,
      'paymentMethod', s.top_up_payment_method))
    || jsonb_build_object(
      'spentThisMonthCents', holdfast.topped_up_this_month(s.account_id, p_at),
      'failures', s.top_up_failures,
      'retryAt', CASE
        WHEN s.top_up_stopped_why IS NULL THEN holdfast.iso(s.top_up_retry_at)
      END,
      'stoppedWhy', coalesce(
        s.top_up_stopped_why,
        holdfast.payment_method_refused_why(s.account_id, s.top_up_payment_method),
        CASE
          WHEN holdfast.is_price_changed(s, holdfast.pack_on_sale(s.top_up_pack_id, p_at))
            THEN 'price-changed'
        END))
$$;

-- The account's settings now.
CREATE OR REPLACE FUNCTION holdfast.account_settings(p_account_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.settings_record(p_account_id, holdfast.clock())
$$;

-- How a setting begins: the account's lock, then the key, then the command's end and order. The
-- first answer if the key is known, or a refusal; null if it may be set. A conflict is read by the
-- account's owner, who sees no operator's name.
CREATE OR REPLACE FUNCTION holdfast.begin_setting(
  p_account_id text, p_operation text, p_key text, p_body jsonb, p_settings text[], p_times jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_begun record := holdfast.begin_operation(
    p_account_id, p_operation, p_key, p_body, p_opens_account => true);
BEGIN
  PERFORM holdfast.keep_rules_of_all();
  IF v_begun.answer IS NULL THEN
    RETURN holdfast.command_refused(p_account_id, p_settings, p_times);
  END IF;
  IF v_begun.answer->'refusal' IS NULL THEN RETURN v_begun.answer; END IF;
  RETURN jsonb_set(v_begun.answer, '{refusal,details,earlier,stops}', (
    SELECT coalesce(jsonb_agg(stop - 'by' ORDER BY position), '[]')
    FROM jsonb_array_elements(v_begun.answer#>'{refusal,details,earlier,stops}')
      WITH ORDINALITY AS t (stop, position)
  ));
END $$;

-- From now on the account has settings, and operations check them.
CREATE OR REPLACE FUNCTION holdfast.open_settings(p_account_id text) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id;
  INSERT INTO holdfast.account_settings (account_id)
  VALUES (p_account_id)
  ON CONFLICT DO NOTHING;
$$;

-- How a setting ends: its answer, all that is set for the account now, is kept under its key.
CREATE OR REPLACE FUNCTION holdfast.finish_setting(
  p_account_id text, p_operation text, p_key text, p_body jsonb, p_settings text[], p_times jsonb
) RETURNS jsonb
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.note_command(p_account_id, p_settings, p_times);
  SELECT holdfast.finish_operation(p_account_id, holdfast.remember(
    p_account_id, p_operation, p_key, p_body,
    holdfast.settings_record(p_account_id, holdfast.clock())))
$$;
