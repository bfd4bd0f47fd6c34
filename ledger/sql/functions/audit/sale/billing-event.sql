-- What billing systems have told: each row is as it was told, has ended once, and has what it was
-- applied for. An event that no account is known of belongs to the star.
CREATE OR REPLACE FUNCTION holdfast.billing_event_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT e.*,
      coalesce(e.account_id, '*') AS owner,
      jsonb_build_object('source', e.source, 'eventId', e.event_id) AS named
    FROM holdfast.billing_events AS e
    WHERE coalesce(e.account_id, '*') BETWEEN p_from AND p_to
  )
  SELECT 'event-as-told', e.owner, e.named
  FROM told AS e
  WHERE (e.type, e.account_id, e.subscription_id, e.occurred_at) IS DISTINCT FROM (
      e.body->>'type',
      -- One that names no account may have become its customer's.
      coalesce(e.body->>'accountId', (
        SELECT min(n.body->>'accountId')
        FROM holdfast.billing_events AS n
        WHERE n.source = e.source
          AND n.body->>'customerId' = e.body->>'customerId'
          AND n.body->>'accountId' = e.account_id
      )),
      e.body->>'subscriptionId',
      holdfast.instant(e.body->>'occurredAt')
    )
    OR e.wait_until < e.received_at + interval '3 days'
  UNION ALL
  SELECT 'event-ended-once', e.owner, e.named
  FROM told AS e
  WHERE e.state NOT IN (
      'received', 'waiting', 'applied', 'ignored', 'refused', 'failed', 'kept', 'closed'
    )
    OR (e.ended_at IS NULL) <> (e.state IN ('received', 'waiting'))
    OR (e.look_from IS NULL) <> (e.ended_at IS NOT NULL)
    OR e.ended_at < e.received_at
    OR (e.reason IS NULL AND e.state NOT IN ('received', 'applied'))
    OR (e.attempts < 1 AND e.state <> 'received')
  UNION ALL
  SELECT 'event-has-payment', e.owner, e.named
  FROM told AS e
  WHERE e.state = 'applied'
    AND e.type NOT IN ('payment-refunded', 'dispute-opened', 'dispute-closed')
    AND e.body->>'paymentReference' IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM holdfast.payments AS p
      WHERE p.account_id = e.account_id
        AND p.reference = e.body->>'paymentReference'
        AND p.subscription_id = e.subscription_id
    )
    AND NOT EXISTS (
      SELECT FROM holdfast.purchases AS p
      WHERE p.account_id = e.account_id
        AND p.payment_id = e.body->>'paymentReference'
        AND p.purchase_id = coalesce(e.details->>'purchaseId', p.purchase_id)
        AND p.grant_id::text = coalesce(e.details->>'grantId', p.grant_id::text)
    )
$$;

-- An applied event about money that goes back, or that a bank was asked for, has its refund or its
-- dispute.
CREATE OR REPLACE FUNCTION holdfast.money_back_event_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT e.*,
      coalesce(e.account_id, '*') AS owner,
      coalesce(e.account_id, e.details->>'accountId') AS found_account_id,
      jsonb_build_object('source', e.source, 'eventId', e.event_id) AS named
    FROM holdfast.billing_events AS e
    WHERE coalesce(e.account_id, '*') BETWEEN p_from AND p_to AND e.state = 'applied'
  )
  SELECT 'event-has-refund', e.owner, e.named
  FROM told AS e
  WHERE e.type = 'payment-refunded' AND NOT EXISTS (
    SELECT FROM holdfast.refunds AS r
    JOIN holdfast.purchases AS p USING (account_id, purchase_id)
    WHERE r.account_id = e.found_account_id
      AND r.refund_id = e.body->>'refundId'
      AND r.amount_cents = (e.body->>'amountCents')::bigint
      AND p.payment_id = e.body->>'paymentReference'
  )
  UNION ALL
  SELECT 'event-has-dispute', e.owner, e.named
  FROM told AS e
  WHERE e.type IN ('dispute-opened', 'dispute-closed') AND NOT EXISTS (
    SELECT FROM holdfast.disputes AS d
    JOIN holdfast.purchases AS p USING (account_id, purchase_id)
    WHERE d.account_id = e.found_account_id
      AND d.dispute_id = e.body->>'disputeId'
      AND d.amount_cents = coalesce((e.body->>'amountCents')::bigint, p.price_cents)
      AND p.payment_id = e.body->>'paymentReference'
      AND (e.type = 'dispute-opened' OR d.state = e.body->>'disputeOutcome')
  )
$$;

-- An event that an operator has closed has the act, and each such act its event.
CREATE OR REPLACE FUNCTION holdfast.billing_event_act_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  WITH told AS (
    SELECT e.state,
      coalesce(e.account_id, '*') AS owner,
      jsonb_build_object('source', e.source, 'eventId', e.event_id) AS named
    FROM holdfast.billing_events AS e
    WHERE coalesce(e.account_id, '*') BETWEEN p_from AND p_to
  )
  SELECT 'event-has-act', e.owner, e.named
  FROM told AS e
  WHERE e.state = 'closed' AND 'close-event' IS DISTINCT FROM (
    SELECT a.what
    FROM holdfast.operator_acts AS a
    WHERE a.account_id = e.owner
      AND a.what IN ('close-event', 'retry-event')
      AND a.detail = e.named
    ORDER BY a.act_id DESC LIMIT 1
  )
  UNION ALL
  SELECT 'act-has-event', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND a.what IN ('close-event', 'retry-event')
    AND NOT EXISTS (
      SELECT FROM told AS e WHERE e.owner = a.account_id AND e.named = a.detail
    )
$$;
