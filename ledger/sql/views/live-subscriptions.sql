-- The subscriptions that are live now, one row each. Columns are only ever added, at the end.
CREATE OR REPLACE VIEW holdfast.live_subscriptions AS
SELECT s.account_id,
  s.subscription_id,
  s.plan_id,
  s.scheduled_plan_id,
  -- Every plan that it has now, has paid for, or would pay for next.
  ARRAY(
    SELECT c.plan_id
    FROM holdfast.cycles AS c
    WHERE c.account_id = s.account_id
      AND c.subscription_id = s.subscription_id
      AND c.cycle >= s.granted_cycle
    UNION
    SELECT coalesce(s.scheduled_plan_id, s.plan_id)
  ) AS plan_ids,
  s.time_zone,
  s.cycle AS cycle_length,
  s.paid_cycle,
  last.ends_at AS paid_until,
  a.valid_until,
  s.cancel_at_period_end
FROM holdfast.subscriptions AS s
JOIN holdfast.accounts AS a ON a.account_id = s.account_id
JOIN holdfast.cycles AS last
  ON last.account_id = s.account_id
  AND last.subscription_id = s.subscription_id
  AND last.cycle = s.paid_cycle
WHERE s.status = 'active' AND holdfast.is_live(a.valid_until, a.last_entry_at);
