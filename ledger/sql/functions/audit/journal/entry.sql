-- The parts of journals that are audited: [{account_id, base, upto}], the entries after base.
CREATE OR REPLACE FUNCTION holdfast.entries_in(p_parts jsonb) RETURNS SETOF holdfast.entries
LANGUAGE sql STABLE AS $$
  SELECT e.*
  FROM jsonb_to_recordset(p_parts) AS part (account_id text, base bigint, upto bigint)
  JOIN holdfast.entries AS e
    ON e.account_id = part.account_id AND e.version > part.base AND e.version <= part.upto
$$;

-- The journal is gap-free and in order, and adding up its entries gives the balances after each.
CREATE OR REPLACE FUNCTION holdfast.journal_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH replayed AS (
    SELECT e.*,
      coalesce(b.version, 0) + row_number() OVER journal AS expected_version,
      coalesce(lag(e.at) OVER journal, b.at) AS previous_at,
      coalesce(b.available_after, 0) + sum(e.available_delta) OVER journal AS available_replayed,
      coalesce(b.reserved_after, 0) + sum(e.reserved_delta) OVER journal AS reserved_replayed,
      coalesce(b.granted_after, 0)
        + sum(CASE e.type WHEN 'grant' THEN e.available_delta ELSE 0 END) OVER journal
        AS granted_replayed,
      coalesce(b.spent_after, 0)
        + sum(CASE e.type WHEN 'commit' THEN -e.available_delta - e.reserved_delta ELSE 0 END)
          OVER journal AS spent_replayed,
      coalesce(b.expired_after, 0)
        + sum(CASE e.type WHEN 'expire' THEN -e.available_delta ELSE 0 END) OVER journal
        AS expired_replayed,
      coalesce(b.deducted_after, 0)
        + sum(CASE e.type WHEN 'deduct' THEN -e.available_delta ELSE 0 END) OVER journal
        AS deducted_replayed,
      coalesce(b.refunded_after, 0)
        + sum(CASE WHEN e.type IN ('refund', 'repay') THEN -e.available_delta ELSE 0 END)
          OVER journal AS refunded_replayed,
      coalesce(b.frozen_after, 0)
        + sum(CASE WHEN e.type IN ('freeze', 'unfreeze') THEN -e.available_delta ELSE 0 END)
          OVER journal AS frozen_replayed,
      coalesce(b.owed_after, 0) + sum(coalesce(e.owed_delta, 0)) OVER journal AS owed_replayed
    FROM holdfast.entries_in(p_parts) AS e
    JOIN jsonb_to_recordset(p_parts) AS part (account_id text, base bigint) USING (account_id)
    LEFT JOIN holdfast.entries AS b
      ON b.account_id = part.account_id AND b.version = part.base
    WINDOW journal AS (PARTITION BY e.account_id ORDER BY e.version)
  )
  SELECT 'journal-gap-free', e.account_id, jsonb_build_object('version', e.version)
  FROM replayed AS e
  WHERE e.version <> e.expected_version
  UNION ALL
  SELECT 'journal-time-ordered', e.account_id, jsonb_build_object('version', e.version)
  FROM replayed AS e
  WHERE e.at < e.previous_at
  UNION ALL
  SELECT 'journal-replays', e.account_id, jsonb_build_object('version', e.version)
  FROM replayed AS e
  WHERE (
      e.available_after, e.reserved_after, e.granted_after,
      e.spent_after, e.expired_after, e.deducted_after, e.refunded_after, e.frozen_after,
      e.owed_after
    ) IS DISTINCT FROM (
      e.available_replayed, e.reserved_replayed, e.granted_replayed,
      e.spent_replayed, e.expired_replayed, e.deducted_replayed, e.refunded_replayed,
      e.frozen_replayed, e.owed_replayed
    )
$$;

-- Each entry's legs add up. A debt has none: it moves no credits.
CREATE OR REPLACE FUNCTION holdfast.entry_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'journal-legs-add-up', e.account_id, jsonb_build_object('version', e.version)
  FROM holdfast.entries_in(p_parts) AS e
  WHERE e.available_delta IS DISTINCT FROM (
      SELECT coalesce(sum(delta), 0) FROM unnest(e.remainder_deltas) AS delta
    )
    OR e.reserved_delta IS DISTINCT FROM (
      SELECT coalesce(sum(delta), 0) FROM unnest(e.reserved_deltas) AS delta
    )
    OR cardinality(e.remainder_deltas) <> cardinality(e.grant_ids)
    OR cardinality(e.reserved_deltas) <> cardinality(e.grant_ids)
    OR (
      e.type IN ('grant', 'expire', 'refund', 'repay', 'freeze', 'unfreeze')
      AND e.grant_ids <> ARRAY[e.grant_id]
    )
    OR (e.type = 'owe') <> (e.grant_ids = '{}')
