-- Locks the account. All fields are null if there is no such account.
CREATE OR REPLACE FUNCTION holdfast.lock_account(p_account_id text) RETURNS holdfast.accounts
LANGUAGE plpgsql AS $$
DECLARE
  v_account holdfast.accounts;
BEGIN
  SELECT * INTO v_account
  FROM holdfast.accounts
  WHERE account_id = p_account_id
  FOR NO KEY UPDATE;
  RETURN v_account;
END $$;

-- Locks the account, and creates it if it is new.
CREATE OR REPLACE FUNCTION holdfast.lock_or_open_account(p_account_id text)
RETURNS holdfast.accounts
LANGUAGE plpgsql AS $$
DECLARE
  v_account holdfast.accounts := holdfast.lock_account(p_account_id);
BEGIN
  IF v_account.account_id IS NULL THEN
    INSERT INTO holdfast.accounts (account_id)
    VALUES (p_account_id)
    ON CONFLICT DO NOTHING;
    v_account := holdfast.lock_account(p_account_id);
  END IF;
  RETURN v_account;
END $$;
