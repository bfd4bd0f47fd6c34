-- Requests that wait for credits, what is set for an account, and what somebody outside has to hear of it.

-- Replaced by versions with more arguments; a second one beside it would make the calls ambiguous.
DROP FUNCTION IF EXISTS holdfast.post_entry(text, timestamptz, text, bigint[], bigint[], bigint[], text, bigint, text, text);
DROP FUNCTION IF EXISTS holdfast.reserve_credits(text, text, jsonb, bigint, integer, bigint);
DROP FUNCTION IF EXISTS holdfast.insufficient_credits(bigint, bigint);

ALTER TABLE holdfast.accounts
  ADD COLUMN last_ticket bigint NOT NULL DEFAULT 0,
  -- What all that wait need together. On the account, because every reserve has to know it.
  ADD COLUMN waited_for bigint NOT NULL DEFAULT 0,
  ADD COLUMN open_reservations integer NOT NULL DEFAULT 0,
  -- Credits of the generations begun on that day (UTC), less what they gave back.
  ADD COLUMN day date,
  ADD COLUMN day_credits bigint NOT NULL DEFAULT 0,
  -- Whether operations have to look after more than the figures: its queue, its settings, its notices.
  ADD COLUMN watched boolean NOT NULL DEFAULT false,
  -- That it ran dry has been told, and no grant has come since.
  ADD COLUMN ran_dry boolean NOT NULL DEFAULT false,
  -- When the next notice of expiring credits may be due.
  ADD COLUMN next_notice_at timestamptz,
  ADD CONSTRAINT accounts_counts_not_negative
    CHECK (last_ticket >= 0 AND waited_for >= 0 AND open_reservations >= 0 AND day_credits >= 0);

UPDATE holdfast.accounts AS a SET open_reservations = r.open
FROM (SELECT account_id, count(*) AS open FROM holdfast.reservations WHERE state = 'open' GROUP BY account_id) AS r
WHERE a.account_id = r.account_id;
UPDATE holdfast.accounts AS a SET day = r.day, day_credits = r.credits
FROM (SELECT account_id, (reserved_at AT TIME ZONE 'UTC')::date AS day,
        sum(CASE state WHEN 'open' THEN credits ELSE charged END) AS credits
      FROM holdfast.reservations WHERE reserved_at IS NOT NULL GROUP BY account_id, day) AS r
WHERE a.account_id = r.account_id AND r.day = (clock_timestamp() AT TIME ZONE 'UTC')::date;
-- The first pass looks at them all once, and says when each is due next.
UPDATE holdfast.accounts SET next_notice_at = clock_timestamp() WHERE available > 0;

CREATE INDEX accounts_next_notice ON holdfast.accounts (next_notice_at) WHERE next_notice_at IS NOT NULL;

ALTER TABLE holdfast.reservations
  -- The place in the account's queue, in the order of arrival; null where it never had to wait.
  ADD COLUMN ticket bigint,
  ADD COLUMN waits_for bigint,
  -- The price at which it was put into the queue: above that it doesn't go.
  ADD COLUMN admitted_credits bigint,
  ADD COLUMN waiting_since timestamptz,
  ADD COLUMN wait_until timestamptz,
  -- Since when somebody is on the way to resume it.
  ADD COLUMN woken_at timestamptz,
  DROP CONSTRAINT reservations_state_known,
  DROP CONSTRAINT reservations_resolved_has_time,
  DROP CONSTRAINT reservations_open_has_expiry,
  ADD CONSTRAINT reservations_state_known CHECK (state IN ('waiting', 'open', 'committed', 'released')),
  ADD CONSTRAINT reservations_resolved_has_time CHECK ((state IN ('waiting', 'open')) = (resolved_at IS NULL)),
  ADD CONSTRAINT reservations_open_has_expiry CHECK ((state IN ('waiting', 'open')) = (expires_at IS NOT NULL)),
  ADD CONSTRAINT reservations_waiting_holds_nothing CHECK (state <> 'waiting' OR (ticket IS NOT NULL AND credits = 0)),
  ADD CONSTRAINT reservations_ticket_complete
    CHECK (num_nulls(ticket, waits_for, admitted_credits, waiting_since, wait_until) IN (0, 5)),
  ADD CONSTRAINT reservations_waits_for_something CHECK (waits_for > 0);

DROP INDEX holdfast.reservations_due;
CREATE INDEX reservations_due ON holdfast.reservations (expires_at, account_id, request_id) WHERE resolved_at IS NULL;
CREATE UNIQUE INDEX reservations_queue ON holdfast.reservations (account_id, ticket) WHERE state = 'waiting';

