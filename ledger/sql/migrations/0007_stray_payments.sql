-- Money under a purchase's key beside the payment that bought it, or goes back for it already: it buys nothing, and goes back.
CREATE TABLE holdfast.stray_payments (
  account_id  text        NOT NULL,
  payment_id  text        NOT NULL,
  purchase_id text        NOT NULL,
  status      text        NOT NULL,
  seen_at     timestamptz NOT NULL,
  returned_at timestamptz,
  -- From this moment on reconciliation asks whether somebody gives it back.
  look_from   timestamptz,
  CONSTRAINT stray_payments_pkey PRIMARY KEY (account_id, payment_id),
  CONSTRAINT stray_payments_purchase_fkey FOREIGN KEY (account_id, purchase_id) REFERENCES holdfast.purchases,
  CONSTRAINT stray_payments_status_known CHECK (status IN ('returning', 'returned')),
  CONSTRAINT stray_payments_returned_has_time CHECK ((status = 'returned') = (returned_at IS NOT NULL)),
  CONSTRAINT stray_payments_returning_is_looked_after CHECK ((status = 'returning') = (look_from IS NOT NULL))
);

CREATE INDEX stray_payments_of_purchase ON holdfast.stray_payments (account_id, purchase_id);
CREATE INDEX stray_payments_returning ON holdfast.stray_payments (look_from, account_id, purchase_id) WHERE status = 'returning';
