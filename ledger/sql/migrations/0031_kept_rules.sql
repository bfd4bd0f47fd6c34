-- The rules of tables that every generation writes are kept by a trigger: see broken_rule. The
-- CHECKs of these tables go afterwards, once the triggers are there (ledger/migration/steps.ts).
CREATE FUNCTION holdfast.keep_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_broken CONSTANT text := holdfast.broken_rule(NEW);
BEGIN
  IF v_broken IS NULL THEN RETURN NEW; END IF;
  RAISE check_violation USING
    SCHEMA = TG_TABLE_SCHEMA,
    TABLE = TG_TABLE_NAME,
    CONSTRAINT = v_broken,
    MESSAGE = format(
      'new row for relation "%s" violates check constraint "%s"', TG_TABLE_NAME, v_broken);
END $$;

-- With the functions: these say what the rules are. Triggers run in the order of their names, and
-- this one comes after those that change a row.
CREATE TRIGGER accounts_rules_are_kept BEFORE INSERT OR UPDATE ON holdfast.accounts
  FOR EACH ROW EXECUTE FUNCTION holdfast.keep_rules();
CREATE TRIGGER grants_rules_are_kept BEFORE INSERT OR UPDATE ON holdfast.grants
  FOR EACH ROW EXECUTE FUNCTION holdfast.keep_rules();
CREATE TRIGGER reservations_rules_are_kept BEFORE INSERT OR UPDATE ON holdfast.reservations
  FOR EACH ROW EXECUTE FUNCTION holdfast.keep_rules();
CREATE TRIGGER entries_rules_are_kept BEFORE INSERT OR UPDATE ON holdfast.entries
  FOR EACH ROW EXECUTE FUNCTION holdfast.keep_rules();

-- As CHECKs do, they hold in every session.
ALTER TABLE holdfast.accounts ENABLE ALWAYS TRIGGER accounts_rules_are_kept;
ALTER TABLE holdfast.grants ENABLE ALWAYS TRIGGER grants_rules_are_kept;
ALTER TABLE holdfast.reservations ENABLE ALWAYS TRIGGER reservations_rules_are_kept;
ALTER TABLE holdfast.entries ENABLE ALWAYS TRIGGER entries_rules_are_kept;
