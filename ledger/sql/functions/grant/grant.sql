-- body: {credits, source, reason, by, expiresAt?, costCents?, currency?}, only what the caller
-- said. Promotions and adjustments alone: cycles and purchases make the grants of plans and packs,
-- so that each has its payment.
CREATE OR REPLACE FUNCTION holdfast.grant_credits(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun   record;
  v_refusal jsonb;
BEGIN
  v_begun := holdfast.begin_operation(
    p_account_id, 'grant', p_key, p_body, p_opens_account => true);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_refusal := holdfast.grant_refused(
    v_begun.account, p_body->>'source', (p_body->>'credits')::bigint,
    holdfast.instant(p_body->>'expiresAt'), v_begun.now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  RETURN holdfast.book_grant(v_begun.account, p_key, p_body, v_begun.now);
END $$;

-- Books a grant that nothing refuses, keeps its answer under the key, and returns it.
CREATE OR REPLACE FUNCTION holdfast.book_grant(
  p_account holdfast.accounts, p_key text, p_body jsonb, p_at timestamptz,
  p_claimed_identity text DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text        := p_account.account_id;
  v_credits    bigint      := (p_body->>'credits')::bigint;
  v_source     text        := p_body->>'source';
  v_ends_at    timestamptz := holdfast.instant(p_body->>'expiresAt');
  v_grant_id   bigint;
BEGIN
  PERFORM holdfast.book_ended_grants(v_account_id, p_at);
  v_grant_id := holdfast.next_grant_id(v_account_id);
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining,
    cost_cents, currency, granted_at, ends_at, term)
  VALUES (v_account_id, v_grant_id, v_source,
    CASE v_source WHEN 'promotion' THEN 10 ELSE 20 END,
    v_credits, v_credits,
    coalesce((p_body->>'costCents')::bigint, 0), coalesce(p_body->>'currency', 'USD'),
    p_at, v_ends_at, CASE WHEN v_ends_at IS NULL THEN p_account.term END);
  PERFORM holdfast.post_grant(
    v_account_id, p_at, v_grant_id, v_credits, p_body->>'reason', p_body->>'by',
    p_claimed_identity);
  PERFORM holdfast.schedule_end_warning(v_account_id, v_ends_at, p_at);

  RETURN holdfast.finish_operation(v_account_id, holdfast.remember(
    v_account_id, 'grant', p_key, p_body, jsonb_build_object(
      'grantId', v_grant_id::text,
      'accountId', v_account_id,
      'source', v_source,
      'credits', v_credits,
      'expiresAt', holdfast.iso(coalesce(v_ends_at, p_account.valid_until)),
      'grantedAt', holdfast.iso(p_at))));
END $$;

-- Why such a grant can't be given now, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.grant_refused(
  p_account holdfast.accounts, p_source text, p_credits bigint, p_ends_at timestamptz,
  p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_source NOT IN ('promotion', 'adjustment')
      THEN holdfast.refusal('INVALID_ARGUMENT', jsonb_build_object('source', p_source))
    WHEN p_ends_at IS NULL AND p_source = 'promotion'
      THEN holdfast.refusal('EXPIRY_REQUIRED')
    ELSE holdfast.new_credits_refused(p_account, p_credits, p_ends_at, p_at)
  END
$$;

-- Why credits with that end can't be added now, whichever their source; null if they can. Without
-- an end of their own they end with the account's term.
CREATE OR REPLACE FUNCTION holdfast.new_credits_refused(
  p_account holdfast.accounts, p_credits bigint, p_ends_at timestamptz, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_ends_at IS NULL
        AND (p_account.valid_until IS NULL OR p_account.valid_until <= p_at)
      THEN holdfast.refusal('SUBSCRIPTION_REQUIRED')
    WHEN p_ends_at <= p_at
      THEN holdfast.refusal('EXPIRY_IN_PAST', jsonb_build_object(
        'expiresAt', holdfast.iso(p_ends_at),
        'now', holdfast.iso(p_at)))
    WHEN holdfast.over_limit(
        p_account,
        (
          SELECT subscription_id
          FROM holdfast.subscriptions
          WHERE account_id = p_account.account_id AND status = 'active'
        ),
        p_at,
        p_more => p_credits)
      THEN holdfast.limit_exceeded(p_account)
  END
$$;

-- body: {credits, reason, by}. A correction downwards, taken in burn order, refused beyond what is
-- available.
CREATE OR REPLACE FUNCTION holdfast.deduct_credits(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun   record;
  v_account holdfast.accounts;
  v_credits bigint := (p_body->>'credits')::bigint;
  v_taken   record;
  v_version bigint;
BEGIN
  v_begun := holdfast.begin_operation(p_account_id, 'deduct', p_key, p_body);
  IF v_begun.answer IS NOT NULL THEN RETURN v_begun.answer; END IF;
  v_account := v_begun.account;
  IF v_account.account_id IS NULL THEN
    RETURN holdfast.insufficient_credits(v_credits, p_available => 0, p_waited_for => 0);
  END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_begun.now);
  v_taken := holdfast.allocate(v_account, v_begun.now, v_credits);
  IF v_taken.grant_ids IS NULL THEN
    RETURN holdfast.insufficient_credits(v_credits, v_taken.available, p_waited_for => 0);
  END IF;

  v_version := holdfast.post_entry(
    p_account_id, v_begun.now, 'deduct',
    p_grant_ids => v_taken.grant_ids,
    p_remainder_deltas => holdfast.negated(v_taken.credits),
    p_reserved_deltas => array_fill(0::bigint, ARRAY[cardinality(v_taken.grant_ids)]),
    p_reason => p_body->>'reason',
    p_by_name => p_body->>'by');
  IF v_taken.available = v_credits AND v_account.reserved = 0 THEN
    PERFORM holdfast.notify_ran_dry(p_account_id, p_available => 0, p_at => v_begun.now);
  END IF;
  RETURN holdfast.finish_operation(p_account_id, holdfast.remember(
    p_account_id, 'deduct', p_key, p_body, jsonb_build_object(
      'accountId', p_account_id,
      'credits', v_credits,
      'version', v_version,
      'at', holdfast.iso(v_begun.now))));
END $$;
