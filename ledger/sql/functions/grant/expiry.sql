-- Books every end that has come. Safe to repeat: a booked grant has no remainder.
CREATE OR REPLACE FUNCTION holdfast.expire_grants(p_account_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before holdfast.accounts := holdfast.lock_account(p_account_id);
  v_after  holdfast.accounts;
BEGIN
  IF v_before.account_id IS NOT NULL THEN
    PERFORM holdfast.book_ended_grants(
      p_account_id, holdfast.ledger_now(v_before.last_entry_at));
    SELECT * INTO v_after FROM holdfast.accounts WHERE account_id = p_account_id;
  END IF;
  RETURN holdfast.finish_operation(
    p_account_id,
    jsonb_build_object('result', jsonb_build_object(
      'accountId', p_account_id,
      'expired', coalesce(v_after.expired - v_before.expired, 0),
      'entries', coalesce(v_after.version - v_before.version, 0))));
END $$;

-- Books what is left of grants whose own end has come or whose term is over, an entry each. The
-- caller holds the account's lock. Grants of the current term are left until its window has been
-- closed: a late payment may still carry them forward.
CREATE OR REPLACE FUNCTION holdfast.book_ended_grants(p_account_id text, p_at timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_grant record;
BEGIN
  FOR v_grant IN
    SELECT g.grant_id, g.remaining,
      CASE WHEN g.term IS NULL THEN 'ended' ELSE 'lapsed' END AS reason
    FROM holdfast.grants AS g
    JOIN holdfast.accounts AS a USING (account_id)
    WHERE g.account_id = p_account_id
      AND g.has_remainder
      AND holdfast.is_over(g.ends_at, g.term, a.term, a.booked_term, p_at)
    ORDER BY g.ends_at, g.grant_id
  LOOP
    PERFORM holdfast.post_entry(
      p_account_id, p_at, 'expire',
      p_grant_ids => ARRAY[v_grant.grant_id],
      p_remainder_deltas => ARRAY[-v_grant.remaining],
      p_reserved_deltas => ARRAY[0::bigint],
      p_grant_id => v_grant.grant_id,
      p_reason => v_grant.reason);
  END LOOP;
END $$;

-- Whether what is left of a grant is to be booked as expired.
CREATE OR REPLACE FUNCTION holdfast.is_over(
  p_ends_at timestamptz, p_term integer, p_account_term integer, p_booked_term integer,
  p_at timestamptz
) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_term IS NULL THEN p_ends_at <= p_at
    ELSE p_term <> p_account_term OR p_term <= p_booked_term
  END
$$;

-- A page of the accounts with a grant whose own end has come and is not booked, by their first such
-- end, after the last row seen.
CREATE OR REPLACE FUNCTION holdfast.ended_grants(
  p_due_by timestamptz, p_after_at timestamptz, p_after_account_id text, p_limit integer
) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('at', holdfast.iso(g.ends_at), 'accountId', g.account_id)
  FROM holdfast.grants AS g
  WHERE g.has_remainder
    AND g.ends_at IS NOT NULL
    AND g.ends_at <= p_due_by
    AND (g.ends_at, g.account_id)
      > (coalesce(p_after_at, '-infinity'), coalesce(p_after_account_id, ''))
    AND NOT EXISTS (
      SELECT FROM holdfast.grants AS earlier
      WHERE earlier.account_id = g.account_id
        AND earlier.has_remainder
        AND (earlier.ends_at, earlier.grant_id) < (g.ends_at, g.grant_id)
    )
  ORDER BY g.ends_at, g.account_id
  LIMIT p_limit
$$;
