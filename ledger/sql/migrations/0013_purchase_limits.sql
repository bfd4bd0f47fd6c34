-- Limits that an operator sets beside the owner's own: of the two the tighter counts. A star stands
-- for every account without a row of its own.
CREATE TABLE holdfast.operator_limits (
  account_id                 text        NOT NULL,
  daily_credits_max          bigint,
  generation_credits_max     bigint,
  concurrent_generations_max bigint,
  -- What top-ups may spend in a calendar month (UTC), in minor units of the pack's currency.
  top_up_monthly_cap_cents   bigint,
  -- These have a default of the ledger's: limit/operator.sql.
  top_ups_per_day_max        bigint,
  top_up_pause_seconds       bigint,
  declines_max               bigint,
  -- Purchases by hand and automatic ones together.
  purchases_per_day_max      bigint,
  reason                     text        NOT NULL,
  by_name                    text        NOT NULL,
  since                      timestamptz NOT NULL,
  CONSTRAINT operator_limits_pkey PRIMARY KEY (account_id),
  CONSTRAINT operator_limits_not_negative CHECK (
    least(
      daily_credits_max, generation_credits_max, concurrent_generations_max,
      top_up_monthly_cap_cents, top_ups_per_day_max, top_up_pause_seconds, declines_max,
      purchases_per_day_max
    ) >= 0
  )
);

-- Payment methods that must never be charged again, as the payment provider has said.
CREATE TABLE holdfast.refused_payment_methods (
  account_id     text        NOT NULL,
  -- Empty: the account's default at the provider.
  payment_method text        NOT NULL,
  -- The purchase that was declined so.
  purchase_id    text        NOT NULL,
  reason         text        NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT refused_payment_methods_pkey PRIMARY KEY (account_id, payment_method),
  CONSTRAINT refused_payment_methods_purchase_fkey
    FOREIGN KEY (account_id, purchase_id) REFERENCES holdfast.purchases
);

-- What operators have set and lifted: why, and who. A star stands for all accounts.
CREATE TABLE holdfast.operator_acts (
  act_id     bigint      GENERATED ALWAYS AS IDENTITY,
  account_id text        NOT NULL,
  what       text        NOT NULL,
  -- The stop that was ended, or the limits as they were set.
  detail     jsonb       NOT NULL,
  -- Both are null where a worker of v0.1.0 has ended a stop.
  reason     text,
  by_name    text,
  at         timestamptz NOT NULL,
  CONSTRAINT operator_acts_pkey PRIMARY KEY (act_id),
  CONSTRAINT operator_acts_what_known CHECK (what IN ('admit', 'limits', 'forget-declines'))
);

CREATE INDEX operator_acts_of_account ON holdfast.operator_acts (account_id, at);

CREATE TRIGGER operator_acts_are_kept BEFORE UPDATE OR DELETE ON holdfast.operator_acts
  FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();

-- With the functions: one answers with another type from here on, another has other parameters.
DROP FUNCTION IF EXISTS holdfast.top_up_obstacle(
  holdfast.accounts, holdfast.account_settings, bigint, timestamptz);
DROP FUNCTION IF EXISTS holdfast.notify_top_up_not_requested(
  holdfast.account_settings, text, timestamptz);
