-- The length of the next cycle to be paid: a scheduled plan's own, else the one that runs.
CREATE OR REPLACE FUNCTION holdfast.next_length(
  p_subscription holdfast.subscriptions, p_at timestamptz
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    holdfast.plan_length(p_subscription.scheduled_plan_id, p_at), p_subscription.cycle)
$$;

-- Sets the calendar for the next cycle: as it runs; from the next boundary, if a scheduled plan has
-- another length; or from now, in a new term of the same subscription, in which n goes on.
CREATE OR REPLACE FUNCTION holdfast.prepare_cycle(
  p_subscription holdfast.subscriptions, p_account_term integer, p_in_time boolean,
  p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id      text := p_subscription.account_id;
  v_subscription_id text := p_subscription.subscription_id;
  v_length          text := holdfast.next_length(p_subscription, p_at);
BEGIN
  IF NOT p_in_time THEN
    UPDATE holdfast.subscriptions
    SET term = p_account_term + 1,
      anchor = p_at,
      anchor_cycle = paid_cycle + 1,
      cycle = v_length,
      -- The lapse has carried out the cancellation; a new payment begins anew.
      cancel_at_period_end = false,
      status = 'active',
      closed_why = NULL,
      closed_at = NULL,
      look_from = p_at + interval '2 minutes'
    WHERE account_id = v_account_id AND subscription_id = v_subscription_id;
  ELSIF NOT holdfast.same_length(v_length, p_subscription.cycle) THEN
    UPDATE holdfast.subscriptions
    SET anchor_cycle = paid_cycle + 1,
      cycle = v_length,
      anchor = holdfast.cycle_end(
        v_account_id, v_subscription_id, p_subscription.paid_cycle)
    WHERE account_id = v_account_id AND subscription_id = v_subscription_id;
  END IF;
END $$;

-- When the next cycle will end, by the calendar that prepare_cycle sets for it. From a boundary
-- past the calendar's end nothing is counted.
CREATE OR REPLACE FUNCTION holdfast.next_end(
  p_subscription holdfast.subscriptions, p_in_time boolean, p_at timestamptz
) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_length     text := holdfast.next_length(p_subscription, p_at);
  v_zone       text := p_subscription.time_zone;
  v_paid_until timestamptz;
BEGIN
  IF NOT p_in_time THEN RETURN holdfast.add_duration(p_at, v_length, v_zone); END IF;
  v_paid_until := holdfast.cycle_end(
    p_subscription.account_id, p_subscription.subscription_id, p_subscription.paid_cycle);
  IF v_paid_until > holdfast.calendar_end() THEN RETURN v_paid_until; END IF;
  IF NOT holdfast.same_length(v_length, p_subscription.cycle) THEN
    RETURN holdfast.add_duration(v_paid_until, v_length, v_zone);
  END IF;
  RETURN holdfast.cycle_start(
    p_subscription.anchor, p_subscription.anchor_cycle, p_subscription.paid_cycle + 2,
    p_subscription.cycle, v_zone);
END $$;

-- The first cycle of a plan that begins at p_from or later, as things stand: one that is paid
-- ahead, or else one that renewals would pay. Null if the subscription will have left the plan, or
-- ended, by then.
CREATE OR REPLACE FUNCTION holdfast.plan_cycle_from(
  p_account_id text, p_subscription_id text, p_plan_id text, p_from timestamptz,
  OUT starts_at timestamptz, OUT length text
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_subscription holdfast.subscriptions;
  v_next         integer;
BEGIN
  SELECT c.starts_at, c.length INTO starts_at, length
  FROM holdfast.cycles AS c
  WHERE c.account_id = p_account_id
    AND c.subscription_id = p_subscription_id
    AND c.plan_id = p_plan_id
    AND c.grant_id IS NULL
    AND c.starts_at >= p_from
  ORDER BY c.cycle LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  SELECT * INTO v_subscription
  FROM holdfast.subscriptions
  WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF v_subscription.cancel_at_period_end
    OR p_plan_id <> coalesce(v_subscription.scheduled_plan_id, v_subscription.plan_id)
  THEN
    RETURN;
  END IF;
  v_next := v_subscription.paid_cycle + 1;
  length := holdfast.next_length(v_subscription, holdfast.clock());
  -- As the next renewal would set it: another length counts from the first unpaid boundary.
  IF NOT holdfast.same_length(length, v_subscription.cycle) THEN
    v_subscription.anchor := holdfast.cycle_end(
      p_account_id, p_subscription_id, v_subscription.paid_cycle);
    v_subscription.anchor_cycle := v_next;
  END IF;
  starts_at := holdfast.boundary_from(
    v_subscription.anchor, v_subscription.anchor_cycle, v_next, length,
    v_subscription.time_zone, p_from);
END $$;

-- The first boundary, from that cycle's on, at p_from or later; null if it is more than a billion
-- cycles away.
CREATE OR REPLACE FUNCTION holdfast.boundary_from(
  p_anchor timestamptz, p_anchor_cycle integer, p_cycle_number integer, p_cycle text,
  p_time_zone text, p_from timestamptz
) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_before integer := -1;
  v_steps  integer := 0;
  v_middle integer;
BEGIN
  -- Boundaries grow with their number: doubling finds one that is late enough, halving the first of
  -- those.
  WHILE holdfast.cycle_start(
    p_anchor, p_anchor_cycle, p_cycle_number + v_steps, p_cycle, p_time_zone) < p_from
  LOOP
    v_before := v_steps;
    v_steps := 2 * v_steps + 1;
    IF v_steps > 1000000000 THEN RETURN NULL; END IF;
  END LOOP;
  WHILE v_steps - v_before > 1 LOOP
    v_middle := v_before + (v_steps - v_before) / 2;
    IF holdfast.cycle_start(
      p_anchor, p_anchor_cycle, p_cycle_number + v_middle, p_cycle, p_time_zone) < p_from
    THEN
      v_before := v_middle;
    ELSE
      v_steps := v_middle;
    END IF;
  END LOOP;
  RETURN holdfast.cycle_start(
    p_anchor, p_anchor_cycle, p_cycle_number + v_steps, p_cycle, p_time_zone);
END $$;
