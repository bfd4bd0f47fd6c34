-- How an operation on a purchase begins: the account's lock, then the purchase, which is its own
-- key, then the clock, which is never before the purchase's opening: that writes no entry. Whether
-- it may be charged is judged and told by the same stops and limits. account, purchase: all fields
-- are null if there is none.
CREATE OR REPLACE FUNCTION holdfast.begin_purchase_operation(
  p_account_id text, p_purchase_id text, p_opens_account boolean DEFAULT false,
  OUT account holdfast.accounts, OUT purchase holdfast.purchases, OUT now timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
  IF p_opens_account THEN
    account := holdfast.lock_or_open_account(p_account_id);
  ELSE
    account := holdfast.lock_account(p_account_id);
  END IF;
  SELECT * INTO purchase
  FROM holdfast.purchases AS p
  WHERE p.account_id = account.account_id AND p.purchase_id = p_purchase_id;
  PERFORM holdfast.keep_rules_of_all();
  now := greatest(holdfast.ledger_now(account.last_entry_at), purchase.opened_at);
END $$;
