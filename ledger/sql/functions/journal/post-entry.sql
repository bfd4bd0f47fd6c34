-- The one place where figures change: the account's row, the grants' remainders and the entry, in
-- one go. The caller holds the account's lock, and has inserted the row of a new grant. p_day: the
-- day on which the generation of a reserve, commit or release was begun: what is given back on a
-- later day than it was taken belongs to neither. What a person wrote as the reason stands apart.
-- What an operator grants or deducts is an act; p_claimed_identity: see record_operator_act.
-- p_owed_delta: what an entry changes of the account's debt.
CREATE OR REPLACE FUNCTION holdfast.post_entry(
  p_account_id text, p_at timestamptz, p_type text, p_grant_ids bigint[],
  p_remainder_deltas bigint[], p_reserved_deltas bigint[], p_request_id text DEFAULT NULL,
  p_grant_id bigint DEFAULT NULL, p_reason text DEFAULT NULL, p_by_name text DEFAULT NULL,
  p_day date DEFAULT NULL, p_claimed_identity text DEFAULT NULL, p_owed_delta bigint DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_available bigint := 0;
  v_reserved  bigint := 0;
  v_account   holdfast.accounts;
  v_text      holdfast.text_reference;
BEGIN
  -- One UPDATE for each grant: with statistics, a join with the array is planned anew at each call.
  FOR i IN 1 .. cardinality(p_grant_ids) LOOP
    v_available := v_available + p_remainder_deltas[i];
    v_reserved  := v_reserved + p_reserved_deltas[i];
    IF p_type <> 'grant' AND p_remainder_deltas[i] <> 0 THEN
      UPDATE holdfast.grants SET remaining = remaining + p_remainder_deltas[i]
      WHERE account_id = p_account_id AND grant_id = p_grant_ids[i];
    END IF;
  END LOOP;
  UPDATE holdfast.accounts SET
    version       = version + 1,
    last_entry_at = p_at,
    available     = available + v_available,
    reserved      = reserved + v_reserved,
    granted       = granted  + CASE p_type WHEN 'grant'  THEN v_available ELSE 0 END,
    spent         = spent    + CASE p_type WHEN 'commit' THEN -v_available - v_reserved ELSE 0 END,
    expired       = expired  + CASE p_type WHEN 'expire' THEN -v_available ELSE 0 END,
    deducted      = deducted + CASE p_type WHEN 'deduct' THEN -v_available ELSE 0 END,
    refunded      = refunded + CASE WHEN p_type IN ('refund', 'repay') THEN -v_available ELSE 0 END,
    frozen        = frozen
      - CASE WHEN p_type IN ('freeze', 'unfreeze') THEN v_available ELSE 0 END,
    owed          = owed     + coalesce(p_owed_delta, 0),
    open_reservations = open_reservations
      + CASE p_type WHEN 'reserve' THEN 1 WHEN 'commit' THEN -1 WHEN 'release' THEN -1 ELSE 0 END,
    day           = CASE p_type WHEN 'reserve' THEN p_day ELSE day END,
    day_credits   = CASE WHEN p_day = day THEN day_credits - v_available
                         WHEN p_type = 'reserve' THEN -v_available ELSE day_credits END,
    (ran_dry, ran_short) = (ran_dry AND p_type <> 'grant', ran_short AND p_type <> 'grant')
  WHERE account_id = p_account_id
  RETURNING * INTO v_account;
  IF holdfast.is_personal(p_type, p_reason, p_by_name) THEN
    v_text := holdfast.keep_text(p_account_id, p_reason);
  END IF;
  INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
    grant_ids, remainder_deltas, reserved_deltas, available_after, reserved_after, spent_after,
    expired_after, deducted_after, refunded_after, frozen_after, granted_after, owed_delta,
    owed_after, request_id, grant_id, by_name, text_id, text_commitment, reason)
  VALUES (p_account_id, v_account.version, p_at, p_type, v_available, v_reserved,
    p_grant_ids, p_remainder_deltas, p_reserved_deltas, v_account.available, v_account.reserved,
    v_account.spent, v_account.expired, v_account.deducted, v_account.refunded, v_account.frozen,
    v_account.granted, p_owed_delta, v_account.owed, p_request_id, p_grant_id, p_by_name,
    v_text.text_id, v_text.commitment, CASE WHEN v_text.text_id IS NULL THEN p_reason END);
  IF p_type IN ('grant', 'deduct') THEN
    PERFORM holdfast.record_act_of_entry(v_account, p_reason, p_claimed_identity);
  END IF;
  RETURN v_account.version;
END $$;

-- A deduction, a promotion and an adjustment are acts; the grant of a plan or a pack is none, and
-- an import is one act of its own. An operation of an earlier version that waited for its migration
-- comes past here as well.
CREATE OR REPLACE FUNCTION holdfast.record_act_of_entry(
  p_account holdfast.accounts, p_reason text, p_claimed_identity text
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.record_operator_act(
    e.account_id, e.type, jsonb_build_object('credits', abs(e.available_delta)),
    p_reason, e.by_name, e.at, e.version, p_claimed_identity)
  FROM holdfast.entries AS e
  LEFT JOIN holdfast.grants AS g ON g.account_id = e.account_id AND g.grant_id = e.version
  WHERE e.account_id = p_account.account_id
    AND e.version = p_account.version
    AND (e.type = 'deduct' OR (g.source IN ('promotion', 'adjustment') AND NOT g.imported))
$$;

-- The entry of a grant whose row has just been inserted, and what of it pays a debt. The caller
-- holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.post_grant(
  p_account_id text, p_at timestamptz, p_grant_id bigint, p_credits bigint,
  p_reason text, p_by_name text DEFAULT NULL, p_claimed_identity text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.post_entry(
    p_account_id, p_at, 'grant',
    p_grant_ids => ARRAY[p_grant_id],
    p_remainder_deltas => ARRAY[p_credits],
    p_reserved_deltas => ARRAY[0::bigint],
    p_grant_id => p_grant_id,
    p_reason => p_reason,
    p_by_name => p_by_name,
    p_claimed_identity => p_claimed_identity);
  PERFORM holdfast.repay_debt(p_account_id, p_at, p_grant_id, p_credits);
END $$;

-- The id of the account's next grant: the version of the entry that will grant it. The caller holds
-- the account's lock.
CREATE OR REPLACE FUNCTION holdfast.next_grant_id(p_account_id text) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT version + 1 FROM holdfast.accounts WHERE account_id = p_account_id
$$;

CREATE OR REPLACE FUNCTION holdfast.negated(p_values bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(-value ORDER BY position)
  FROM unnest(p_values) WITH ORDINALITY AS v (value, position)
$$;
