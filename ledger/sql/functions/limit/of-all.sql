-- Stops and operators' limits of all accounts have no account's lock. An operation that looks at
-- them more than once, and so might answer by two states of them, keeps them as they are until its
-- end. It does so after its account's lock: what waits for an account keeps nothing.
CREATE OR REPLACE FUNCTION holdfast.keep_rules_of_all() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE holdfast.stops IN ROW SHARE MODE;
END $$;

-- A change of them waits for the operations that keep them, and those that come later wait for the
-- change. The lock of the stops stands for the limits too.
CREATE OR REPLACE FUNCTION holdfast.change_rules_of_all() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE holdfast.stops IN EXCLUSIVE MODE;
END $$;
