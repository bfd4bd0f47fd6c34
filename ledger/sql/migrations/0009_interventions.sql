-- What an operator has ended by hand: why, and who. Kept for ever, whatever has become of the thing itself.
CREATE TABLE holdfast.interventions (
  account_id text        NOT NULL,
  what       text        NOT NULL,
  id         text        NOT NULL,
  -- How it was ended. A purchase may be voided, and returned later, when money has come for it all the same.
  outcome    text        NOT NULL,
  reason     text        NOT NULL,
  by_name    text        NOT NULL,
  at         timestamptz NOT NULL,
  CONSTRAINT interventions_pkey PRIMARY KEY (account_id, what, id, outcome),
  CONSTRAINT interventions_account_fkey FOREIGN KEY (account_id) REFERENCES holdfast.accounts,
  CONSTRAINT interventions_outcome_known CHECK (CASE what
    WHEN 'reservation'  THEN outcome = 'released'
    WHEN 'purchase'     THEN outcome IN ('voided', 'returned')
    WHEN 'subscription' THEN outcome = 'ended'
    WHEN 'notice'       THEN outcome = 'dismissed'
    ELSE false END)
);

CREATE TRIGGER interventions_are_kept BEFORE UPDATE OR DELETE ON holdfast.interventions
  FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();
