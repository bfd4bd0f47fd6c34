-- What is set for an account has been said under a key, and what has been said is there.
CREATE OR REPLACE FUNCTION holdfast.setting_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH said AS (
    SELECT k.account_id, k.operation, k.body
    FROM holdfast.idempotency_keys AS k
    WHERE k.account_id BETWEEN p_from AND p_to
      AND k.operation IN ('set_limits', 'set_low_balance', 'set_top_up')
  ), stands AS (
    SELECT s.account_id, l.name, to_jsonb(l.value) AS value
    FROM holdfast.account_settings AS s, LATERAL (VALUES
      ('dailyCreditsMax', s.daily_credits_max),
      ('generationCreditsMax', s.generation_credits_max),
      ('concurrentGenerationsMax', s.concurrent_generations_max)
    ) AS l (name, value)
    WHERE s.account_id BETWEEN p_from AND p_to
  )
  SELECT 'setting-was-said', l.account_id,
    jsonb_build_object('setting', l.name, 'value', l.value)
  FROM stands AS l
  WHERE CASE
    WHEN EXISTS (
      SELECT FROM said
      WHERE said.account_id = l.account_id
        AND said.operation = 'set_limits'
        AND said.body->l.name IS NOT NULL
    ) THEN NOT EXISTS (
      SELECT FROM said
      WHERE said.account_id = l.account_id
        AND said.operation = 'set_limits'
        AND said.body->l.name = coalesce(l.value, 'null')
    )
    ELSE l.value IS NOT NULL
  END
  UNION ALL
  SELECT 'setting-was-said', coalesce(k.account_id, s.account_id), '{}'::jsonb
  FROM (SELECT DISTINCT said.account_id FROM said) AS k
  FULL JOIN (
    SELECT * FROM holdfast.account_settings AS s WHERE s.account_id BETWEEN p_from AND p_to
  ) AS s USING (account_id)
  WHERE k.account_id IS NULL OR s.account_id IS NULL
$$;

CREATE OR REPLACE FUNCTION holdfast.top_up_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'top-up-was-said', s.account_id, jsonb_build_object('packId', s.top_up_pack_id)
  FROM holdfast.account_settings AS s
  WHERE s.account_id BETWEEN p_from AND p_to AND CASE
    WHEN s.top_up_pack_id IS NULL THEN
      num_nonnulls(s.top_up_below, s.top_up_cap_cents, s.top_up_price_cents,
        s.top_up_currency) > 0
      OR (
        EXISTS (
          SELECT FROM holdfast.idempotency_keys AS k
          WHERE k.account_id = s.account_id AND k.operation = 'set_top_up'
        )
        AND NOT EXISTS (
          SELECT FROM holdfast.idempotency_keys AS k
          WHERE k.account_id = s.account_id AND k.operation = 'set_top_up' AND k.body = 'null'
        )
        AND NOT EXISTS (
          SELECT FROM holdfast.operator_acts AS a
          WHERE a.account_id = s.account_id AND a.what = 'erase'
        )
      )
    ELSE NOT holdfast.is_top_up_said(s)
  END
  UNION ALL
  SELECT 'top-up-failures-add-up', s.account_id,
    jsonb_build_object('failures', s.top_up_failures, 'retryAt', s.top_up_retry_at)
  FROM holdfast.account_settings AS s,
    LATERAL (
      -- One that was paid after its decline ends anew, for another reason.
      SELECT count(*) AS failed,
        coalesce(bool_or(p.resolved_at + holdfast.pause_after_declines(s.top_up_failures)
          = s.top_up_retry_at OR p.status IN ('returning', 'returned')), false) AS is_after,
        coalesce(bool_or(p.reason = s.top_up_stopped_why
          OR p.status IN ('returning', 'returned')), false) AS is_why
      FROM holdfast.purchases AS p
      WHERE p.account_id = s.account_id AND p.automatic AND p.reason IS NOT NULL
        AND (p.resolved_at IS NOT NULL OR p.status = 'returning')
    ) AS automatic
  WHERE s.account_id BETWEEN p_from AND p_to AND (
    s.top_up_failures NOT BETWEEN 0 AND automatic.failed
    OR (s.top_up_failures = 0 AND s.top_up_retry_at IS NOT NULL)
    -- Earlier versions kept no time once the third in a row had stopped it.
    OR (s.top_up_failures > 0 AND s.top_up_retry_at IS NULL AND s.top_up_failures < 3)
    OR (s.top_up_retry_at IS NOT NULL AND NOT automatic.is_after)
    OR (s.top_up_stopped_why IS NOT NULL AND NOT automatic.is_why)
    OR s.last_top_up <> (
      SELECT coalesce(max(substr(p.purchase_id, 8)::integer), 0)
      FROM holdfast.purchases AS p
      WHERE p.account_id = s.account_id AND p.automatic
    )
  )
  UNION ALL
  SELECT 'one-top-up-at-a-time', p.account_id, jsonb_build_object('open', count(*))
  FROM holdfast.purchases AS p
  WHERE p.account_id BETWEEN p_from AND p_to AND p.automatic AND p.status = 'open'
  GROUP BY p.account_id
  HAVING count(*) > 1
