-- Moves the end of the account's term, and remembers what held when.
CREATE OR REPLACE FUNCTION holdfast.set_term(
  p_account_id text, p_term integer, p_valid_until timestamptz, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_version bigint;
  v_last    holdfast.terms;
BEGIN
  UPDATE holdfast.accounts
  SET term = p_term, valid_until = p_valid_until
  WHERE account_id = p_account_id
  RETURNING version INTO v_version;
  PERFORM holdfast.schedule_end_warning(p_account_id, p_valid_until, p_at);
  SELECT * INTO v_last
  FROM holdfast.terms
  WHERE account_id = p_account_id
  ORDER BY change DESC LIMIT 1;
  IF (v_last.term, v_last.valid_until) IS DISTINCT FROM (p_term, p_valid_until) THEN
    INSERT INTO holdfast.terms (account_id, change, at, term, valid_until, version)
    VALUES (p_account_id, coalesce(v_last.change, 0) + 1, greatest(p_at, v_last.at),
      p_term, p_valid_until, v_version);
  END IF;
END $$;

-- Sets the term's end to the last paid cycle's end, plus grace unless the subscription is cancelled
-- at that end. p_not_before is for a cancellation within the grace: it lapses now and not before,
-- because what was spent meanwhile was spent in time.
CREATE OR REPLACE FUNCTION holdfast.update_term_end(
  p_account_id text, p_subscription_id text, p_at timestamptz,
  p_not_before timestamptz DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_subscription holdfast.subscriptions;
  v_paid_until   timestamptz;
BEGIN
  SELECT * INTO v_subscription
  FROM holdfast.subscriptions
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  v_paid_until := holdfast.cycle_end(
    p_account_id, p_subscription_id, v_subscription.paid_cycle);
  PERFORM holdfast.set_term(
    p_account_id,
    v_subscription.term,
    CASE
      WHEN v_subscription.cancel_at_period_end THEN greatest(v_paid_until, p_not_before)
      ELSE holdfast.add_duration(v_paid_until, v_subscription.grace, v_subscription.time_zone)
    END,
    p_at);
END $$;

-- Closes the settlement window: books what is left of the term, an entry per grant. From here on
-- late returns expire at once.
CREATE OR REPLACE FUNCTION holdfast.close_term(
  p_account_id text, p_subscription_id text, p_why text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_before holdfast.accounts;
  v_after  holdfast.accounts;
BEGIN
  UPDATE holdfast.subscriptions
  SET status = 'closed', closed_why = p_why, closed_at = p_at
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  -- Grants whose own end had come before are not what this end takes away.
  PERFORM holdfast.book_ended_grants(p_account_id, p_at);
  SELECT * INTO v_before FROM holdfast.accounts WHERE account_id = p_account_id;
  UPDATE holdfast.accounts SET booked_term = term WHERE account_id = p_account_id;
  PERFORM holdfast.book_ended_grants(p_account_id, p_at);
  SELECT * INTO v_after FROM holdfast.accounts WHERE account_id = p_account_id;
  RETURN jsonb_build_object(
    'expired', v_after.expired - v_before.expired,
    'entries', v_after.version - v_before.version);
END $$;

-- Books the expiry of a term whose window's time is up; before that it says until when to wait. It
-- names its term, so a late call can't touch a newer term's grants.
CREATE OR REPLACE FUNCTION holdfast.expire_term(
  p_account_id text, p_subscription_id text, p_term integer
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_key          text  := 'expiry:' || p_subscription_id || ':' || p_term;
  v_body         jsonb := jsonb_build_object('subscriptionId', p_subscription_id, 'term', p_term);
  v_begun        record;
  v_account      holdfast.accounts;
  v_subscription holdfast.subscriptions;
  v_until        timestamptz;
BEGIN
  v_begun := holdfast.begin_subscription_operation(
    p_account_id, p_subscription_id, 'expire_term', v_key, v_body);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_account := v_begun.account;
  v_subscription := v_begun.subscription;
  IF v_subscription.term <> p_term OR v_subscription.status = 'closed' THEN
    RETURN jsonb_build_object('replayed', false, 'result', jsonb_build_object(
      'status', 'closed', 'term', p_term, 'expired', 0, 'entries', 0));
  END IF;
  v_until := holdfast.add_duration(
    v_account.valid_until, v_subscription.settlement_window, v_subscription.time_zone);
  IF v_begun.now < v_until THEN
    RETURN jsonb_build_object('replayed', false, 'result', jsonb_build_object(
      'status', 'waiting',
      'term', p_term,
      'at', holdfast.iso(v_begun.now),
      'validUntil', holdfast.iso(v_account.valid_until),
      'waitUntil', holdfast.iso(v_until)));
  END IF;
  IF holdfast.over_limit(v_account, p_subscription_id, v_begun.now) THEN
    RETURN holdfast.limit_exceeded(v_account);
  END IF;
  PERFORM holdfast.grant_due(p_account_id, p_subscription_id, v_begun.now);
  RETURN holdfast.finish_operation(p_account_id, holdfast.remember(
    p_account_id, 'expire_term', v_key, v_body,
    jsonb_build_object('status', 'booked', 'term', p_term)
      || holdfast.close_term(p_account_id, p_subscription_id, 'lapsed', v_begun.now)));
END $$;
