-- What the payment provider has given back of a granted purchase. part counts the refunds of one
-- purchase; credits are those that it covers, and taken those of them that were unused.
CREATE TABLE holdfast.refunds (
  account_id   text        NOT NULL,
  refund_id    text        NOT NULL,
  purchase_id  text        NOT NULL,
  part         integer     NOT NULL,
  amount_cents bigint      NOT NULL,
  credits      bigint      NOT NULL,
  taken        bigint      NOT NULL DEFAULT 0,
  at           timestamptz NOT NULL,
  CONSTRAINT refunds_pkey PRIMARY KEY (account_id, refund_id),
  CONSTRAINT refunds_part_once UNIQUE (account_id, purchase_id, part),
  CONSTRAINT refunds_purchase_known FOREIGN KEY (account_id, purchase_id)
    REFERENCES holdfast.purchases,
  CONSTRAINT refunds_amount_positive CHECK (amount_cents > 0),
  CONSTRAINT refunds_part_positive CHECK (part > 0),
  CONSTRAINT refunds_taken_in_range CHECK (taken BETWEEN 0 AND credits)
);

-- The credits that refunds have taken, as a figure of its own.
ALTER TABLE holdfast.accounts ADD COLUMN refunded bigint NOT NULL DEFAULT 0;
ALTER TABLE holdfast.entries ADD COLUMN refunded_after bigint NOT NULL DEFAULT 0;

ALTER TABLE holdfast.operator_acts
  DROP CONSTRAINT operator_acts_what_known,
  ADD CONSTRAINT operator_acts_what_known CHECK (what IN (
    'grant', 'deduct', 'stop', 'admit', 'limits', 'owner-limits', 'low-balance', 'top-up',
    'forget-declines', 'release', 'close-purchase', 'end-now', 'dismiss-notice', 'reconcile',
    'catalog', 'erase', 'migrate', 'redo', 'waive', 'open-restored', 'refund',
    'import', 'retry-event', 'close-event'
  )) NOT VALID;
