-- Applies catalog versions, all or none: identical ones are left alone, coming ones may be replaced, effective ones never.
-- The caller rolls back on a refusal. Only the first version of an empty ledger may lie in the past.
CREATE OR REPLACE FUNCTION holdfast.apply_catalog(p_versions jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_document jsonb;
  v_version  integer;
  v_from     timestamptz;
  v_now      timestamptz;
  v_existing holdfast.catalog_versions;
  v_last     integer;
  v_was_empty boolean;
  v_applied  integer[] := '{}';
BEGIN
  LOCK TABLE holdfast.catalog_versions IN SHARE ROW EXCLUSIVE MODE;
  v_now := holdfast.clock();
  v_was_empty := NOT EXISTS (SELECT FROM holdfast.catalog_versions);
  FOR v_document IN SELECT value FROM jsonb_array_elements(p_versions) LOOP
    v_version := (v_document->>'version')::integer;
    v_from := (v_document->>'effectiveFrom')::timestamptz;
    SELECT * INTO v_existing FROM holdfast.catalog_versions WHERE version = v_version;
    IF FOUND THEN
      CONTINUE WHEN v_existing.document = v_document;
      -- A worker may read the old text until this transaction is seen, so the last seconds before the effect count as effective.
      IF v_existing.effective_from <= v_now + interval '5 seconds' THEN
        RETURN holdfast.refusal('CATALOG_VERSION_EFFECTIVE', jsonb_build_object('version', v_version));
      END IF;
    ELSE
      SELECT max(version) INTO v_last FROM holdfast.catalog_versions;
      IF v_version <> coalesce(v_last, 0) + 1 THEN
        RETURN holdfast.refusal('INVALID_CATALOG', jsonb_build_object('version', v_version, 'expected', coalesce(v_last, 0) + 1));
      END IF;
    END IF;
    IF v_from <= v_now AND NOT v_was_empty THEN
      RETURN holdfast.refusal('CATALOG_EFFECTIVE_IN_PAST', jsonb_build_object('version', v_version, 'now', holdfast.iso(v_now)));
    END IF;
    INSERT INTO holdfast.catalog_versions VALUES (v_version, v_from, v_document)
      ON CONFLICT (version) DO UPDATE SET effective_from = excluded.effective_from, document = excluded.document;
    v_applied := v_applied || v_version;
  END LOOP;
  IF EXISTS (
    SELECT FROM (SELECT effective_from, lag(effective_from) OVER (ORDER BY version) AS previous FROM holdfast.catalog_versions) AS v
    WHERE v.effective_from <= v.previous
  ) THEN
    RETURN holdfast.refusal('INVALID_CATALOG', jsonb_build_object('problem', 'effectiveFrom must grow with the version'));
  END IF;
  RETURN jsonb_build_object('result', jsonb_build_object('applied', to_jsonb(v_applied)));
END $$;
