-- Notices are numbered without gaps, each is told once, and tells what the ledger shows.
CREATE OR REPLACE FUNCTION holdfast.notice_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT n.*,
      row_number() OVER (PARTITION BY n.account_id ORDER BY n.notice_id) AS expected_id,
      jsonb_build_object('noticeId', n.notice_id, 'type', n.type) AS detail
    FROM holdfast.notices AS n
    WHERE n.account_id BETWEEN p_from AND p_to
  )
  SELECT 'notices-gap-free', n.account_id, n.detail
  FROM told AS n
  WHERE n.notice_id <> n.expected_id
  UNION ALL
  SELECT 'notice-settled-once', n.account_id, n.detail
  FROM told AS n
  WHERE (n.status = 'pending') <> (n.settled_at IS NULL)
    OR (n.status = 'failed') <> (n.reason IS NOT NULL)
    OR n.status NOT IN ('pending', 'delivered', 'failed')
  UNION ALL
  SELECT 'notice-tells-what-is', n.account_id, n.detail
  FROM told AS n
  WHERE holdfast.is_notice_true(n.account_id, n.type, n.data, n.subject, n.at) IS NOT TRUE
$$;

-- Whether a notice's text agrees with its subject and with what it is about.
CREATE OR REPLACE FUNCTION holdfast.is_notice_true(
  p_account_id text, p_type text, p_data jsonb, p_subject text, p_at timestamptz
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE p_type
    WHEN 'balance-low' THEN p_subject IS NULL
      AND (p_data->>'left')::numeric < (p_data->>'thresholdCredits')::numeric
      AND (p_data->>'available')::numeric <= (p_data->>'left')::numeric
      AND (p_data#>>'{threshold,credits}' IS NULL
        OR p_data#>'{threshold,credits}' = p_data->'thresholdCredits')
      AND EXISTS (
        SELECT FROM holdfast.idempotency_keys AS k
        WHERE k.account_id = p_account_id
          AND k.operation = 'set_low_balance'
          AND k.body @> jsonb_build_array(p_data->'threshold')
      )
    WHEN 'ran-dry' THEN p_subject IS NULL
      AND (p_data->>'available')::numeric <= (p_data->>'left')::numeric
      AND (p_data->'required' IS NULL) = (p_data->'requestId' IS NULL)
      AND coalesce((p_data->>'required')::numeric > (p_data->>'available')::numeric, true)
    WHEN 'credits-expiring' THEN (p_data->>'days') IN ('1', '7')
      AND (p_data->>'credits')::numeric > 0
      AND p_subject LIKE concat('expiring:', p_data->>'days', ':', p_data->>'expiresAt', '%')
      AND coalesce(p_data->>'renewBy' = p_data->>'expiresAt', true)
      AND p_data->>'expiresAt' > holdfast.iso(p_at)
    WHEN 'top-up-failed' THEN CASE
      WHEN p_data->>'purchaseId' IS NULL THEN
        p_subject LIKE (p_data->>'reason') || ':%' OR p_subject LIKE 'erased:%'
      ELSE p_subject = 'declined:' || (p_data->>'purchaseId') AND EXISTS (
        SELECT FROM holdfast.purchases AS p
        WHERE p.account_id = p_account_id
          AND p.purchase_id = p_data->>'purchaseId'
          AND p.automatic
          AND p_data->>'packId' = p.pack_id
          AND p_data->'priceCents' = to_jsonb(p.price_cents)
          AND p_data->>'currency' = p.currency
          AND p_at = p.resolved_at
          AND (p_data->>'reason' = p.reason OR p.erased)
      )
    END
    ELSE false
  END
$$;

-- The account knows whether it was told that it ran dry or short, and when to look for credits that
-- end. Versions before the difference told of a shortage as of the last credit.
CREATE OR REPLACE FUNCTION holdfast.notice_flag_violations(
  p_from text, p_to text, p_now timestamptz
) RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'ran-dry-as-told', a.account_id,
    jsonb_build_object('ranDry', a.ran_dry, 'ranShort', a.ran_short)
  FROM holdfast.accounts AS a,
    LATERAL (
      SELECT coalesce(max(g.granted_at), '-infinity') AS at
      FROM holdfast.grants AS g
      WHERE g.account_id = a.account_id
    ) AS granted,
    LATERAL (
      SELECT coalesce(bool_or(true), false) AS told,
        coalesce(bool_or(n.data->>'left' = '0'), false) AS of_last_credit
      FROM holdfast.notices AS n
      WHERE n.account_id = a.account_id AND n.type = 'ran-dry' AND n.at > granted.at
    ) AS known
  WHERE a.account_id BETWEEN p_from AND p_to
    -- Within one millisecond either may have come first.
    AND NOT EXISTS (
      SELECT FROM holdfast.notices AS n
      WHERE n.account_id = a.account_id AND n.type = 'ran-dry' AND n.at = granted.at
    )
    AND (
      (a.ran_dry OR a.ran_short) <> known.told
      OR (known.of_last_credit AND NOT a.ran_dry)
      OR (a.ran_dry AND a.ran_short AND NOT known.of_last_credit)
    )
  UNION ALL
  SELECT 'ends-are-looked-for', a.account_id,
    jsonb_build_object('nextNoticeAt', a.next_notice_at, 'due', due.at)
  FROM holdfast.accounts AS a,
    LATERAL (
      SELECT min(holdfast.next_warning(g.ends_at, greatest(p_now, a.last_entry_at))) AS at
      FROM holdfast.grants AS g
      WHERE g.account_id = a.account_id AND g.has_remainder
    ) AS due
  WHERE a.account_id BETWEEN p_from AND p_to
    AND (due.at < a.next_notice_at OR (due.at IS NOT NULL AND a.next_notice_at IS NULL))
$$;
