-- Live means before the lapse, by the ledger's clock. For views: they call functions as whoever reads them, who may not ask
-- the clock.
CREATE OR REPLACE FUNCTION holdfast.is_live(p_valid_until timestamptz, p_last_entry_at timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.ledger_now(p_last_entry_at) < p_valid_until
$$;

-- The first cycle of a plan that begins at p_from or later, as things stand: one that is paid ahead, or else what renewals
-- would pay for. Null where the subscription will have left the plan, or ended, by then.
CREATE OR REPLACE FUNCTION holdfast.plan_cycle_from(
  p_account_id text, p_subscription_id text, p_plan_id text, p_from timestamptz, OUT starts_at timestamptz, OUT length text
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s            holdfast.subscriptions;
  v_paid_until timestamptz;
BEGIN
  SELECT c.starts_at, c.length INTO starts_at, length FROM holdfast.cycles AS c
    WHERE c.account_id = p_account_id AND c.subscription_id = p_subscription_id AND c.plan_id = p_plan_id
      AND c.grant_id IS NULL AND c.starts_at >= p_from ORDER BY c.cycle LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  SELECT * INTO s FROM holdfast.subscriptions WHERE account_id = p_account_id AND subscription_id = p_subscription_id;
  IF s.cancel_at_period_end OR p_plan_id <> coalesce(s.scheduled_plan_id, s.plan_id) THEN RETURN; END IF;
  SELECT c.ends_at INTO v_paid_until FROM holdfast.cycles AS c
    WHERE c.account_id = p_account_id AND c.subscription_id = p_subscription_id AND c.cycle = s.paid_cycle;
  length := holdfast.next_length(s, holdfast.clock());
  -- As the next renewal would set it: another length counts from the first unpaid boundary.
  starts_at := CASE WHEN holdfast.same_length(length, s.cycle)
    THEN holdfast.boundary_from(s.anchor, s.anchor_cycle, s.paid_cycle + 1, length, s.time_zone, p_from)
    ELSE holdfast.boundary_from(v_paid_until, s.paid_cycle + 1, s.paid_cycle + 1, length, s.time_zone, p_from) END;
END $$;

-- The first boundary, from that cycle's on, at p_from or later; null where it is more than a billion cycles away.
CREATE OR REPLACE FUNCTION holdfast.boundary_from(
  p_anchor timestamptz, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text, p_from timestamptz
) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_before integer := -1;
  v_steps  integer := 0;
  v_middle integer;
BEGIN
  -- Boundaries grow with their number: doubling finds one that is late enough, halving the first of those.
  WHILE holdfast.cycle_start(p_anchor, p_anchor_cycle, p_cycle_number + v_steps, p_cycle, p_time_zone) < p_from LOOP
    v_before := v_steps;
    v_steps := 2 * v_steps + 1;
    IF v_steps > 1000000000 THEN RETURN NULL; END IF;
  END LOOP;
  WHILE v_steps - v_before > 1 LOOP
    v_middle := v_before + (v_steps - v_before) / 2;
    IF holdfast.cycle_start(p_anchor, p_anchor_cycle, p_cycle_number + v_middle, p_cycle, p_time_zone) < p_from
      THEN v_before := v_middle;
      ELSE v_steps := v_middle;
    END IF;
  END LOOP;
  RETURN holdfast.cycle_start(p_anchor, p_anchor_cycle, p_cycle_number + v_steps, p_cycle, p_time_zone);
END $$;
