-- The indexes of tables that may be large by the time they get them. They are built while the
-- ledger serves: after the tables of the migrations, and before the functions that use them.

-- One payment buys once, also if a provider names it again. A second purchase for which it is named
-- is kept too: its money goes back.
CREATE UNIQUE INDEX CONCURRENTLY purchases_payment_buys_once
ON holdfast.purchases (account_id, payment_id)
WHERE payment_id IS NOT NULL AND reason IS DISTINCT FROM 'payment-already-used';

-- For the list of what waits for an operator.
CREATE INDEX CONCURRENTLY notices_failed
ON holdfast.notices (settled_at, account_id, notice_id) WHERE status = 'failed';

-- Attempts to pay are counted over the last hour, day and 30 days.
CREATE INDEX CONCURRENTLY purchases_opened ON holdfast.purchases (account_id, opened_at);

CREATE INDEX CONCURRENTLY reservations_free_cancels
ON holdfast.reservations (account_id, free_cancel_at) WHERE free_cancel_at IS NOT NULL;

-- An event that names no account is looked for by its customer.
CREATE INDEX CONCURRENTLY billing_events_of_customer
ON holdfast.billing_events (source, (body->>'customerId')) WHERE body->>'accountId' IS NOT NULL;

-- A billing system's refund may name its payment alone.
CREATE INDEX CONCURRENTLY purchases_by_payment
ON holdfast.purchases (payment_id) WHERE payment_id IS NOT NULL;
