-- Notices are numbered without gaps, each is told once, and tells what the ledger shows.
CREATE OR REPLACE FUNCTION holdfast.notice_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT n.*,
      row_number() OVER (PARTITION BY n.account_id ORDER BY n.notice_id) AS expected_id,
      row_number() OVER (PARTITION BY n.account_id, n.subject ORDER BY n.notice_id) AS time,
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
  SELECT 'notice-told-once', n.account_id, n.detail
  FROM told AS n
  WHERE n.subject IS NOT NULL AND n.time > 1
  UNION ALL
  SELECT 'notice-tells-what-is', n.account_id, n.detail
  FROM told AS n
  WHERE holdfast.is_notice_true(n.account_id, n.type, n.data, n.subject, n.at) IS NOT TRUE
    OR (n.entry_version > 0 AND NOT EXISTS (
      SELECT FROM holdfast.entries AS e
      WHERE e.account_id = n.account_id AND e.version = n.entry_version AND e.at <= n.at
    ))
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
          -- One that was paid after all ends anew, for another reason.
          AND (p.status IN ('returning', 'returned')
            OR (p_at = p.resolved_at AND (p_data->>'reason' = p.reason OR p.erased)))
      )
    END
    WHEN 'dispute' THEN p_subject = concat('dispute:', p_data->>'disputeId', ':', p_data->>'state')
      AND EXISTS (
        SELECT FROM holdfast.disputes AS d
        JOIN holdfast.purchases AS p USING (account_id, purchase_id)
        WHERE d.account_id = p_account_id
          AND d.dispute_id = p_data->>'disputeId'
          AND (d.purchase_id, p.pack_id) = (p_data->>'purchaseId', p_data->>'packId')
          AND p_at = CASE p_data->>'state'
            WHEN 'open' THEN d.opened_at
            WHEN d.state THEN d.closed_at
          END
      )
    ELSE false
  END
$$;

-- Whether no grant has come since the notice. A clock that was set back may have given an earlier
-- time to one that came after it; earlier versions noted no entry, and what was left then tells.
CREATE OR REPLACE FUNCTION holdfast.is_after_grants(n holdfast.notices) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN n.entry_version IS NULL THEN holdfast.was_left(n)
    ELSE NOT EXISTS (
      SELECT FROM holdfast.entries AS e
      WHERE e.account_id = n.account_id AND e.version > n.entry_version AND e.type = 'grant'
    )
  END
$$;

-- Whether what the notice says was left is what the journal had then.
CREATE OR REPLACE FUNCTION holdfast.was_left(n holdfast.notices) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT to_jsonb(last.available_after + last.reserved_after) = n.data->'left'
  FROM (
    SELECT e.available_after, e.reserved_after
    FROM holdfast.entries AS e
    WHERE e.account_id = n.account_id AND e.at <= n.at
    ORDER BY e.version DESC LIMIT 1
  ) AS last
$$;

-- The account knows whether it was told, since its last grant, that it ran dry and that a
-- generation needed more, and when to look for credits that end. Earlier versions took the second
-- for the first.
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
      -- Within one millisecond a notice may have come before the grant or after it.
      SELECT coalesce(bool_or(n.data->>'left' = '0' AND n.at > granted.at), false) AS was_dry,
        coalesce(bool_or(n.data->>'required' <> '' AND n.at > granted.at), false) AS was_short,
        coalesce(bool_or(n.data->>'left' = '0' AND n.at >= granted.at), false) AS may_be_empty,
        coalesce(bool_or(n.at >= granted.at), false) AS may_be_dry,
        coalesce(bool_or(n.data->>'required' <> '' AND n.at >= granted.at), false) AS may_be_short
      FROM holdfast.notices AS n
      WHERE n.account_id = a.account_id AND n.type = 'ran-dry'
    ) AS told
  WHERE a.account_id BETWEEN p_from AND p_to
    AND (
      (a.ran_dry AND NOT CASE WHEN a.ran_short THEN told.may_be_empty ELSE told.may_be_dry END)
      OR (a.ran_short AND NOT told.may_be_short)
      OR ((told.was_dry OR (told.was_short AND NOT a.ran_short)) AND NOT a.ran_dry AND EXISTS (
        SELECT FROM holdfast.notices AS n
        WHERE n.account_id = a.account_id AND n.type = 'ran-dry' AND n.at > granted.at
          AND (n.data->>'left' = '0' OR NOT a.ran_short)
          AND holdfast.is_after_grants(n)
      ))
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
