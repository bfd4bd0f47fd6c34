-- body: {type, source, credits, remaining, expiresAt?, costCents?, currency?}. What is left of the
-- grant is granted, at the part of its cost that the used part has not recognised. Without an end
-- of its own it ends with the account's term. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.import_grant(
  p_account holdfast.accounts, p_key text, p_body jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_remaining bigint      := (p_body->>'remaining')::bigint;
  v_cost      bigint      := coalesce((p_body->>'costCents')::bigint, 0);
  v_ends_at   timestamptz := holdfast.instant(p_body->>'expiresAt');
  v_refusal   jsonb       := holdfast.new_credits_refused(
    p_account, v_remaining, v_ends_at, p_at);
  v_grant_id  bigint;
BEGIN
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  v_grant_id := holdfast.next_grant_id(p_account.account_id);
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining,
    cost_cents, currency, granted_at, ends_at, term, imported)
  VALUES (p_account.account_id, v_grant_id, p_body->>'source',
    CASE p_body->>'source' WHEN 'promotion' THEN 10 WHEN 'pack' THEN 30 ELSE 20 END,
    v_remaining, v_remaining,
    v_cost - holdfast.recognised(
      v_cost, (p_body->>'credits')::bigint - v_remaining, (p_body->>'credits')::bigint),
    coalesce(p_body->>'currency', 'USD'),
    p_at, v_ends_at, CASE WHEN v_ends_at IS NULL THEN p_account.term END, true);
  PERFORM holdfast.post_grant(
    p_account.account_id, p_at, v_grant_id, v_remaining, p_reason => 'imported, line ' || p_key);
  PERFORM holdfast.schedule_end_warning(p_account.account_id, v_ends_at, p_at);
  RETURN jsonb_build_object('grantId', v_grant_id::text, 'credits', v_remaining);
END $$;

-- What of a grant's cost is recognised once so many of its credits are gone: rounded down, and the
-- rest with its last credit.
CREATE OR REPLACE FUNCTION holdfast.recognised(
  p_cost_cents bigint, p_credits bigint, p_of_credits bigint
) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_cost_cents = 0 THEN 0
    ELSE div(p_cost_cents::numeric * p_credits, p_of_credits::numeric)::bigint
  END
$$;