-- Messages to somebody outside, written in the transaction that gives rise to them, deleted once they are delivered.
CREATE SEQUENCE holdfast.outbox_messages;
CREATE TABLE holdfast.outbox (
  account_id text        NOT NULL,
  kind       text        NOT NULL,
  -- The request that is woken; empty for the others.
  subject    text        NOT NULL,
  -- A new number each time it is written, so that who has delivered an earlier one doesn't delete this one.
  message_id bigint      NOT NULL DEFAULT nextval('holdfast.outbox_messages'),
  written_at timestamptz NOT NULL,
  CONSTRAINT outbox_pkey PRIMARY KEY (account_id, kind, subject),
  CONSTRAINT outbox_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT outbox_kind_known CHECK (kind IN ('wake', 'notices', 'top-up'))
);

CREATE TABLE holdfast.notices (
  account_id text        NOT NULL,
  notice_id  bigint      NOT NULL,
  type       text        NOT NULL,
  data       jsonb       NOT NULL,
  at         timestamptz NOT NULL,
  -- What it is about, where that must be told once only.
  subject    text,
  status     text        NOT NULL DEFAULT 'pending',
  settled_at timestamptz,
  reason     text,
  -- From when reconciliation asks again for its delivery.
  look_from  timestamptz NOT NULL,
  CONSTRAINT notices_pkey PRIMARY KEY (account_id, notice_id),
  CONSTRAINT notices_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT notices_subject_once UNIQUE (account_id, subject),
  CONSTRAINT notices_status_known CHECK (status IN ('pending', 'delivered', 'failed')),
  CONSTRAINT notices_settled_has_time CHECK ((status = 'pending') = (settled_at IS NULL)),
  CONSTRAINT notices_failed_has_reason CHECK ((status = 'failed') = (reason IS NOT NULL))
);

CREATE INDEX notices_pending ON holdfast.notices (account_id, notice_id) WHERE status = 'pending';
CREATE INDEX notices_overdue ON holdfast.notices (look_from, account_id) WHERE status = 'pending';

CREATE TABLE holdfast.account_settings (
  account_id text NOT NULL,
  daily_credits_max          bigint,
  generation_credits_max     bigint,
  concurrent_generations_max bigint,
  top_up_pack_id        text,
  top_up_below          bigint,
  top_up_cap_cents      bigint,
  top_up_payment_method text,
  -- Declines in a row, when it may be tried again, and why it has been given up.
  top_up_failures       integer NOT NULL DEFAULT 0,
  top_up_retry_at       timestamptz,
  top_up_stopped_why    text,
  last_top_up           integer NOT NULL DEFAULT 0,
  CONSTRAINT account_settings_pkey PRIMARY KEY (account_id),
  CONSTRAINT account_settings_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT account_settings_limits_not_negative
    CHECK (least(daily_credits_max, generation_credits_max, concurrent_generations_max) >= 0),
  CONSTRAINT account_settings_top_up_complete CHECK (num_nulls(top_up_pack_id, top_up_below, top_up_cap_cents) IN (0, 3)),
  CONSTRAINT account_settings_top_up_positive CHECK (top_up_below > 0 AND top_up_cap_cents > 0)
);

CREATE TABLE holdfast.low_balance_thresholds (
  account_id text     NOT NULL,
  position   smallint NOT NULL,
  credits    bigint,
  -- Of what the current cycle's plan grants.
  percent    smallint,
  -- It has been told, and the balance has not recovered since.
  below      boolean  NOT NULL DEFAULT false,
  CONSTRAINT low_balance_thresholds_pkey PRIMARY KEY (account_id, position),
  CONSTRAINT low_balance_thresholds_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT low_balance_thresholds_one_measure CHECK (num_nulls(credits, percent) = 1),
  CONSTRAINT low_balance_thresholds_in_range CHECK (credits > 0 AND percent BETWEEN 1 AND 100)
);

-- Switches that stop admissions. A star stands for all accounts, or all kinds.
CREATE TABLE holdfast.stops (
  account_id text        NOT NULL,
  kind       text        NOT NULL,
  reason     text        NOT NULL,
  by_name    text        NOT NULL,
  since      timestamptz NOT NULL,
  CONSTRAINT stops_pkey PRIMARY KEY (account_id, kind)
);

ALTER TABLE holdfast.purchases ADD COLUMN automatic boolean NOT NULL DEFAULT false;
CREATE INDEX purchases_automatic ON holdfast.purchases (account_id, opened_at) WHERE automatic;
