-- What the ledger has answered about a subscription, kept under the keys of its operations.
CREATE OR REPLACE FUNCTION holdfast.subscription_answers(p_from text, p_to text)
RETURNS TABLE (
  account_id text, subscription_id text, operation text, key text, body jsonb, result jsonb,
  said jsonb, at text
)
LANGUAGE sql STABLE AS $$
  SELECT k.account_id,
    CASE k.operation WHEN 'subscribe' THEN k.key ELSE k.body->>'subscriptionId' END,
    k.operation, k.key, k.body, k.result, k.result->'subscription',
    k.result->'subscription'->>'at'
  FROM holdfast.idempotency_keys AS k
  WHERE k.account_id BETWEEN p_from AND p_to
    AND k.operation IN (
      'subscribe', 'renew', 'change_plan', 'cancel', 'resume', 'end_now', 'expire_term')
$$;

-- Keys are of operations that the ledger has.
CREATE OR REPLACE FUNCTION holdfast.key_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'key-is-known', k.account_id,
    jsonb_build_object('operation', k.operation, 'key', k.key)
  FROM holdfast.idempotency_keys AS k
  WHERE k.account_id BETWEEN p_from AND p_to AND CASE
    WHEN k.operation IN ('set_limits', 'set_low_balance', 'set_top_up')
      THEN k.result->>'accountId' IS DISTINCT FROM k.account_id
    ELSE k.operation NOT IN (
      'grant', 'deduct', 'subscribe', 'renew', 'change_plan', 'cancel', 'resume', 'end_now',
      'expire_term', 'import')
  END
$$;

-- A key's answer is about the account and the subscription that it names, and about one that is
-- there.
CREATE OR REPLACE FUNCTION holdfast.answer_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'key-has-subscription', k.account_id,
    jsonb_build_object('operation', k.operation, 'key', k.key)
  FROM holdfast.subscription_answers(p_from, p_to) AS k
  LEFT JOIN holdfast.subscriptions AS s USING (account_id, subscription_id)
  WHERE s.subscription_id IS NULL
    OR CASE k.operation
      WHEN 'expire_term' THEN k.key IS DISTINCT FROM
          concat_ws(':', 'expiry', k.subscription_id, k.body->>'term')
        OR k.result->'term' IS DISTINCT FROM k.body->'term'
        OR k.result->>'status' IS DISTINCT FROM 'booked'
      ELSE (k.said->>'accountId', k.said->>'subscriptionId', k.at IS NOT NULL)
        IS DISTINCT FROM (k.account_id, k.subscription_id, true)
    END
    OR CASE k.operation
      WHEN 'cancel' THEN k.said->>'cancelAtPeriodEnd' IS DISTINCT FROM 'true'
      WHEN 'resume' THEN k.said->>'cancelAtPeriodEnd' IS DISTINCT FROM 'false'
      WHEN 'end_now' THEN k.said->>'closedWhy' IS DISTINCT FROM 'ended-now'
      ELSE false
    END
  UNION ALL
  SELECT 'subscription-follows-answers', s.account_id,
    jsonb_build_object('subscriptionId', s.subscription_id, 'answered', (
      SELECT jsonb_agg(k.said)
      FROM holdfast.subscription_answers(s.account_id, s.account_id) AS k
      WHERE k.subscription_id = s.subscription_id
    ))
  FROM holdfast.subscriptions AS s
  WHERE s.account_id BETWEEN p_from AND p_to AND NOT EXISTS (
    SELECT FROM holdfast.subscription_answers(s.account_id, s.account_id) AS k
    WHERE k.subscription_id = s.subscription_id
      AND k.operation <> 'expire_term'
      -- The last answer: nothing follows an end at once, and cycles are only ever added.
      AND NOT EXISTS (
        SELECT FROM holdfast.subscription_answers(s.account_id, s.account_id) AS later
        WHERE later.subscription_id = s.subscription_id
          AND (later.operation = 'end_now', (later.said->>'paidCycle')::integer, later.at)
            > (k.operation = 'end_now', (k.said->>'paidCycle')::integer, k.at)
      )
      AND holdfast.is_as_answered(s, k.said)
  )
$$;

-- Whether the subscription stands as an answer has told, but for what time alone may have changed.
CREATE OR REPLACE FUNCTION holdfast.is_as_answered(s holdfast.subscriptions, p_said jsonb)
RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_said->'term' = to_jsonb(s.term)
    AND p_said->'paidCycle' = to_jsonb(s.paid_cycle)
    AND p_said->>'nextPlanId' = coalesce(s.scheduled_plan_id, s.plan_id)
    AND p_said->>'scheduledPlanId' IS NOT DISTINCT FROM s.scheduled_plan_id
    AND holdfast.canonical_time_zone(p_said->>'timeZone')
      = holdfast.canonical_time_zone(s.time_zone)
    AND p_said->'cancelAtPeriodEnd' = to_jsonb(s.cancel_at_period_end)
    AND (p_said->>'closedWhy' IS NULL OR p_said->>'closedWhy' = s.closed_why)
    AND (p_said->>'closedAt' IS NULL OR p_said->>'closedAt' = holdfast.iso(s.closed_at))
    AND (p_said->>'closedAt' IS NOT NULL OR s.closed_why IS DISTINCT FROM 'ended-now')
$$;

-- Each end of a term was answered when it was set, and after the entry that it names.
CREATE OR REPLACE FUNCTION holdfast.term_answer_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH changes AS (
    SELECT t.*, lag(t.at) OVER (PARTITION BY t.account_id ORDER BY t.change) AS previous_at
    FROM holdfast.terms AS t
    WHERE t.account_id BETWEEN p_from AND p_to
  )
  SELECT 'terms-follow-answers', t.account_id, jsonb_build_object('change', t.change)
  FROM changes AS t
  LEFT JOIN holdfast.entries AS b
    ON b.account_id = t.account_id AND b.version = t.version
  WHERE t.at < b.at
    OR (t.version > 0 AND b.version IS NULL)
    OR NOT EXISTS (
      SELECT FROM holdfast.subscription_answers(t.account_id, t.account_id) AS k
      WHERE k.said->'term' = to_jsonb(t.term)
        AND k.said->>'validUntil' = holdfast.iso(t.valid_until)
        -- A clock that had gone back is held at the change before.
        AND (k.at = holdfast.iso(t.at) OR (k.at < holdfast.iso(t.at) AND t.at = t.previous_at))
    )
$$;
