-- How far refunds of the purchase go: as the catalog said when it was bought.
CREATE OR REPLACE FUNCTION holdfast.refund_rule(p holdfast.purchases) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT document->>'refund'
    FROM holdfast.catalog_versions
    WHERE version = p.catalog_version
  ), 'never')
$$;

-- Whether what was used of a refunded pack becomes a debt.
CREATE OR REPLACE FUNCTION holdfast.refund_makes_debt(p holdfast.purchases) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT holdfast.refund_rule(p) = 'debt'
$$;

-- What was used of a grant: by generations, and to pay a debt.
CREATE OR REPLACE FUNCTION holdfast.used_of_grant(p_account_id text, p_grant_id bigint)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(-leg.remainder - leg.reserved), 0)::bigint
  FROM holdfast.entries AS e,
    unnest(e.grant_ids, e.remainder_deltas, e.reserved_deltas)
      AS leg (grant_id, remainder, reserved)
  WHERE e.account_id = p_account_id
    AND e.version > p_grant_id
    AND e.type IN ('commit', 'repay')
    AND leg.grant_id = p_grant_id
$$;

-- The credits of a refunded pack that are a debt in all: those of its refunds that neither its
-- unused credits cover, wherever these have gone, nor those that may still come back.
CREATE OR REPLACE FUNCTION holdfast.debt_of(p holdfast.purchases) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT greatest(
    0,
    coalesce(sum(r.credits), 0) + holdfast.used_of_grant(p.account_id, p.grant_id) - p.credits
  )::bigint
  FROM holdfast.refunds AS r
  WHERE r.account_id = p.account_id AND r.purchase_id = p.purchase_id
$$;

-- Books as a debt what was used of refunded packs, among those of these grants, an entry for each
-- refund. The caller holds the account's lock, and has just refunded one of them or used credits of
-- it: nothing else makes a debt.
CREATE OR REPLACE FUNCTION holdfast.owe_used(
  p_account_id text, p_at timestamptz, p_grant_ids bigint[]
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_purchase_id text;
  v_debt        bigint;
  v_refund      holdfast.refunds;
  v_grant_id    bigint;
BEGIN
  FOR v_purchase_id, v_grant_id IN
    SELECT DISTINCT p.purchase_id, p.grant_id
    FROM holdfast.refunds AS r
    JOIN holdfast.purchases AS p USING (account_id, purchase_id)
    WHERE r.account_id = p_account_id
      AND r.taken + r.owed < r.credits
      AND p.grant_id = ANY (p_grant_ids)
      AND holdfast.refund_makes_debt(p)
    ORDER BY p.grant_id
  LOOP
    SELECT holdfast.debt_of(p) - (
      SELECT sum(r.owed)
      FROM holdfast.refunds AS r
      WHERE r.account_id = p.account_id AND r.purchase_id = p.purchase_id
    ) INTO v_debt
    FROM holdfast.purchases AS p
    WHERE p.account_id = p_account_id AND p.purchase_id = v_purchase_id;
    FOR v_refund IN
      SELECT *
      FROM holdfast.refunds
      WHERE account_id = p_account_id
        AND purchase_id = v_purchase_id
        AND taken + owed < credits
      ORDER BY part
    LOOP
      EXIT WHEN v_debt = 0;
      v_debt := v_debt - holdfast.owe(v_refund, p_at, v_grant_id, p_credits_max => v_debt);
    END LOOP;
  END LOOP;
END $$;

-- Books what a refund covers and has not taken as a debt, up to so many credits, and says how many.
CREATE OR REPLACE FUNCTION holdfast.owe(
  p_refund holdfast.refunds, p_at timestamptz, p_grant_id bigint, p_credits_max bigint
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_credits bigint := least(p_credits_max, p_refund.credits - p_refund.taken - p_refund.owed);
BEGIN
  PERFORM holdfast.post_entry(
    p_refund.account_id, p_at, 'owe',
    p_grant_ids => '{}',
    p_remainder_deltas => '{}',
    p_reserved_deltas => '{}',
    p_grant_id => p_grant_id,
    p_reason => 'refund ' || p_refund.refund_id,
    p_owed_delta => v_credits);
  UPDATE holdfast.refunds SET owed = owed + v_credits
  WHERE account_id = p_refund.account_id AND refund_id = p_refund.refund_id;
  RETURN v_credits;
END $$;

-- Takes of a grant that was just made what the account owes, as far as it goes. The caller holds
-- the account's lock.
CREATE OR REPLACE FUNCTION holdfast.repay_debt(
  p_account_id text, p_at timestamptz, p_grant_id bigint, p_credits bigint
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_credits bigint;
BEGIN
  SELECT least(owed, p_credits) INTO v_credits
  FROM holdfast.accounts WHERE account_id = p_account_id;
  IF v_credits = 0 THEN RETURN; END IF;
  PERFORM holdfast.post_entry(
    p_account_id, p_at, 'repay',
    p_grant_ids => ARRAY[p_grant_id],
    p_remainder_deltas => ARRAY[-v_credits],
    p_reserved_deltas => ARRAY[0::bigint],
    p_grant_id => p_grant_id,
    p_owed_delta => -v_credits);
END $$;

-- A refusal if the catalog in force admits nothing of an account with a debt; null if it owes
-- nothing, or that is no obstacle.
CREATE OR REPLACE FUNCTION holdfast.debt_obstacle(
  p_account holdfast.accounts, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_account.owed > 0 AND holdfast.stated_by_catalog('inDebt', 'refuse', p_at) = 'refuse'
      THEN holdfast.refusal('ACCOUNT_IN_DEBT', jsonb_build_object('owed', p_account.owed))
  END
$$;
