-- The first of its table's rules that a row breaks, by its name; null if it keeps them all. A
-- trigger asks it for each row that is written (keep_rules), and the audit for each that stands.
-- Tables that every generation writes have their rules here, and the others CHECKs, which Postgres
-- reads from their text again for each statement.
CREATE OR REPLACE FUNCTION holdfast.broken_rule(a holdfast.accounts) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN a.account_id !~ '^[A-Za-z0-9][A-Za-z0-9._@|+-]{0,127}$' THEN 'accounts_account_id_valid'
    WHEN a.booked_term NOT BETWEEN 0 AND a.term THEN 'accounts_booked_term_in_range'
    WHEN a.last_ticket < 0
      OR a.waited_for < 0
      OR a.open_reservations < 0
      OR a.day_credits < 0
      THEN 'accounts_counts_not_negative'
    WHEN a.granted
      <> a.available + a.reserved + a.spent + a.expired + a.deducted + a.refunded + a.frozen
      THEN 'accounts_figures_add_up'
    WHEN least(
        a.available, a.reserved, a.spent, a.expired, a.deducted, a.refunded, a.frozen, a.owed
      ) < 0
      THEN 'accounts_figures_not_negative'
    WHEN a.granted > 9007199254740991 THEN 'accounts_granted_is_safe_integer'
  END
$$;

CREATE OR REPLACE FUNCTION holdfast.broken_rule(g holdfast.grants) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN g.cost_cents < 0 THEN 'grants_cost_not_negative'
    -- A cycle that was taken over may have nothing left.
    WHEN g.credits < 0 OR (g.credits = 0 AND g.cycle IS NULL) THEN 'grants_credits_positive'
    WHEN g.currency !~ '^[A-Z]{3}$' THEN 'grants_currency_is_iso_4217'
    WHEN (g.subscription_id IS NULL) <> (g.cycle IS NULL)
      OR (g.cycle IS NOT NULL AND (g.source <> 'plan' OR g.term IS NULL))
      THEN 'grants_cycle_is_of_plan'
    WHEN (g.ends_at IS NULL) = (g.term IS NULL) THEN 'grants_end_is_own_or_of_term'
    WHEN g.source = 'promotion' AND g.ends_at IS NULL THEN 'grants_promotion_has_own_end'
    WHEN g.remaining NOT BETWEEN 0 AND g.credits THEN 'grants_remaining_in_range'
    WHEN g.source NOT IN ('plan', 'pack', 'promotion', 'adjustment') THEN 'grants_source_known'
  END
$$;

CREATE OR REPLACE FUNCTION holdfast.broken_rule(r holdfast.reservations) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN r.charged <> 0
      AND r.reason IS NOT NULL
      AND (r.reason <> 'cancelled' OR r.output_url IS NOT NULL)
      THEN 'reservations_charge_reason'
    WHEN r.charged NOT BETWEEN 0 AND r.credits THEN 'reservations_charged_in_range'
    WHEN r.state <> 'committed' AND r.charged <> 0 THEN 'reservations_only_a_commit_charges'
    WHEN (r.state IN ('waiting', 'open')) <> (r.expires_at IS NOT NULL)
      THEN 'reservations_open_has_expiry'
    WHEN r.request_id !~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'
      THEN 'reservations_request_id_valid'
    WHEN (r.state IN ('waiting', 'open')) <> (r.resolved_at IS NULL)
      THEN 'reservations_resolved_has_time'
    WHEN r.state NOT IN ('waiting', 'open', 'committed', 'released')
      THEN 'reservations_state_known'
    WHEN num_nulls(r.ticket, r.waits_for, r.admitted_credits, r.waiting_since, r.wait_until)
      NOT IN (0, 5)
      THEN 'reservations_ticket_complete'
    WHEN r.body IS NULL AND (r.state <> 'released' OR r.credits <> 0)
      THEN 'reservations_tombstone_is_released'
    WHEN r.state = 'waiting' AND (r.ticket IS NULL OR r.credits <> 0)
      THEN 'reservations_waiting_holds_nothing'
    WHEN r.waits_for <= 0 THEN 'reservations_waits_for_something'
  END
$$;

CREATE OR REPLACE FUNCTION holdfast.broken_rule(e holdfast.entries) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN e.granted_after
      <> e.available_after + e.reserved_after + e.spent_after + e.expired_after
        + e.deducted_after + e.refunded_after + e.frozen_after
      THEN 'entries_balances_add_up'
    WHEN NOT CASE e.type
      WHEN 'grant'
        THEN e.available_delta >= 0 AND e.reserved_delta = 0 AND e.grant_id IS NOT NULL
      WHEN 'reserve' THEN e.available_delta < 0
        AND e.reserved_delta = -e.available_delta
        AND e.request_id IS NOT NULL
      WHEN 'commit' THEN e.available_delta >= 0
        AND e.reserved_delta <= -e.available_delta
        AND e.request_id IS NOT NULL
      WHEN 'release' THEN e.available_delta > 0
        AND e.reserved_delta = -e.available_delta
        AND e.request_id IS NOT NULL
      WHEN 'expire'
        THEN e.available_delta < 0 AND e.reserved_delta = 0 AND e.grant_id IS NOT NULL
      -- What an order has held comes back if no money goes.
      WHEN 'refund'
        THEN e.available_delta <> 0 AND e.reserved_delta = 0 AND e.grant_id IS NOT NULL
      WHEN 'freeze'
        THEN e.available_delta < 0 AND e.reserved_delta = 0 AND e.grant_id IS NOT NULL
      WHEN 'unfreeze'
        THEN e.available_delta > 0 AND e.reserved_delta = 0 AND e.grant_id IS NOT NULL
      WHEN 'deduct'
        THEN e.available_delta < 0 AND e.reserved_delta = 0 AND e.by_name IS NOT NULL
      WHEN 'owe' THEN e.available_delta = 0
        AND e.reserved_delta = 0
        AND e.owed_delta > 0
        AND e.grant_id IS NOT NULL
      WHEN 'repay' THEN e.available_delta < 0
        AND e.reserved_delta = 0
        AND e.owed_delta = e.available_delta
        AND e.grant_id IS NOT NULL
      ELSE false
    END
      OR (e.owed_delta IS NOT NULL) <> (e.type IN ('owe', 'repay'))
      THEN 'entries_deltas_fit_type'
    WHEN e.owed_after < 0 THEN 'entries_owed_not_negative'
    WHEN e.frozen_after < 0 THEN 'entries_frozen_not_negative'
  END
$$;
