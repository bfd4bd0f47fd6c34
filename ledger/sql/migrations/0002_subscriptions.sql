-- A subscription's row is the truth from which its lost workflow can be rebuilt. The end of its term stands on the account
-- only, so that a renewal that carries every grant forward stays one row's update.
ALTER TABLE holdfast.accounts
  -- The last term whose expiry has been booked: its window is closed, and what comes back to its grants expires at once.
  ADD COLUMN booked_term integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT accounts_booked_term_in_range CHECK (booked_term BETWEEN 0 AND term);

-- What held when: the balance as of an earlier time judges by the term and the end that the account had then.
CREATE TABLE holdfast.terms (
  account_id  text        NOT NULL,
  -- 1, 2, 3 … in the order of the changes; their times never go backwards.
  change      integer     NOT NULL,
  at          timestamptz NOT NULL,
  term        integer     NOT NULL,
  valid_until timestamptz NOT NULL,
  CONSTRAINT terms_pkey PRIMARY KEY (account_id, change),
  CONSTRAINT terms_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT terms_numbers_positive CHECK (change > 0 AND term > 0)
);

CREATE TABLE holdfast.subscriptions (
  account_id      text        NOT NULL,
  subscription_id text        NOT NULL,
  -- The account's term that it holds, or held last.
  term            integer     NOT NULL,
  -- The plan of the last paid cycle, which the next renewal pays for again unless another one is scheduled.
  plan_id         text        NOT NULL,
  scheduled_plan_id text,
  time_zone       text        NOT NULL,
  -- Cycle n starts at anchor + (n - anchor_cycle) × cycle.
  anchor          timestamptz NOT NULL,
  anchor_cycle    integer     NOT NULL,
  cycle           text        NOT NULL,
  paid_cycle      integer     NOT NULL,
  granted_cycle   integer     NOT NULL,
  -- As the catalog had them at the last payment of a cycle: a new catalog moves no lapse that was promised.
  grace           text        NOT NULL,
  settlement_window text      NOT NULL,
  cancel_at_period_end boolean NOT NULL DEFAULT false,
  -- Active until somebody has booked or ended it; whether it is live is compared with the account's valid_until.
  status          text        NOT NULL,
  closed_why      text,
  closed_at       timestamptz,
  CONSTRAINT subscriptions_pkey PRIMARY KEY (account_id, subscription_id),
  CONSTRAINT subscriptions_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT subscriptions_id_valid CHECK (subscription_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'),
  CONSTRAINT subscriptions_term_once UNIQUE (account_id, term),
  CONSTRAINT subscriptions_term_positive CHECK (term > 0),
  CONSTRAINT subscriptions_cycle_positive CHECK (cycle::interval > interval '0'),
  CONSTRAINT subscriptions_waits_not_negative
    CHECK (grace::interval >= interval '0' AND settlement_window::interval >= interval '0'),
  CONSTRAINT subscriptions_cycles_in_order
    CHECK (0 <= granted_cycle AND granted_cycle <= paid_cycle AND 1 <= anchor_cycle AND anchor_cycle <= paid_cycle + 1),
  CONSTRAINT subscriptions_status_known CHECK (status IN ('active', 'closed')),
  CONSTRAINT subscriptions_closed_has_why CHECK (
    (status = 'closed') = (closed_why IS NOT NULL) AND (status = 'closed') = (closed_at IS NOT NULL)
    AND (closed_why IS NULL OR closed_why IN ('lapsed', 'ended-now', 'superseded')))
) WITH (fillfactor = 60);

CREATE UNIQUE INDEX subscriptions_one_active ON holdfast.subscriptions (account_id) WHERE status = 'active';

-- Every cycle that has been paid. Its boundaries are settled by its payment; only a longer cycle that starts now, and an
-- end at once, cut one short.
CREATE TABLE holdfast.cycles (
  account_id      text        NOT NULL,
  subscription_id text        NOT NULL,
  cycle           integer     NOT NULL,
  term            integer     NOT NULL,
  -- The best plan held in it so far: an upgrade changes it, for the cycles paid ahead as well.
  plan_id         text        NOT NULL,
  length          text        NOT NULL,
  starts_at       timestamptz NOT NULL,
  ends_at         timestamptz NOT NULL,
  grant_id        bigint,
  CONSTRAINT cycles_pkey PRIMARY KEY (account_id, subscription_id, cycle),
  CONSTRAINT cycles_subscription_fkey FOREIGN KEY (account_id, subscription_id) REFERENCES holdfast.subscriptions,
  CONSTRAINT cycles_grant_fkey FOREIGN KEY (account_id, grant_id) REFERENCES holdfast.grants,
  CONSTRAINT cycles_number_positive CHECK (cycle > 0),
  CONSTRAINT cycles_end_after_start CHECK (starts_at <= ends_at)
) WITH (fillfactor = 60);

-- For the audit and for reconciliation: the few paid cycles that are still to be granted.
CREATE INDEX cycles_ungranted ON holdfast.cycles (starts_at, account_id, subscription_id, cycle) WHERE grant_id IS NULL;

-- A payment reference pays once in an account, whichever operation brought it.
CREATE TABLE holdfast.payments (
  account_id      text        NOT NULL,
  reference       text        NOT NULL,
  subscription_id text        NOT NULL,
  cycle           integer     NOT NULL,
  pays            text        NOT NULL,
  plan_id         text        NOT NULL,
  paid_at         timestamptz NOT NULL,
  recorded_at     timestamptz NOT NULL,
  CONSTRAINT payments_pkey PRIMARY KEY (account_id, reference),
  CONSTRAINT payments_reference_valid CHECK (reference ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$'),
  CONSTRAINT payments_cycle_fkey FOREIGN KEY (account_id, subscription_id, cycle) REFERENCES holdfast.cycles,
  CONSTRAINT payments_pays_known CHECK (pays IN ('cycle', 'upgrade')),
  CONSTRAINT payments_paid_before_recorded CHECK (paid_at <= recorded_at)
);

CREATE UNIQUE INDEX payments_cycle_paid_once ON holdfast.payments (account_id, subscription_id, cycle) WHERE pays = 'cycle';

-- Which cycle a plan's or an upgrade's grant belongs to.
ALTER TABLE holdfast.grants
  ADD COLUMN subscription_id text,
  ADD COLUMN cycle integer,
  ADD CONSTRAINT grants_cycle_fkey FOREIGN KEY (account_id, subscription_id, cycle) REFERENCES holdfast.cycles,
  ADD CONSTRAINT grants_cycle_is_of_plan
    CHECK ((subscription_id IS NULL) = (cycle IS NULL) AND (cycle IS NULL OR (source = 'plan' AND term IS NOT NULL)));

CREATE FUNCTION holdfast.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER terms_are_append_only BEFORE UPDATE OR DELETE ON holdfast.terms
  FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();
CREATE TRIGGER payments_are_kept BEFORE UPDATE OR DELETE ON holdfast.payments
  FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();
