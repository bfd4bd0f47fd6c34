-- Which purchase a grant came from. Both columns are written once, so no update of a reservation touches the index.
CREATE UNIQUE INDEX purchases_grant_once ON holdfast.purchases (account_id, grant_id) WHERE grant_id IS NOT NULL;
