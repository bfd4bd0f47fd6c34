-- The ledger's own id.
CREATE OR REPLACE FUNCTION holdfast.ledger_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT ledger_id FROM holdfast.ledger_identity
$$;
