-- Chooses from which grants credits are taken, in burn order: priority, soonest end, zero cost
-- before paid, oldest, id. available is what all grants that count hold; the arrays are null if
-- that is too little.
CREATE OR REPLACE FUNCTION holdfast.allocate(
  p_account holdfast.accounts, p_at timestamptz, p_credits bigint,
  OUT available bigint, OUT grant_ids bigint[], OUT credits bigint[]
) LANGUAGE sql STABLE AS $$
  WITH counting AS (
    SELECT g.grant_id, g.remaining,
      sum(g.remaining) OVER burn AS running,
      row_number() OVER burn AS rank
    FROM holdfast.grants AS g
    WHERE g.account_id = p_account.account_id
      AND g.has_remainder
      AND holdfast.grant_counts(g.ends_at, g.term, p_account.term, p_account.valid_until, p_at)
    WINDOW burn AS (ORDER BY
      g.priority,
      coalesce(g.ends_at, p_account.valid_until),
      g.cost_cents > 0,
      g.granted_at,
      g.grant_id
    )
  ), total AS (
    SELECT coalesce(sum(remaining), 0)::bigint AS available FROM counting
  )
  SELECT total.available,
    array_agg(grant_id ORDER BY rank)
      FILTER (WHERE running - remaining < p_credits AND total.available >= p_credits),
    array_agg(least(remaining, p_credits - (running - remaining))::bigint ORDER BY rank)
      FILTER (WHERE running - remaining < p_credits AND total.available >= p_credits)
  FROM total
  LEFT JOIN counting ON true
  GROUP BY total.available
$$;

-- Whether a grant's credits can be used at that time. Decided by comparing, never by whether expiry
-- has been booked.
CREATE OR REPLACE FUNCTION holdfast.grant_counts(
  p_ends_at timestamptz, p_term integer, p_account_term integer, p_valid_until timestamptz,
  p_at timestamptz
) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_term IS NULL THEN p_at < p_ends_at
    ELSE p_term = p_account_term AND coalesce(p_at < p_valid_until, false)
  END
$$;

-- A sum of credits as callers read it: more than 2^53 - 1, the most that an account can be granted,
-- reads as that.
CREATE OR REPLACE FUNCTION holdfast.sum_as_told(p_credits numeric) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT least(p_credits, 9007199254740991)::bigint
$$;

-- p_waited_for: what the queue's tickets need together, which no other request may take.
CREATE OR REPLACE FUNCTION holdfast.insufficient_credits(
  p_required bigint, p_available bigint, p_waited_for bigint
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal('INSUFFICIENT_CREDITS', jsonb_build_object(
      'required', p_required,
      'available', p_available,
      'shortfall',
      holdfast.sum_as_told(p_required + holdfast.sum_as_told(p_waited_for) - p_available))
    || CASE
      WHEN p_waited_for > 0
        THEN jsonb_build_object('waitedFor', holdfast.sum_as_told(p_waited_for))
      ELSE '{}'
    END)
$$;
