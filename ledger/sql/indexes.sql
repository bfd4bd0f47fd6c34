-- The indexes of tables that may be large by the time they get them. They are built while the
-- ledger serves: after the tables of the migrations, and before the functions that use them.

-- Attempts to pay are counted over the last hour, day and 30 days.
CREATE INDEX CONCURRENTLY purchases_opened ON holdfast.purchases (account_id, opened_at);

CREATE INDEX CONCURRENTLY reservations_free_cancels
ON holdfast.reservations (account_id, free_cancel_at) WHERE free_cancel_at IS NOT NULL;
