-- Of what is told about one setting of a subscription the newest holds, by the billing system's own
-- time. Between two of the same moment their ids decide, so that the order of telling never does.

CREATE OR REPLACE FUNCTION holdfast.states_plan(p_body jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT p_body->>'planId' IS NOT NULL OR p_body->>'priceId' IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION holdfast.states_cancellation(e holdfast.billing_events)
RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT e.type IN ('subscription-cancelled', 'subscription-resumed')
    OR (e.type = 'subscription-changed' AND e.body->>'cancelAtPeriodEnd' IS NOT NULL)
$$;

-- Whether everything that the event sets was told newer. A payment is never outdated, nor an end.
CREATE OR REPLACE FUNCTION holdfast.is_event_outdated(e holdfast.billing_events) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT e.type IN ('subscription-changed', 'subscription-cancelled', 'subscription-resumed')
    AND e.body->>'paymentReference' IS NULL
    AND (NOT holdfast.states_cancellation(e) OR holdfast.is_setting_outdated(e, 'cancellation'))
    AND (
      e.type <> 'subscription-changed'
      OR NOT holdfast.states_plan(e.body)
      OR holdfast.is_setting_outdated(e, 'plan')
    )
$$;

-- Whether a newer event says something about the setting, `plan` or `cancellation`. One that is
-- known and not applied yet counts as well; one that came to nothing doesn't.
CREATE OR REPLACE FUNCTION holdfast.is_setting_outdated(
  e holdfast.billing_events, p_setting text
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM holdfast.billing_events AS n
    WHERE n.account_id = e.account_id
      AND n.subscription_id = e.subscription_id
      AND n.state IN ('received', 'waiting', 'applied')
      AND n.occurred_at >= e.occurred_at
      AND (n.occurred_at, n.source, n.event_id) > (e.occurred_at, e.source, e.event_id)
      AND n.body->>'environment' IS NOT DISTINCT FROM e.body->>'environment'
      AND CASE p_setting
        WHEN 'plan' THEN holdfast.states_plan(n.body)
          AND n.type IN ('subscription-changed', 'subscription-started', 'invoice-paid')
        ELSE holdfast.states_cancellation(n)
      END
  )
$$;
