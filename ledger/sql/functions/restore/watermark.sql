-- The ledger's watermark: its number, since when it stands, and the database that it stands in,
-- null where the server doesn't say. Null if none is kept.
CREATE OR REPLACE FUNCTION holdfast.watermark() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'mark', w.mark,
    'at', CASE WHEN isfinite(w.marked_at) THEN holdfast.iso(w.marked_at) END,
    'database', holdfast.database_name())
  FROM holdfast.ledger_watermark AS w
$$;

-- What tells a database from every copy that was made of it but one: a standby that has taken over
-- has the same name. A service may keep the server's identifier to itself.
CREATE OR REPLACE FUNCTION holdfast.database_name() RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT s.system_identifier || '/' || d.oid
    FROM pg_control_system() AS s, pg_database AS d
    WHERE d.datname = current_database()
  );
EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
  RETURN NULL;
END $$;

-- Moves the watermark on, at most once a minute, and only if something has been written since.
-- Answers with the new one; null if it stays.
CREATE OR REPLACE FUNCTION holdfast.advance_watermark() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
BEGIN
  UPDATE holdfast.ledger_watermark
  SET mark = mark + 1,
    marked_at = clock_timestamp(),
    next_xid = pg_current_xact_id()::text::bigint + 1
  WHERE marked_at < clock_timestamp() - interval '1 minute' AND next_xid <> v_next;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN holdfast.watermark();
END $$;

-- Lets a restored ledger work: its watermark is from here on above what Temporal was told. Once
-- that is so, nothing changes.
CREATE OR REPLACE FUNCTION holdfast.open_restored(p_told bigint, p_reason text, p_by text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_before bigint;
BEGIN
  SELECT mark INTO v_before FROM holdfast.ledger_watermark FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE holdfast.ledger_watermark
  SET mark = greatest(mark, p_told) + 1,
    marked_at = clock_timestamp(),
    next_xid = pg_current_xact_id()::text::bigint + 1;
  PERFORM holdfast.record_operator_act(
    '*', 'open-restored', jsonb_build_object(
      'mark', v_before,
      'told', p_told,
      'database', holdfast.database_name()),
    p_reason, p_by);
  RETURN holdfast.watermark();
END $$;
