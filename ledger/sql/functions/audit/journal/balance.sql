-- The account's figures, its grants and its reservations fit together.
CREATE OR REPLACE FUNCTION holdfast.balance_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH remainders AS (
    SELECT g.account_id, sum(g.remaining) AS credits
    FROM holdfast.grants AS g
    WHERE g.account_id BETWEEN p_from AND p_to
    GROUP BY g.account_id
  ), held AS (
    SELECT a.*, coalesce(remainders.credits, 0) AS remainders
    FROM holdfast.accounts AS a
    LEFT JOIN remainders USING (account_id)
    WHERE a.account_id BETWEEN p_from AND p_to
  )
  SELECT 'figures-not-negative', a.account_id, to_jsonb(a) - 'remainders'
  FROM held AS a
  WHERE least(
    a.available, a.reserved, a.spent, a.expired, a.deducted, a.refunded, a.frozen, a.owed) < 0
  UNION ALL
  SELECT 'remainder-in-range', g.account_id,
    jsonb_build_object('grantId', g.grant_id, 'remaining', g.remaining)
  FROM holdfast.grants AS g
  WHERE g.account_id BETWEEN p_from AND p_to AND (g.remaining < 0 OR g.remaining > g.credits)
  UNION ALL
  SELECT 'figures-add-up', a.account_id, to_jsonb(a) - 'remainders'
  FROM held AS a
  WHERE a.granted
    <> a.available::numeric + a.reserved + a.spent + a.expired + a.deducted + a.refunded
      + a.frozen
  UNION ALL
  SELECT 'grants-add-up', a.account_id,
    jsonb_build_object('available', a.available, 'remainders', a.remainders)
  FROM held AS a
  WHERE a.available <> a.remainders
$$;

-- The last entry has the balances that the account has, and the grants are those of the journal.
-- p_parts: see entries_in.
CREATE OR REPLACE FUNCTION holdfast.journal_end_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'journal-gives-balances', a.account_id, jsonb_build_object('version', a.version)
  FROM jsonb_to_recordset(p_parts) AS part (account_id text, base bigint)
  JOIN holdfast.accounts AS a USING (account_id)
  LEFT JOIN holdfast.entries AS e
    ON e.account_id = a.account_id AND e.version = a.version
  WHERE (
      a.available, a.reserved, a.spent, a.expired,
      a.deducted, a.refunded, a.frozen, a.granted, a.owed, a.last_entry_at
    ) IS DISTINCT FROM (
      coalesce(e.available_after, 0), coalesce(e.reserved_after, 0),
      coalesce(e.spent_after, 0), coalesce(e.expired_after, 0),
      coalesce(e.deducted_after, 0), coalesce(e.refunded_after, 0),
      coalesce(e.frozen_after, 0), coalesce(e.granted_after, 0),
      coalesce(e.owed_after, 0), e.at
    )
    OR a.version - part.base <> (
      SELECT count(*)
      FROM holdfast.entries AS counted
      WHERE counted.account_id = a.account_id AND counted.version > part.base
    )
$$;

CREATE OR REPLACE FUNCTION holdfast.grant_entry_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'grants-match-journal', g.account_id, jsonb_build_object('grantId', g.grant_id)
  FROM holdfast.grants AS g
  LEFT JOIN holdfast.entries AS e
    ON e.account_id = g.account_id AND e.version = g.grant_id AND e.type = 'grant'
  WHERE g.account_id BETWEEN p_from AND p_to
    AND (g.grant_id, g.credits, g.granted_at)
      IS DISTINCT FROM (e.grant_id, e.available_delta, e.at)
$$;

-- The same from the journal's side: each entry of a grant has its grant.
CREATE OR REPLACE FUNCTION holdfast.granted_violations(p_parts jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'grants-match-journal', e.account_id, jsonb_build_object('grantId', e.version)
  FROM holdfast.entries_in(p_parts) AS e
  WHERE e.type = 'grant' AND NOT EXISTS (
    SELECT FROM holdfast.grants AS g
    WHERE g.account_id = e.account_id AND g.grant_id = e.version
  )
$$;

-- What the replayed journal leaves is what the grants and the open reservations hold. p_states:
-- [{account_id, state}], see replay_journal.
CREATE OR REPLACE FUNCTION holdfast.replayed_violations(p_states jsonb)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH replayed AS (
    SELECT * FROM jsonb_to_recordset(p_states) AS s (account_id text, state jsonb)
  ), lines AS (
    SELECT s.account_id, (part->>0)::bigint AS grant_id, (part->>1)::bigint AS remaining,
      (part->>2)::bigint AS reserved
    FROM replayed AS s, jsonb_array_elements(s.state->'grants') AS part
  ), held AS (
    SELECT r.account_id, part.grant_id, sum(part.credits) AS reserved
    FROM replayed AS s
    JOIN holdfast.reservations AS r USING (account_id),
      unnest(r.allocated_grants, r.allocated_credits) AS part (grant_id, credits)
    WHERE r.state = 'open'
    GROUP BY r.account_id, part.grant_id
  ), counted AS (
    SELECT s.account_id,
      count(r.reserved_at) AS reserves,
      coalesce(jsonb_agg(r.request_id) FILTER (WHERE r.state = 'open'), '[]') AS open
    FROM replayed AS s
    LEFT JOIN holdfast.reservations AS r USING (account_id)
    GROUP BY s.account_id
  )
  SELECT 'journal-gives-remainders', g.account_id, jsonb_build_object('grantId', g.grant_id)
  FROM replayed AS s
  JOIN holdfast.grants AS g USING (account_id)
  LEFT JOIN lines AS l USING (account_id, grant_id)
  LEFT JOIN held AS h USING (account_id, grant_id)
  WHERE g.remaining <> coalesce(l.remaining, 0)
    OR coalesce(l.reserved, 0) <> coalesce(h.reserved, 0)
  UNION ALL
  SELECT 'resolved-once', c.account_id,
    jsonb_build_object('open', c.open, 'openByJournal', s.state->'open', 'reservations', c.reserves,
      'reserves', s.state->'reserves')
  FROM counted AS c
  JOIN replayed AS s USING (account_id)
  WHERE c.reserves <> (s.state->>'reserves')::bigint
    OR NOT (c.open <@ (s.state->'open') AND c.open @> (s.state->'open'))
$$;
