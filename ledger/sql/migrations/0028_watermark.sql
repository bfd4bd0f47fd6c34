-- How far the ledger has come, as Temporal is told from time to time: a ledger that is behind what
-- Temporal was told was restored from an older copy. Without the row none is kept.
CREATE TABLE holdfast.ledger_watermark (
  only_one  boolean     NOT NULL DEFAULT true,
  mark      bigint      NOT NULL,
  marked_at timestamptz NOT NULL,
  -- The transaction that would come next, had nothing happened since.
  next_xid  bigint      NOT NULL,
  CONSTRAINT ledger_watermark_pkey PRIMARY KEY (only_one),
  CONSTRAINT ledger_watermark_only_one CHECK (only_one),
  CONSTRAINT ledger_watermark_mark_not_negative CHECK (mark >= 0)
);

INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid) VALUES (0, '-infinity', 0);

-- What a workflow remembers as done and the ledger doesn't have, once the ledger has been told of
-- it; and what an operator has done about it. No key refers to accounts: they may be lost as well.
CREATE TABLE holdfast.lost_operations (
  account_id text        NOT NULL,
  what       text        NOT NULL,
  -- Of the request, the purchase, the subscription; else the operation's key.
  id         text        NOT NULL,
  credits    bigint,
  seen_at    timestamptz NOT NULL,
  ended      text,
  CONSTRAINT lost_operations_pkey PRIMARY KEY (account_id, what, id),
  CONSTRAINT lost_operations_what_known CHECK (what IN (
    'generation', 'grant', 'purchase', 'subscribe', 'renew', 'changePlan', 'cancelAtPeriodEnd',
    'resume', 'endNow'
  )),
  CONSTRAINT lost_operations_ended_known CHECK (ended IN ('redone', 'waived'))
);

ALTER TABLE holdfast.operator_acts
  DROP CONSTRAINT operator_acts_what_known,
  ADD CONSTRAINT operator_acts_what_known CHECK (what IN (
    'grant', 'deduct', 'stop', 'admit', 'limits', 'owner-limits', 'low-balance', 'top-up',
    'forget-declines', 'release', 'close-purchase', 'end-now', 'dismiss-notice', 'reconcile',
    'catalog', 'erase', 'migrate', 'redo', 'waive', 'open-restored'
  )) NOT VALID;
