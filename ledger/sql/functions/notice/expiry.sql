-- When to tell next that credits are about to end: 7 days before, or 1; null if less is left.
CREATE OR REPLACE FUNCTION holdfast.next_warning(p_ends_at timestamptz, p_at timestamptz)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_ends_at - interval '168 hours' > p_at THEN p_ends_at - interval '168 hours'
    WHEN p_ends_at - interval '24 hours' > p_at THEN p_ends_at - interval '24 hours'
  END
$$;

-- Credits of the account end then: reconciliation checks it when that is to be told.
CREATE OR REPLACE FUNCTION holdfast.schedule_end_warning(
  p_account_id text, p_ends_at timestamptz, p_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.check_account_by(p_account_id, holdfast.next_warning(p_ends_at, p_at))
$$;

-- Tells, for each end, that unused credits end in 7 days or in 1, once for each end and each of the
-- two; and says when to check next. Credits that came later than the moment to tell are not told
-- of: their owner has just learned when they end.
CREATE OR REPLACE FUNCTION holdfast.notify_expiring(
  p_account holdfast.accounts, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_end     record;
  v_ends_at text;
BEGIN
  FOR v_end IN SELECT * FROM holdfast.ends_to_tell(p_account, p_at) LOOP
    v_ends_at := holdfast.iso(v_end.ends_at);
    PERFORM holdfast.write_notice(
      p_account.account_id,
      'credits-expiring',
      jsonb_build_object(
        'days', v_end.days,
        'credits', v_end.credits,
        'expiresAt', v_ends_at,
        'renewBy', CASE WHEN v_end.of_term THEN v_ends_at END),
      p_subject => 'expiring:' || v_end.days || ':' || v_ends_at
        || CASE WHEN v_end.of_term THEN '' ELSE ':' || holdfast.iso(v_end.since) END,
      p_at => p_at);
  END LOOP;
  -- Also where nothing is left: a pack, a next cycle or a release may yet bring credits that end
  -- then, and says nothing of it.
  UPDATE holdfast.accounts
  SET next_notice_at = least(
    holdfast.next_warning(p_account.valid_until, p_at),
    (
      SELECT min(holdfast.next_warning(g.ends_at, p_at))
      FROM holdfast.grants AS g
      WHERE g.account_id = p_account.account_id
    ))
  WHERE account_id = p_account.account_id;
END $$;

-- The ends of unused credits that are to be told now, soonest first. days: 7 or 1; since: when the
-- credits, or the term's end, came.
CREATE OR REPLACE FUNCTION holdfast.ends_to_tell(p_account holdfast.accounts, p_at timestamptz)
RETURNS TABLE (
  ends_at timestamptz, of_term boolean, since timestamptz, credits bigint, days integer
)
LANGUAGE sql STABLE AS $$
  WITH unused AS (
    SELECT coalesce(g.ends_at, p_account.valid_until) AS ends_at,
      g.term IS NOT NULL AS of_term,
      g.remaining,
      CASE WHEN g.term IS NULL THEN g.granted_at ELSE (
        SELECT t.at
        FROM holdfast.terms AS t
        WHERE t.account_id = p_account.account_id
        ORDER BY t.change DESC LIMIT 1
      ) END AS since
    FROM holdfast.grants AS g
    WHERE g.account_id = p_account.account_id
      AND g.has_remainder
      AND holdfast.grant_counts(g.ends_at, g.term, p_account.term, p_account.valid_until, p_at)
  ), ends AS (
    SELECT u.ends_at, u.of_term, u.since,
      sum(u.remaining)::bigint AS credits,
      CASE
        WHEN u.ends_at - interval '24 hours' <= p_at THEN 1
        WHEN u.ends_at - interval '168 hours' <= p_at THEN 7
      END AS days
    FROM unused AS u
    GROUP BY u.ends_at, u.of_term, u.since
  )
  SELECT e.ends_at, e.of_term, e.since, e.credits, e.days
  FROM ends AS e
  WHERE e.days IS NOT NULL
    AND (e.since >= e.ends_at - e.days * interval '24 hours') IS NOT TRUE
  ORDER BY e.ends_at
$$;
