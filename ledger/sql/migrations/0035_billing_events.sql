-- What billing systems tell: an event is kept here before it is answered, and then applied by a
-- workflow of its own. Its row is never deleted, so what is told again is known.
CREATE TABLE holdfast.billing_events (
  source          text        NOT NULL,
  event_id        text        NOT NULL,
  -- In the order in which they were told.
  place           bigint      GENERATED ALWAYS AS IDENTITY,
  type            text        NOT NULL,
  account_id      text,
  subscription_id text,
  -- The event as it was told; the columns before repeat members of it.
  body            jsonb       NOT NULL,
  occurred_at     timestamptz NOT NULL,
  received_at     timestamptz NOT NULL,
  state           text        NOT NULL,
  -- Why it waits, or how it has ended; a code of errors.md, or a word of its own.
  reason          text,
  details         jsonb       NOT NULL DEFAULT '{}',
  attempts        integer     NOT NULL DEFAULT 0,
  -- Until when what it is about is waited for.
  wait_until      timestamptz NOT NULL,
  -- From when reconciliation asks whether its workflow lives.
  look_from       timestamptz,
  ended_at        timestamptz,
  CONSTRAINT billing_events_pkey PRIMARY KEY (source, event_id),
  CONSTRAINT billing_events_place_once UNIQUE (place),
  CONSTRAINT billing_events_source_valid CHECK (source ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  CONSTRAINT billing_events_id_valid CHECK (event_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'),
  CONSTRAINT billing_events_body_bounded CHECK (octet_length(body::text) <= 16384),
  CONSTRAINT billing_events_state_known CHECK (state IN (
    'received', 'waiting', 'applied', 'ignored', 'refused', 'failed', 'kept', 'closed'
  )),
  CONSTRAINT billing_events_ended_has_time CHECK (
    (ended_at IS NULL) = (state IN ('received', 'waiting'))
  ),
  CONSTRAINT billing_events_pending_is_looked_after CHECK (
    (look_from IS NULL) = (ended_at IS NOT NULL)
  ),
  CONSTRAINT billing_events_reason_says_why CHECK (
    reason IS NOT NULL OR state IN ('received', 'applied')
  ),
  CONSTRAINT billing_events_attempts_not_negative CHECK (attempts >= 0)
) WITH (fillfactor = 70);

-- What is told of one subscription, for the newest of each setting.
CREATE INDEX billing_events_of_account
  ON holdfast.billing_events (account_id, subscription_id, occurred_at);
CREATE INDEX billing_events_pending ON holdfast.billing_events (look_from, source, event_id)
  WHERE look_from IS NOT NULL;
CREATE INDEX billing_events_in_state ON holdfast.billing_events (state, place);

ALTER TABLE holdfast.operator_acts
  DROP CONSTRAINT operator_acts_what_known,
  ADD CONSTRAINT operator_acts_what_known CHECK (what IN (
    'grant', 'deduct', 'stop', 'admit', 'limits', 'owner-limits', 'low-balance', 'top-up',
    'forget-declines', 'release', 'close-purchase', 'end-now', 'dismiss-notice', 'reconcile',
    'catalog', 'erase', 'migrate', 'redo', 'waive', 'open-restored', 'refund',
    'import', 'retry-event', 'close-event'
  )) NOT VALID;