$$;

-- An entry names what it is of, says nothing that its type doesn't have, and its reason and name
-- are those of its grant, its request or its act.
CREATE OR REPLACE FUNCTION holdfast.entry_word_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'entry-says-why', e.account_id, jsonb_build_object('version', e.version)
  FROM holdfast.entries_in(p_parts) AS e
  LEFT JOIN holdfast.grants AS g ON g.account_id = e.account_id AND g.grant_id = e.grant_id
  LEFT JOIN holdfast.purchases AS p
    ON e.type IN ('grant', 'refund', 'owe', 'freeze', 'unfreeze')
    AND p.account_id = e.account_id
    AND p.grant_id = e.grant_id,
    LATERAL (
      SELECT e.type = 'deduct'
        OR (e.type = 'grant' AND g.source IN ('promotion', 'adjustment') AND NOT g.imported)
        OR (e.type = 'refund' AND e.by_name IS NOT NULL)
        AS is_by_hand
    ) AS act
  WHERE (e.type IN ('reserve', 'commit', 'release')) <> (e.request_id IS NOT NULL)
    OR (e.type IN ('grant', 'expire', 'refund', 'owe', 'repay', 'freeze', 'unfreeze'))
      <> (e.grant_id IS NOT NULL)
    OR (e.type = 'grant' AND e.grant_id <> e.version)
    OR CASE
      WHEN act.is_by_hand THEN e.by_name IS NULL
        OR (e.text_id IS NULL AND NOT EXISTS (SELECT FROM holdfast.text_move))
      WHEN e.type = 'release' THEN coalesce(e.reason, e.text_id::text) IS NULL
        OR (e.by_name IS NOT NULL AND NOT EXISTS (
          SELECT FROM holdfast.interventions AS i
          WHERE i.account_id = e.account_id
            AND i.what = 'reservation'
            AND i.id = e.request_id
            AND i.by_name = e.by_name
        ))
      ELSE e.by_name IS NOT NULL OR e.text_id IS NOT NULL OR e.reason IS DISTINCT FROM
        CASE e.type
          WHEN 'expire' THEN CASE
            WHEN (holdfast.end_of_grant_at(e.account_id, e.grant_id, e.version)).term IS NULL
              THEN 'ended'
            ELSE 'lapsed'
          END
          WHEN 'grant' THEN CASE
            WHEN g.imported AND g.cycle IS NULL THEN
              'imported, line ' || substring(e.reason FROM '^imported, line (.+)$')
            WHEN g.source = 'plan' THEN
              nullif(substring(e.reason FROM '^(.*), cycle ' || g.cycle || '$'), '')
                || ', cycle ' || g.cycle
            WHEN p.purchase_id IS NOT NULL THEN p.pack_id || ', purchase ' || p.purchase_id
            ELSE e.reason
          END
          WHEN 'refund' THEN holdfast.told_refund(p, e.reason)
          WHEN 'owe' THEN holdfast.told_refund(p, e.reason)
          WHEN 'freeze' THEN holdfast.told_dispute(p, e.reason)
          WHEN 'unfreeze' THEN holdfast.told_dispute(p, e.reason)
          WHEN 'commit' THEN CASE WHEN e.reason = 'cancelled' THEN 'cancelled' END
        END
    END
$$;

-- The reason of an entry, if it names a refund of the purchase, or an order of one; else null.
CREATE OR REPLACE FUNCTION holdfast.told_refund(p holdfast.purchases, p_reason text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT p_reason
  FROM holdfast.refunds AS r
  WHERE r.account_id = p.account_id
    AND r.purchase_id = p.purchase_id
    AND 'refund ' || r.refund_id = p_reason
  UNION ALL
  SELECT p_reason
  FROM holdfast.refund_orders AS o
  WHERE o.account_id = p.account_id
    AND o.purchase_id = p.purchase_id
    AND 'refund order ' || o.order_id = p_reason
  LIMIT 1
$$;

-- The same of a dispute.
CREATE OR REPLACE FUNCTION holdfast.told_dispute(p holdfast.purchases, p_reason text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT p_reason
  FROM holdfast.disputes AS d
  WHERE d.account_id = p.account_id
    AND d.purchase_id = p.purchase_id
    AND 'dispute ' || d.dispute_id = p_reason
$$;
