-- Accounts may be called by mail addresses with a plus sign, payments by invoice numbers with slashes; the keys of renewals and
-- upgrades hold such a reference. Each rule takes all that the one before it took, so no row that stands has to be read again.
ALTER TABLE holdfast.accounts
  DROP CONSTRAINT accounts_account_id_valid,
  ADD CONSTRAINT accounts_account_id_valid CHECK (account_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|+-]{0,127}$') NOT VALID;
ALTER TABLE holdfast.payments
  DROP CONSTRAINT payments_reference_valid,
  ADD CONSTRAINT payments_reference_valid CHECK (reference ~ '^[A-Za-z0-9][A-Za-z0-9._@|/-]{0,127}$') NOT VALID;
ALTER TABLE holdfast.idempotency_keys
  DROP CONSTRAINT idempotency_keys_key_valid,
  ADD CONSTRAINT idempotency_keys_key_valid CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9._@|:/-]{0,255}$') NOT VALID;
