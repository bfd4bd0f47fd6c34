-- Writes a notice and calls for its delivery. One with a subject is written once for ever.
CREATE OR REPLACE FUNCTION holdfast.write_notice(p_account_id text, p_type text, p_data jsonb, p_subject text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO holdfast.notices (account_id, notice_id, type, data, at, subject, look_from)
  SELECT p_account_id, coalesce(max(notice_id), 0) + 1, p_type, p_data, p_at, p_subject, p_at + interval '1 hour'
  FROM holdfast.notices WHERE account_id = p_account_id
  ON CONFLICT (account_id, subject) DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id;
  PERFORM holdfast.post_message(p_account_id, 'notices', '', p_at);
END $$;

-- Tells each threshold that what is left has fallen below, once until a grant has raised it. Reserved credits are left: they
-- may come back, and with them in the figure a generation that is given up is no recovery.
CREATE OR REPLACE FUNCTION holdfast.tell_low_balance(a holdfast.accounts, p_available bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_left bigint := p_available + a.reserved;
  t      record;
BEGIN
  FOR t IN
    SELECT x.position, x.below, holdfast.threshold_record(x) AS threshold,
      coalesce(x.credits, ceil(holdfast.cycle_credits(a.account_id) * x.percent / 100.0)::bigint) AS credits
    FROM holdfast.low_balance_thresholds AS x WHERE x.account_id = a.account_id ORDER BY x.position
  LOOP
    -- A share of nothing is no threshold: without a subscription there is no cycle.
    CONTINUE WHEN t.below IS NOT DISTINCT FROM coalesce(v_left < t.credits, false);
    UPDATE holdfast.low_balance_thresholds SET below = NOT t.below WHERE account_id = a.account_id AND position = t.position;
    IF NOT t.below THEN
      PERFORM holdfast.write_notice(a.account_id, 'balance-low', jsonb_build_object('left', v_left, 'available', p_available,
        'threshold', t.threshold, 'thresholdCredits', t.credits), NULL, p_at);
    END IF;
  END LOOP;
END $$;

-- What the plan of the account's current cycle grants; null without a subscription.
CREATE OR REPLACE FUNCTION holdfast.cycle_credits(p_account_id text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT holdfast.plan_credits(c.plan_id, c.length, c.starts_at)
  FROM holdfast.subscriptions AS s JOIN holdfast.cycles AS c
    ON c.account_id = s.account_id AND c.subscription_id = s.subscription_id AND c.cycle = s.granted_cycle
  WHERE s.account_id = p_account_id AND s.status = 'active'
$$;

-- Once until a grant comes. p_request_id and p_required: the generation that needed more than there was.
CREATE OR REPLACE FUNCTION holdfast.tell_ran_dry(
  p_account_id text, p_available bigint, p_request_id text, p_required bigint, p_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_reserved bigint;
BEGIN
  UPDATE holdfast.accounts SET ran_dry = true WHERE account_id = p_account_id AND NOT ran_dry RETURNING reserved INTO v_reserved;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM holdfast.write_notice(p_account_id, 'ran-dry', jsonb_strip_nulls(jsonb_build_object('left', p_available + v_reserved,
    'available', p_available, 'requestId', p_request_id, 'required', p_required)), NULL, p_at);
END $$;

-- When to tell next that what ends then is about to: 7 days before, or 1; null where less than that is left.
CREATE OR REPLACE FUNCTION holdfast.next_warning(p_ends_at timestamptz, p_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_ends_at - interval '168 hours' > p_at THEN p_ends_at - interval '168 hours'
              WHEN p_ends_at - interval '24 hours' > p_at THEN p_ends_at - interval '24 hours' END
$$;

-- Somebody is to look after the account by then, at the latest. least ignores nulls.
CREATE OR REPLACE FUNCTION holdfast.look_by(p_account_id text, p_by timestamptz) RETURNS void LANGUAGE sql VOLATILE AS $$
  UPDATE holdfast.accounts SET next_notice_at = least(next_notice_at, p_by)
  WHERE account_id = p_account_id AND next_notice_at IS DISTINCT FROM least(next_notice_at, p_by)
$$;

-- Something of the account's ends then.
CREATE OR REPLACE FUNCTION holdfast.expect_end(p_account_id text, p_ends_at timestamptz, p_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.look_by(p_account_id, holdfast.next_warning(p_ends_at, p_at))
$$;

-- Tells, for each end, that unused credits end in 7 days or in 1, once for each end and each of the two; and says when to look
-- next. What came later than the moment to tell of it is not told of: who has just got credits knows when they end.
CREATE OR REPLACE FUNCTION holdfast.tell_expiring(a holdfast.accounts, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  e record;
BEGIN
  FOR e IN
    SELECT x.ends, x.of_term, x.since, sum(x.remaining)::bigint AS credits,
      CASE WHEN x.ends - interval '24 hours' <= p_at THEN 1 WHEN x.ends - interval '168 hours' <= p_at THEN 7 END AS days
    FROM (
      SELECT coalesce(g.ends_at, a.valid_until) AS ends, g.term IS NOT NULL AS of_term, g.remaining,
        CASE WHEN g.term IS NULL THEN g.granted_at
             ELSE (SELECT at FROM holdfast.terms WHERE account_id = a.account_id ORDER BY change DESC LIMIT 1) END AS since
      FROM holdfast.grants AS g WHERE g.account_id = a.account_id AND g.has_remainder
        AND holdfast.grant_counts(g.ends_at, g.term, a.term, a.valid_until, p_at)
    ) AS x GROUP BY x.ends, x.of_term, x.since ORDER BY x.ends
  LOOP
    CONTINUE WHEN e.days IS NULL OR e.since >= e.ends - e.days * interval '24 hours';
    PERFORM holdfast.write_notice(a.account_id, 'credits-expiring', jsonb_build_object('days', e.days, 'credits', e.credits,
      'expiresAt', holdfast.iso(e.ends), 'renewBy', CASE WHEN e.of_term THEN holdfast.iso(e.ends) END),
      'expiring:' || e.days || ':' || holdfast.iso(e.ends) || CASE WHEN e.of_term THEN '' ELSE ':' || holdfast.iso(e.since) END, p_at);
  END LOOP;
  -- Also where nothing is left: a pack, a next cycle or a release may yet bring what ends then, and says nothing of it.
  UPDATE holdfast.accounts SET next_notice_at = least(holdfast.next_warning(a.valid_until, p_at), (
    SELECT min(holdfast.next_warning(g.ends_at, p_at)) FROM holdfast.grants AS g WHERE g.account_id = a.account_id))
  WHERE account_id = a.account_id;
END $$;

CREATE OR REPLACE FUNCTION holdfast.notice_record(n holdfast.notices) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('accountId', n.account_id, 'noticeId', n.notice_id, 'at', holdfast.iso(n.at), 'type', n.type, 'data', n.data)
$$;

CREATE OR REPLACE FUNCTION holdfast.next_notice(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.notice_record(n) FROM holdfast.notices AS n
  WHERE n.account_id = p_account_id AND n.status = 'pending' ORDER BY n.notice_id LIMIT 1
$$;

-- A reason says why it could not be delivered; null: it was. The first word stands.
CREATE OR REPLACE FUNCTION holdfast.settle_notice(p_account_id text, p_notice_id bigint, p_reason text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE holdfast.notices SET status = CASE WHEN p_reason IS NULL THEN 'delivered' ELSE 'failed' END,
    settled_at = holdfast.clock(), reason = p_reason
  WHERE account_id = p_account_id AND notice_id = p_notice_id AND status = 'pending'
$$;

CREATE OR REPLACE FUNCTION holdfast.account_notices(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(holdfast.notice_record(n) || jsonb_build_object('status', n.status,
    'settledAt', holdfast.iso(n.settled_at), 'reason', n.reason) ORDER BY n.notice_id DESC), '[]')
  FROM (SELECT * FROM holdfast.notices WHERE account_id = p_account_id ORDER BY notice_id DESC LIMIT 100) AS n
$$;
