-- A purchase's key is its own row: an intent before the charge, then how it ended. It is never deleted.
CREATE TABLE holdfast.purchases (
  account_id      text        NOT NULL,
  purchase_id     text        NOT NULL,
  -- What the caller said; null for a tombstone, which answers any body.
  body            jsonb,
  -- The pack as it was sold then: the catalog's later versions don't touch it.
  pack_id         text,
  credits         bigint      NOT NULL DEFAULT 0,
  price_cents     bigint      NOT NULL DEFAULT 0,
  currency        text,
  catalog_version integer,
  status          text        NOT NULL,
  opened_at       timestamptz NOT NULL,
  payment_id      text,
  reason          text,
  grant_id        bigint,
  resolved_at     timestamptz,
  -- From this moment on reconciliation asks whether the workflow still lives. It ends nothing by itself.
  look_from       timestamptz,
  CONSTRAINT purchases_pkey PRIMARY KEY (account_id, purchase_id),
  CONSTRAINT purchases_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT purchases_grant_fkey FOREIGN KEY (account_id, grant_id) REFERENCES holdfast.grants,
  CONSTRAINT purchases_id_valid CHECK (purchase_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'),
  CONSTRAINT purchases_credits_not_negative CHECK (credits >= 0),
  CONSTRAINT purchases_price_not_negative CHECK (price_cents >= 0),
  CONSTRAINT purchases_currency_is_iso_4217 CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT purchases_status_known CHECK (status IN ('open', 'granted', 'declined', 'voided', 'returning', 'returned')),
  -- A tombstone has nothing to grant. Money that arrives for it all the same goes back.
  CONSTRAINT purchases_tombstone_buys_nothing CHECK (CASE WHEN body IS NULL
    THEN status IN ('voided', 'returning', 'returned') AND credits = 0 AND price_cents = 0
      AND num_nonnulls(pack_id, currency, catalog_version) = 0
    ELSE credits > 0 AND num_nulls(pack_id, currency, catalog_version) = 0 END),
  CONSTRAINT purchases_granted_has_grant CHECK ((status = 'granted') = (grant_id IS NOT NULL)),
  CONSTRAINT purchases_paid_has_payment CHECK (CASE WHEN status IN ('granted', 'returning') THEN payment_id IS NOT NULL
    ELSE status = 'returned' OR payment_id IS NULL END),
  CONSTRAINT purchases_reason_says_why_not CHECK ((reason IS NULL) = (status IN ('open', 'granted'))),
  CONSTRAINT purchases_resolved_has_time CHECK ((resolved_at IS NULL) = (status IN ('open', 'returning'))),
  CONSTRAINT purchases_unfinished_is_looked_after CHECK ((look_from IS NULL) = (resolved_at IS NOT NULL))
) WITH (fillfactor = 60);

CREATE INDEX purchases_unfinished ON holdfast.purchases (look_from, account_id, purchase_id) WHERE resolved_at IS NULL;

-- One payment buys once, whatever a provider says.
CREATE UNIQUE INDEX purchases_payment_once ON holdfast.purchases (account_id, payment_id) WHERE payment_id IS NOT NULL;

-- From when reconciliation asks whether a live subscription's workflow still runs.
ALTER TABLE holdfast.subscriptions ADD COLUMN look_from timestamptz;
UPDATE holdfast.subscriptions SET look_from = date_trunc('milliseconds', clock_timestamp());
ALTER TABLE holdfast.subscriptions ALTER COLUMN look_from SET NOT NULL;

CREATE INDEX subscriptions_watched ON holdfast.subscriptions (look_from, account_id) WHERE status = 'active';

-- What a sweep has to find. None of their columns changes with a reservation, so those updates stay heap-only.
CREATE INDEX accounts_unbooked_term ON holdfast.accounts (valid_until, account_id) WHERE booked_term < term;
CREATE INDEX grants_own_end ON holdfast.grants (ends_at, account_id) WHERE has_remainder AND ends_at IS NOT NULL;
