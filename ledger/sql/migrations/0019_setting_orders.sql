-- Commands have an end and an order: what was said last about a setting holds.

-- When each setting of an account was last said. A star stands for all accounts. The setting of a
-- stop is its kind's.
CREATE TABLE holdfast.setting_orders (
  account_id  text        NOT NULL,
  setting     text        NOT NULL,
  -- By the ledger's clock.
  asked_at    timestamptz NOT NULL,
  -- The same moment by Temporal's clock; null if it was not said through Temporal.
  temporal_at timestamptz,
  CONSTRAINT setting_orders_pkey PRIMARY KEY (account_id, setting)
);

-- With the functions: some have further parameters from here on.
DROP FUNCTION IF EXISTS holdfast.begin_setting(text, text, text, jsonb);
DROP FUNCTION IF EXISTS holdfast.finish_setting(text, text, text, jsonb);
DROP FUNCTION IF EXISTS holdfast.set_top_up(text, text, jsonb, boolean);
