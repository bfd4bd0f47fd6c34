-- The account that other events of the source name with the same customer; null where none does,
-- and where several do.
CREATE OR REPLACE FUNCTION holdfast.account_of_customer(p_source text, p_customer_id text)
RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT min(e.body->>'accountId')
  FROM holdfast.billing_events AS e
  WHERE e.source = p_source
    AND e.body->>'customerId' = p_customer_id
    AND e.body->>'accountId' IS NOT NULL
  HAVING count(DISTINCT e.body->>'accountId') = 1
$$;

-- The event, as one of its customer's account if it names none itself. It stays that account's:
-- what is told of one subscription is compared by account.
CREATE OR REPLACE FUNCTION holdfast.with_account_of_customer(e holdfast.billing_events)
RETURNS holdfast.billing_events
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text;
BEGIN
  IF e.account_id IS NOT NULL OR holdfast.tells_of_money_back(e) THEN RETURN e; END IF;
  v_account_id := holdfast.account_of_customer(e.source, e.body->>'customerId');
  IF v_account_id IS NULL THEN RETURN e; END IF;
  UPDATE holdfast.billing_events
  SET account_id = v_account_id
  WHERE source = e.source AND event_id = e.event_id
  RETURNING * INTO e;
  RETURN e;
END $$;

-- The end of an event that no account is known of, by what it is about (sold_in). A billing system
-- may sell other things as well; what is sold here waits until the customer's account is told.
CREATE OR REPLACE FUNCTION holdfast.end_without_account(
  e holdfast.billing_events, p_sold jsonb
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN e.body->>'customerId' IS NOT NULL
      AND (p_sold <> '{}' OR NOT holdfast.states_plan(e.body))
      THEN holdfast.refusal('BILLING_ACCOUNT_MISSING', jsonb_build_object(
        'customerId', e.body->'customerId'))
    WHEN p_sold = '{}' THEN holdfast.event_end('ignored', 'no-account')
    ELSE holdfast.event_end('failed', 'BILLING_ACCOUNT_MISSING')
  END
$$;
