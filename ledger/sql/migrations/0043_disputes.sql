-- What a bank is asked to take back of a granted purchase's price. part counts the disputes of one
-- purchase.
CREATE TABLE holdfast.disputes (
  account_id   text        NOT NULL,
  dispute_id   text        NOT NULL,
  purchase_id  text        NOT NULL,
  part         integer     NOT NULL,
  amount_cents bigint      NOT NULL,
  state        text        NOT NULL,
  opened_at    timestamptz NOT NULL,
  closed_at    timestamptz,
  CONSTRAINT disputes_pkey PRIMARY KEY (account_id, dispute_id),
  CONSTRAINT disputes_part_once UNIQUE (account_id, purchase_id, part),
  CONSTRAINT disputes_purchase_known FOREIGN KEY (account_id, purchase_id)
    REFERENCES holdfast.purchases,
  CONSTRAINT disputes_amount_positive CHECK (amount_cents > 0),
  CONSTRAINT disputes_part_positive CHECK (part > 0),
  CONSTRAINT disputes_state_known CHECK (state IN ('open', 'won', 'lost')),
  CONSTRAINT disputes_closed_has_time CHECK ((state = 'open') = (closed_at IS NULL))
);

-- The end that a grant had up to that entry: credits that were frozen past it were given back.
CREATE TABLE holdfast.moved_ends (
  account_id   text        NOT NULL,
  grant_id     bigint      NOT NULL,
  upto_version bigint      NOT NULL,
  term         integer,
  ends_at      timestamptz,
  frozen_since timestamptz NOT NULL,
  CONSTRAINT moved_ends_pkey PRIMARY KEY (account_id, grant_id, upto_version),
  CONSTRAINT moved_ends_grant_known FOREIGN KEY (account_id, grant_id) REFERENCES holdfast.grants,
  CONSTRAINT moved_ends_own_or_of_term CHECK ((term IS NULL) <> (ends_at IS NULL))
);

-- The credits of a pack that are frozen, and since when it is disputed without a break.
ALTER TABLE holdfast.purchases
  ADD COLUMN frozen bigint NOT NULL DEFAULT 0,
  ADD COLUMN frozen_since timestamptz,
  ADD CONSTRAINT purchases_frozen_in_range
    CHECK (frozen BETWEEN 0 AND credits AND (frozen = 0 OR frozen_since IS NOT NULL)) NOT VALID;

-- The frozen credits, as a figure of its own.
ALTER TABLE holdfast.accounts ADD COLUMN frozen bigint NOT NULL DEFAULT 0;
ALTER TABLE holdfast.entries ADD COLUMN frozen_after bigint NOT NULL DEFAULT 0;

ALTER TABLE holdfast.operator_acts
  DROP CONSTRAINT operator_acts_what_known,
  ADD CONSTRAINT operator_acts_what_known CHECK (what IN (
    'grant', 'deduct', 'stop', 'admit', 'limits', 'owner-limits', 'low-balance', 'top-up',
    'forget-declines', 'release', 'close-purchase', 'end-now', 'dismiss-notice', 'reconcile',
    'catalog', 'erase', 'migrate', 'redo', 'waive', 'open-restored', 'refund',
    'import', 'retry-event', 'close-event', 'dispute'
  )) NOT VALID;

-- With the functions: one has a further parameter from here on.
DROP FUNCTION IF EXISTS holdfast.burn_ranks(text, bigint[], timestamptz);
