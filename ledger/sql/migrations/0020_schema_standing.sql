-- What the schema is made of, so that a migration does nothing where nothing is to do.

-- The file that each function and view was made from.
CREATE TABLE holdfast.schema_sources (
  path text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT schema_sources_pkey PRIMARY KEY (path)
);

CREATE TABLE holdfast.schema_standing (
  only_one          boolean NOT NULL DEFAULT true,
  -- Of the functions and views as they stood after they were replaced last.
  functions_hash    text    NOT NULL DEFAULT '',
  views_hash        text    NOT NULL DEFAULT '',
  -- The version of Holdfast that did it.
  replaced_by       text    NOT NULL DEFAULT '',
  -- A process has to know this migration. One that takes away what earlier processes call sets it.
  oldest_known      text    NOT NULL DEFAULT '0006_top_up_price.sql',
  CONSTRAINT schema_standing_pkey PRIMARY KEY (only_one),
  CONSTRAINT schema_standing_only_one CHECK (only_one)
);

INSERT INTO holdfast.schema_standing (only_one) VALUES (true);

-- Acts from before migration 0016 are taken over after it, account by account, each batch in a
-- transaction of its own. The last batch deletes the row.
CREATE TABLE holdfast.earlier_acts (
  only_one         boolean NOT NULL DEFAULT true,
  after_account_id text    NOT NULL DEFAULT '',
  next_act_id      bigint  NOT NULL,
  CONSTRAINT earlier_acts_pkey PRIMARY KEY (only_one),
  CONSTRAINT earlier_acts_only_one CHECK (only_one)
);

-- With the functions: the narrower index purchases_payment_buys_once (indexes.sql) takes its place.
DROP INDEX IF EXISTS holdfast.purchases_payment_once;
