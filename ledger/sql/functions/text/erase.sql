-- Erases what persons wrote about the account, and keeps what adds up: figures, entries, keys and
-- ids. An entry stays as it is; its text and the salt of its commitment go. p_reason and p_by stay,
-- so p_reason names no person. Repeated without new texts, it answers as before.
CREATE OR REPLACE FUNCTION holdfast.erase_account(p_account_id text, p_reason text, p_by text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_account(p_account_id);
  v_now     timestamptz := holdfast.ledger_now(v_account.last_entry_at);
  v_refusal jsonb := holdfast.erasure_refused(v_account, p_account_id);
  v_counts  jsonb;
  v_erasure jsonb;
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  PERFORM holdfast.move_texts_of(p_account_id);
  v_counts := jsonb_build_object(
    'texts', holdfast.erase_texts(p_account_id),
    'requests', holdfast.erase_requests(p_account_id),
    'purchases', holdfast.erase_purchases(p_account_id),
    'answers', holdfast.erase_answers(p_account_id),
    'notices', holdfast.erase_notices(p_account_id),
    'settings', holdfast.erase_settings(p_account_id, v_now));
  IF NOT EXISTS (SELECT FROM jsonb_each_text(v_counts) WHERE value <> '0') THEN
    SELECT detail INTO v_erasure
    FROM holdfast.operator_acts
    WHERE account_id = p_account_id AND what = 'erase'
    ORDER BY act_id DESC LIMIT 1;
    IF FOUND THEN
      RETURN holdfast.finish_operation(
        p_account_id, jsonb_build_object('result', v_erasure, 'replayed', true));
    END IF;
  END IF;
  v_erasure := v_counts || jsonb_build_object(
    'accountId', p_account_id,
    'at', holdfast.iso(v_now));
  PERFORM holdfast.record_operator_act(p_account_id, 'erase', v_erasure, p_reason, p_by);
  RETURN holdfast.finish_operation(
    p_account_id, jsonb_build_object('result', v_erasure, 'replayed', false));
END $$;

-- Why the account can't be erased now, as a refusal; null if it can. What is open would be written
-- to again, with texts that its workflow holds.
CREATE OR REPLACE FUNCTION holdfast.erasure_refused(
  p_account holdfast.accounts, p_account_id text
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_open jsonb;
BEGIN
  IF p_account.account_id IS NULL
    AND NOT EXISTS (SELECT FROM holdfast.stops WHERE account_id = p_account_id)
    AND NOT EXISTS (SELECT FROM holdfast.operator_acts WHERE account_id = p_account_id)
  THEN
    RETURN holdfast.refusal('ACCOUNT_NOT_FOUND', jsonb_build_object('accountId', p_account_id));
  END IF;
  v_open := jsonb_strip_nulls(jsonb_build_object(
    'running', nullif(p_account.open_reservations, 0),
    'waiting', (
      SELECT nullif(sum(tickets), 0) FROM holdfast.queue_blocks WHERE account_id = p_account_id
    ),
    'purchases', (
      SELECT nullif(count(*), 0)
      FROM (
        SELECT purchase_id
        FROM holdfast.purchases
        WHERE account_id = p_account_id AND resolved_at IS NULL
        UNION
        SELECT purchase_id
        FROM holdfast.stray_payments
        WHERE account_id = p_account_id AND status = 'returning'
      ) AS unfinished
    ),
    'refundOrders', (
      SELECT nullif(count(*), 0)
      FROM holdfast.refund_orders
      WHERE account_id = p_account_id AND status = 'open'
    ),
    'subscriptionId', (
      SELECT subscription_id
      FROM holdfast.subscriptions
      WHERE account_id = p_account_id AND status = 'active'
    )));
  IF v_open = '{}' THEN RETURN NULL; END IF;
  RETURN holdfast.refusal(
    'ACCOUNT_IN_USE', v_open || jsonb_build_object('accountId', p_account_id));
END $$;

-- A word of the ledger's own stays; a person's or a provider's reads `erased`.
CREATE OR REPLACE FUNCTION holdfast.erased_reason(p_reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN NOT holdfast.is_own_word(p_reason) THEN 'erased' ELSE p_reason END
$$;

-- The same of a thing that an operator may have ended by hand: then the word is the operator's.
CREATE OR REPLACE FUNCTION holdfast.erased_reason_of(
  p_account_id text, p_what text, p_id text, p_reason text
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_reason IS NOT NULL AND EXISTS (
      SELECT FROM holdfast.interventions
      WHERE account_id = p_account_id AND what = p_what AND id = p_id
    ) THEN 'erased'
    ELSE holdfast.erased_reason(p_reason)
  END
$$;

-- Each of the following answers how many rows it has erased.
CREATE OR REPLACE FUNCTION holdfast.erase_texts(p_account_id text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  WITH erased AS (
    UPDATE holdfast.personal_texts
    SET text = NULL, salt = NULL
    WHERE account_id = p_account_id AND text IS NOT NULL
    RETURNING 1
  )
  SELECT count(*) FROM erased
$$;

-- Kinds, durations and figures stay. From now on the request answers any body.
CREATE OR REPLACE FUNCTION holdfast.erase_requests(p_account_id text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  WITH erased AS (
    UPDATE holdfast.reservations
    SET body = body - ARRAY['inputHash', 'inputHashKey', 'metadata'],
      output_url = NULL,
      reason = holdfast.erased_reason_of(account_id, 'reservation', request_id, reason),
      erased = true
    WHERE account_id = p_account_id AND NOT erased
    RETURNING 1
  )
  SELECT count(*) FROM erased
$$;

-- A payment method that was named still tells the purchase apart from one with the default method.
CREATE OR REPLACE FUNCTION holdfast.erase_purchases(p_account_id text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  WITH erased AS (
    UPDATE holdfast.purchases
    SET body = body || CASE
        WHEN body->'paymentMethod' IS NOT NULL THEN '{"paymentMethod": "erased"}'::jsonb
        ELSE '{}'
      END,
      reason = holdfast.erased_reason_of(account_id, 'purchase', purchase_id, reason),
      erased = true
    WHERE account_id = p_account_id AND NOT erased
    RETURNING 1
  ), orders AS (
    UPDATE holdfast.refund_orders
    SET reason = holdfast.erased_reason(reason)
    WHERE account_id = p_account_id AND reason <> holdfast.erased_reason(reason)
  )
  SELECT count(*) FROM erased
$$;

-- The answers of settings hold texts of other rows.
CREATE OR REPLACE FUNCTION holdfast.erase_answers(p_account_id text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  WITH erased AS (
    UPDATE holdfast.idempotency_keys
    SET result = holdfast.erased_settings(result)
    WHERE account_id = p_account_id AND holdfast.erased_settings(result) <> result
    RETURNING 1
  )
  SELECT count(*) FROM erased
$$;

-- The answer of a setting without the account's texts; any other answer as it is.
CREATE OR REPLACE FUNCTION holdfast.erased_settings(p_result jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(p_result->'stops') = 'array' THEN p_result || jsonb_build_object(
    'topUp', CASE
      WHEN jsonb_typeof(p_result->'topUp') = 'object'
        -- An operator who closed the last purchase may have written why it has stopped.
        THEN (p_result->'topUp') - 'paymentMethod' || jsonb_build_object(
          'stoppedWhy', CASE
            WHEN p_result#>>'{topUp,stoppedWhy}' IS NOT NULL THEN 'erased'
          END)
      ELSE p_result->'topUp'
    END,
    'stops', (
      SELECT coalesce(jsonb_agg(
        CASE
          WHEN stop->>'accountId' IS NULL THEN stop
          ELSE stop || '{"reason": "erased"}'
        END ORDER BY position), '[]')
      FROM jsonb_array_elements(p_result->'stops') WITH ORDINALITY AS t (stop, position)
    ))
    ELSE p_result
  END
$$;

-- The subject of a refused payment method names it. A purchase that an operator closed is told with
-- the operator's reason.
CREATE OR REPLACE FUNCTION holdfast.erase_notices(p_account_id text) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  WITH erased AS (
    UPDATE holdfast.notices
    SET reason = CASE WHEN reason IS NOT NULL THEN 'erased' END,
      data = CASE
        WHEN data->'reason' IS NOT NULL
          THEN data || jsonb_build_object('reason', holdfast.erased_reason_of(
            account_id, 'purchase', data->>'purchaseId', data->>'reason'))
        ELSE data
      END,
      subject = CASE
        WHEN subject LIKE 'payment-method-refused:%' THEN 'erased:' || notice_id
        ELSE subject
      END
    WHERE account_id = p_account_id AND (
      reason <> 'erased'
      OR data->>'reason' <> holdfast.erased_reason_of(
        account_id, 'purchase', data->>'purchaseId', data->>'reason')
      OR subject LIKE 'payment-method-refused:%'
    )
    RETURNING 1
  )
  SELECT count(*) FROM erased
$$;

-- Limits and thresholds are figures, and stay; so do stops and operators' limits. A top-up is
-- turned off, because without its payment method it would charge another one; also for a command
-- that began before and is still under way.
CREATE OR REPLACE FUNCTION holdfast.erase_settings(p_account_id text, p_at timestamptz)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_top_ups bigint;
  v_others  bigint;
BEGIN
  UPDATE holdfast.account_settings
  SET top_up_pack_id = NULL,
    top_up_below = NULL,
    top_up_cap_cents = NULL,
    top_up_price_cents = NULL,
    top_up_currency = NULL,
    top_up_payment_method = NULL,
    top_up_stopped_why = NULL
  WHERE account_id = p_account_id
    AND num_nonnulls(top_up_pack_id, top_up_payment_method, top_up_stopped_why) > 0;
  GET DIAGNOSTICS v_top_ups = ROW_COUNT;
  PERFORM holdfast.note_command(p_account_id, '{top-up}', NULL);
  -- A workflow that waits for its next attempt asks again at once, and ends.
  IF v_top_ups > 0 THEN PERFORM holdfast.post_message(p_account_id, 'top-up', '', p_at); END IF;
  WITH methods AS (
    DELETE FROM holdfast.refused_payment_methods
    WHERE account_id = p_account_id AND payment_method <> ''
    RETURNING 1
  ), default_method AS (
    UPDATE holdfast.refused_payment_methods
    SET reason = 'erased'
    WHERE account_id = p_account_id
      AND payment_method = ''
      AND NOT holdfast.is_own_word(reason)
    RETURNING 1
  ), stops AS (
    UPDATE holdfast.stops
    SET reason = 'erased'
    WHERE account_id = p_account_id AND reason <> 'erased'
    RETURNING 1
  ), limits AS (
    UPDATE holdfast.operator_limits
    SET reason = 'erased'
    WHERE account_id = p_account_id AND reason <> 'erased'
    RETURNING 1
  )
  SELECT count(*) INTO v_others
  FROM (
    TABLE methods UNION ALL TABLE default_method UNION ALL TABLE stops UNION ALL TABLE limits
  ) AS erased;
  RETURN v_top_ups + v_others;
END $$;
