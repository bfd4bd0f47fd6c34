-- What an account owes: credits of refunded packs that were used, and that no grant has paid yet.
-- owed_delta is what an entry changes of it; null for nothing.
ALTER TABLE holdfast.accounts ADD COLUMN owed bigint NOT NULL DEFAULT 0;
ALTER TABLE holdfast.entries
  ADD COLUMN owed_delta bigint,
  ADD COLUMN owed_after bigint NOT NULL DEFAULT 0;

-- The credits that a refund covers and that have become a debt.
ALTER TABLE holdfast.refunds
  ADD COLUMN owed bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT refunds_taken_in_range,
  ADD CONSTRAINT refunds_taken_in_range
    CHECK (taken >= 0 AND owed >= 0 AND taken + owed <= credits) NOT VALID;

-- With the functions: one has a further parameter from here on, and one is called otherwise.
DROP FUNCTION IF EXISTS holdfast.post_entry(
  text, timestamptz, text, bigint[], bigint[], bigint[], text, bigint, text, text, date, text);
DROP FUNCTION IF EXISTS holdfast.catalog_duration(text, text, timestamptz);
