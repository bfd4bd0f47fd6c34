-- Applies catalog versions, all or none. Command lines of v0.1.0 give no reason and no name.
CREATE OR REPLACE FUNCTION holdfast.apply_catalog(
  p_versions jsonb, p_reason text DEFAULT NULL, p_by text DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answer jsonb;
BEGIN
  LOCK TABLE holdfast.catalog_versions IN SHARE ROW EXCLUSIVE MODE;
  v_answer := holdfast.check_catalog(p_versions);
  INSERT INTO holdfast.catalog_versions (version, effective_from, document, document_hash)
  SELECT (value->>'version')::integer, holdfast.instant(value->>'effectiveFrom'), value,
    holdfast.document_hash(value)
  FROM jsonb_array_elements(p_versions)
  WHERE v_answer->'result'->'applied' @> (value->'version')
  ON CONFLICT (version) DO UPDATE
    SET effective_from = excluded.effective_from,
      document = excluded.document,
      document_hash = excluded.document_hash;
  IF FOUND THEN
    PERFORM holdfast.record_operator_act(
      '*', 'catalog', jsonb_build_object(
        'versions', v_answer->'result'->'applied',
        'hashes', holdfast.document_hashes(v_answer->'result'->'applied')),
      p_reason, p_by);
  END IF;
  RETURN v_answer;
END $$;

-- The hash of a version as it is stored. The audit compares it with the version, and with the act.
CREATE OR REPLACE FUNCTION holdfast.document_hash(p_document jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(convert_to(p_document::text, 'UTF8'))
$$;

-- The hashes of those versions, in hexadecimal, by number.
CREATE OR REPLACE FUNCTION holdfast.document_hashes(p_versions jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_object_agg(v.version, encode(v.document_hash, 'hex'))
  FROM holdfast.catalog_versions AS v
  WHERE p_versions @> to_jsonb(v.version)
$$;

-- For a caller who asks before applying: the ledger's clock, its versions, and the answer that
-- apply_catalog would give.
CREATE OR REPLACE FUNCTION holdfast.catalog_outlook(p_versions jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'now', holdfast.iso(holdfast.clock()),
    'answer', holdfast.check_catalog(p_versions),
    'versions', (
      SELECT coalesce(jsonb_agg(document ORDER BY version), '[]')
      FROM holdfast.catalog_versions
    ))
$$;

-- The versions that apply_catalog would write, or why it would refuse them all. Identical
-- ones are left alone, coming ones may be replaced, effective ones never. Only an empty ledger's
-- versions may lie in the past.
CREATE OR REPLACE FUNCTION holdfast.check_catalog(p_versions jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_now       timestamptz := holdfast.clock();
  v_document  jsonb;
  -- Wide enough for any number that a file may state; the next one is always an integer.
  v_version   bigint;
  v_existing  holdfast.catalog_versions;
  v_last      integer;
  v_was_empty boolean;
  v_seen      bigint[] := '{}';
  v_applied   integer[] := '{}';
BEGIN
  SELECT coalesce(max(version), 0), count(*) = 0 INTO v_last, v_was_empty
  FROM holdfast.catalog_versions;
  FOR v_document IN SELECT value FROM jsonb_array_elements(p_versions) LOOP
    v_version := (v_document->>'version')::bigint;
    IF v_version = ANY (v_seen) THEN
      RETURN holdfast.refusal('CATALOG_DUPLICATE', jsonb_build_object('version', v_version));
    END IF;
    v_seen := v_seen || v_version;
    SELECT * INTO v_existing FROM holdfast.catalog_versions WHERE version = v_version;
    IF FOUND THEN
      CONTINUE WHEN v_existing.document = v_document;
      -- A worker may read the old text until it sees the change, so the last seconds before the
      -- effect count as effective.
      IF v_existing.effective_from <= v_now + interval '5 seconds' THEN
        RETURN holdfast.refusal(
          'CATALOG_VERSION_EFFECTIVE', jsonb_build_object('version', v_version));
      END IF;
    ELSE
      IF v_version <> v_last + 1 THEN
        RETURN holdfast.refusal(
          'CATALOG_VERSION_GAP',
          jsonb_build_object('version', v_version, 'expected', v_last + 1));
      END IF;
      v_last := v_version;
    END IF;
    -- For the same seconds the old version goes on selling, until this one is committed.
    IF holdfast.instant(v_document->>'effectiveFrom') <= v_now + interval '5 seconds'
      AND NOT v_was_empty
    THEN
      RETURN holdfast.refusal(
        'CATALOG_EFFECTIVE_IN_PAST',
        jsonb_build_object('version', v_version, 'now', holdfast.iso(v_now)));
    END IF;
    v_applied := v_applied || v_version::integer;
  END LOOP;
  RETURN coalesce(
    holdfast.catalog_order_refused(p_versions, v_applied),
    jsonb_build_object('result', jsonb_build_object('applied', to_jsonb(v_applied))));
END $$;

-- A refusal if a version would not take effect after every earlier one, once those of p_versions
-- that p_applied names are applied; else null.
CREATE OR REPLACE FUNCTION holdfast.catalog_order_refused(p_versions jsonb, p_applied integer[])
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH applied AS (
    SELECT version, effective_from
    FROM holdfast.catalog_versions
    WHERE version <> ALL (p_applied)
    UNION ALL
    SELECT (value->>'version')::integer, holdfast.instant(value->>'effectiveFrom')
    FROM jsonb_array_elements(p_versions)
    WHERE (value->>'version')::integer = ANY (p_applied)
  )
  SELECT holdfast.refusal(
    CASE
      WHEN earlier.effective_from = later.effective_from THEN 'CATALOG_DUPLICATE'
      ELSE 'INVALID_CATALOG'
    END,
    jsonb_build_object(
      'version', later.version,
      'effectiveFrom', holdfast.iso(later.effective_from),
      'earlier', jsonb_build_object(
        'version', earlier.version,
        'effectiveFrom', holdfast.iso(earlier.effective_from))))
  FROM applied AS later
  JOIN applied AS earlier
    ON earlier.version < later.version AND earlier.effective_from >= later.effective_from
  ORDER BY later.version,
    earlier.effective_from = later.effective_from DESC,
    earlier.version DESC
  LIMIT 1
$$;
