-- The version of the account's last entry when a notice was written: where the clock has been set
-- back, times don't say what came first. Null: written by an earlier version.
ALTER TABLE holdfast.notices ADD COLUMN entry_version bigint;
