-- The ledger's own id, made once. A Temporal namespace records it, so that no other ledger's
-- processes work there. A copy of the database has the same id until its owner gives it another.
CREATE TABLE holdfast.ledger_identity (
  only_one  boolean NOT NULL DEFAULT true,
  ledger_id uuid    NOT NULL,
  CONSTRAINT ledger_identity_pkey PRIMARY KEY (only_one),
  CONSTRAINT ledger_identity_only_one CHECK (only_one)
);

INSERT INTO holdfast.ledger_identity (ledger_id) VALUES (gen_random_uuid());

CREATE TRIGGER ledger_identity_is_kept BEFORE DELETE ON holdfast.ledger_identity
  FOR EACH ROW EXECUTE FUNCTION holdfast.refuse_change();
