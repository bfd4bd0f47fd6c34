-- Freezes what disputed packs have left, up to the credits that their open disputes are about, and
-- gives back what is frozen beyond that, an entry for each pack. What is reserved stays so; what
-- comes back of it is frozen then. What refunds still have to take is left for them. It goes by
-- what is there, so it may be repeated. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.freeze_disputed(p_account_id text, p_at timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_purchase  holdfast.purchases;
  v_remaining bigint;
  v_due       bigint;
  v_change    bigint;
BEGIN
  FOR v_purchase IN
    SELECT p.*
    FROM (
      SELECT DISTINCT purchase_id FROM holdfast.disputes WHERE account_id = p_account_id
    ) AS disputed
    JOIN holdfast.purchases AS p
      ON p.account_id = p_account_id AND p.purchase_id = disputed.purchase_id
    ORDER BY p.grant_id
  LOOP
    SELECT remaining INTO v_remaining
    FROM holdfast.grants
    WHERE account_id = p_account_id AND grant_id = v_purchase.grant_id;
    v_due := holdfast.credits_to_refund(v_purchase);
    v_change := holdfast.credits_to_freeze(v_purchase, v_remaining, v_due) - v_purchase.frozen;
    CONTINUE WHEN v_change = 0;
    PERFORM holdfast.move_end_of_frozen(
      v_purchase, p_at, p_given_back => -v_change - greatest(0, v_due - v_remaining));
    PERFORM holdfast.post_entry(
      p_account_id, p_at, CASE WHEN v_change > 0 THEN 'freeze' ELSE 'unfreeze' END,
      p_grant_ids => ARRAY[v_purchase.grant_id],
      p_remainder_deltas => ARRAY[-v_change],
      p_reserved_deltas => ARRAY[0::bigint],
      p_grant_id => v_purchase.grant_id,
      p_reason => 'dispute ' || holdfast.dispute_that_changed(v_purchase));
    UPDATE holdfast.purchases
    SET frozen = frozen + v_change
    WHERE account_id = p_account_id AND purchase_id = v_purchase.purchase_id;
  END LOOP;
END $$;

-- What refunds of a pack cover and have not taken: it is taken before anything is frozen.
CREATE OR REPLACE FUNCTION holdfast.credits_to_refund(p holdfast.purchases) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(credits - taken - owed), 0)::bigint
  FROM holdfast.refunds
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id
$$;

-- How many credits of a pack are to be frozen, of which p_remaining are not: the unused ones that
-- its open disputes are about. These are about the part of the price that was not given back, as a
-- refund of it would be, and about no more than that, however many there are.
CREATE OR REPLACE FUNCTION holdfast.credits_to_freeze(
  p holdfast.purchases, p_remaining bigint, p_due bigint
) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT least(
    greatest(0, p_remaining + p.frozen - p_due),
    holdfast.credits_paid_by(p.credits, p.price_cents,
        refunded.cents + least(disputed.cents, p.price_cents - refunded.cents))
      - holdfast.credits_paid_by(p.credits, p.price_cents, refunded.cents)
  )
  FROM (SELECT holdfast.refunded_cents(p) AS cents) AS refunded,
    LATERAL (
      SELECT coalesce(sum(amount_cents), 0) AS cents
      FROM holdfast.disputes
      WHERE account_id = p.account_id AND purchase_id = p.purchase_id AND state = 'open'
    ) AS disputed
$$;

-- The dispute of the purchase that was opened or closed last.
CREATE OR REPLACE FUNCTION holdfast.dispute_that_changed(p holdfast.purchases) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT dispute_id
  FROM holdfast.disputes
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id
  ORDER BY greatest(opened_at, closed_at) DESC, part DESC LIMIT 1
$$;

-- Credits that were frozen past their end, and are given back while a subscription is live, count
-- again for as long as they were frozen before it: their grant gets an end of its own. The caller
-- posts the entry that gives them back next.
CREATE OR REPLACE FUNCTION holdfast.move_end_of_frozen(
  p holdfast.purchases, p_at timestamptz, p_given_back bigint
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_account holdfast.accounts;
  v_grant   holdfast.grants;
  v_ends_at timestamptz;
BEGIN
  IF p_given_back <= 0 THEN RETURN; END IF;
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p.account_id;
  SELECT * INTO v_grant
  FROM holdfast.grants WHERE account_id = p.account_id AND grant_id = p.grant_id;
  IF (p_at < v_account.valid_until) IS NOT TRUE
    OR NOT holdfast.is_over(
      v_grant.ends_at, v_grant.term, v_account.term, v_account.booked_term, p_at)
  THEN
    RETURN;
  END IF;
  v_ends_at := holdfast.moved_end(
    coalesce(v_grant.ends_at, holdfast.end_of_term(p.account_id, v_grant.term)),
    p.frozen_since, p_at);
  IF v_ends_at <= p_at THEN RETURN; END IF;
  INSERT INTO holdfast.moved_ends (
    account_id, grant_id, upto_version, term, ends_at, frozen_since)
  VALUES (p.account_id, p.grant_id, v_account.version, v_grant.term, v_grant.ends_at,
    p.frozen_since);
  UPDATE holdfast.grants
  SET term = NULL, ends_at = v_ends_at
  WHERE account_id = p.account_id AND grant_id = p.grant_id;
  -- What other disputes still freeze was frozen for as long before the new end.
  UPDATE holdfast.purchases
  SET frozen_since = p_at
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id;
  PERFORM holdfast.schedule_end_warning(p.account_id, v_ends_at, p_at);
END $$;

-- As long after p_at as p_ends_at was after p_frozen_since. A day is 24 hours here.
CREATE OR REPLACE FUNCTION holdfast.moved_end(
  p_ends_at timestamptz, p_frozen_since timestamptz, p_at timestamptz
) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT least(
    p_at + extract(epoch FROM p_ends_at - p_frozen_since) * interval '1 second',
    holdfast.calendar_end())
$$;

-- The end of one of the account's terms, as it was set last.
CREATE OR REPLACE FUNCTION holdfast.end_of_term(p_account_id text, p_term integer)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT valid_until
  FROM holdfast.terms
  WHERE account_id = p_account_id AND term = p_term
  ORDER BY change DESC LIMIT 1
$$;

-- The end that a grant had when the entry of that version was posted; null: the one that it has.
CREATE OR REPLACE FUNCTION holdfast.end_of_grant_at(
  p_account_id text, p_grant_id bigint, p_version bigint,
  OUT term integer, OUT ends_at timestamptz
) LANGUAGE sql STABLE AS $$
  SELECT held.term, held.ends_at
  FROM (
    SELECT m.term, m.ends_at, m.upto_version
    FROM holdfast.moved_ends AS m
    WHERE m.account_id = p_account_id
      AND m.grant_id = p_grant_id
      AND m.upto_version >= p_version
    UNION ALL
    SELECT g.term, g.ends_at, 9223372036854775807
    FROM holdfast.grants AS g
    WHERE g.account_id = p_account_id AND g.grant_id = p_grant_id
  ) AS held
  ORDER BY held.upto_version LIMIT 1
$$;