$$;

-- What a refused generation needed is wished for ten minutes. A wish that lies ahead would buy for
-- a refusal of long ago; a clock that was set back may have left one of a moment ahead.
CREATE OR REPLACE FUNCTION holdfast.wish_violations(p_from text, p_to text, p_now timestamptz)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'top-up-wish-passes', s.account_id, jsonb_build_object('wantedAt', s.top_up_wanted_at)
  FROM holdfast.account_settings AS s
  JOIN holdfast.accounts AS a USING (account_id)
  WHERE s.account_id BETWEEN p_from AND p_to
    AND s.top_up_wanted_at > greatest(p_now, a.last_entry_at) + interval '1 day'
$$;

-- Whether an owner has said this top-up, and its pack has once cost what was shown then. A payment
-- method is compared as long as it is not erased.
CREATE OR REPLACE FUNCTION holdfast.is_top_up_said(s holdfast.account_settings) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
      SELECT FROM holdfast.idempotency_keys AS k
      LEFT JOIN holdfast.personal_texts AS t USING (account_id, text_id)
      WHERE k.account_id = s.account_id
        AND k.operation = 'set_top_up'
        AND k.body->>'packId' = s.top_up_pack_id
        AND k.body->'belowCredits' = to_jsonb(s.top_up_below)
        AND k.body->'monthlyCapCents' = to_jsonb(s.top_up_cap_cents)
        AND CASE
          WHEN k.text_id IS NULL
            THEN k.body->>'paymentMethod' IS NOT DISTINCT FROM s.top_up_payment_method
          ELSE t.text IS NULL OR t.text::jsonb->>'paymentMethod' = s.top_up_payment_method
        END
    )
    AND EXISTS (
      SELECT FROM holdfast.catalog_versions AS v
      WHERE v.document->'packs'->s.top_up_pack_id->'priceCents' = to_jsonb(s.top_up_price_cents)
        AND v.document->'packs'->s.top_up_pack_id->>'currency' = s.top_up_currency
    )
$$;

-- The thresholds are a list that was said, and know whether they have been told.
CREATE OR REPLACE FUNCTION holdfast.threshold_violations(
  p_from text, p_to text, p_now timestamptz
) RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH stands AS (
    -- Ends that come by themselves are seen by the next operation.
    SELECT a.account_id, a.available + a.reserved AS left_at_most,
      holdfast.available_at(a, greatest(p_now, a.last_entry_at)) + a.reserved AS left_at_least,
      coalesce(jsonb_agg(holdfast.threshold_record(t) ORDER BY t.position)
        FILTER (WHERE t.position IS NOT NULL), '[]') AS list
    FROM holdfast.account_settings AS s
    JOIN holdfast.accounts AS a USING (account_id)
    LEFT JOIN holdfast.low_balance_thresholds AS t USING (account_id)
    WHERE s.account_id BETWEEN p_from AND p_to
    GROUP BY a.account_id, a.*
  ), said AS (
    SELECT k.account_id, k.body
    FROM holdfast.idempotency_keys AS k
    WHERE k.account_id BETWEEN p_from AND p_to AND k.operation = 'set_low_balance'
  )
  SELECT 'setting-was-said', s.account_id, jsonb_build_object('lowBalance', s.list)
  FROM stands AS s
  WHERE CASE
    WHEN EXISTS (SELECT FROM said WHERE said.account_id = s.account_id) THEN NOT EXISTS (
      SELECT FROM said WHERE said.account_id = s.account_id AND said.body = s.list
    )
    ELSE s.list <> '[]'
  END
  UNION ALL
  SELECT 'threshold-told', t.account_id, jsonb_build_object('position', t.position)
  FROM holdfast.low_balance_thresholds AS t
  LEFT JOIN stands AS s USING (account_id),
    LATERAL (
      SELECT coalesce(
        t.credits,
        ceil(holdfast.cycle_credits(t.account_id) * t.percent / 100.0)::bigint) AS credits
    ) AS threshold
  WHERE t.account_id BETWEEN p_from AND p_to AND (
    s.account_id IS NULL
    OR t.position > jsonb_array_length(s.list)
    OR CASE
      WHEN t.below THEN s.left_at_least >= threshold.credits OR NOT EXISTS (
        SELECT FROM holdfast.notices AS n
        WHERE n.account_id = t.account_id
          AND n.type = 'balance-low'
          AND n.data->'threshold' = holdfast.threshold_record(t)
      )
      ELSE s.left_at_most < threshold.credits
    END
  )
$$;
