-- The number of the catalog version in force at that time.
CREATE OR REPLACE FUNCTION holdfast.effective_version(p_at timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT version
  FROM holdfast.catalog_versions
  WHERE effective_from <= p_at
  ORDER BY effective_from DESC LIMIT 1
$$;

-- The version in force by the ledger's clock, and when the next one takes over.
CREATE OR REPLACE FUNCTION holdfast.effective_catalog() RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH clock AS MATERIALIZED (SELECT holdfast.clock() AS now)
  SELECT jsonb_build_object(
    'catalogVersion', v.version::text,
    'catalog', v.document,
    'validUntil', (
      SELECT holdfast.iso(min(later.effective_from))
      FROM holdfast.catalog_versions AS later
      WHERE later.effective_from > clock.now
    ))
  FROM holdfast.catalog_versions AS v, clock
  WHERE v.effective_from <= clock.now
  ORDER BY v.effective_from DESC LIMIT 1
$$;

-- One version's text, whether in force or not: a retry finishes at the price that it was quoted.
CREATE OR REPLACE FUNCTION holdfast.catalog_version(p_version integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT document FROM holdfast.catalog_versions WHERE version = p_version
$$;

-- What the catalog in force may state for all that it sells, such as renewalGrace or inDebt.
CREATE OR REPLACE FUNCTION holdfast.stated_by_catalog(
  p_field text, p_default text, p_at timestamptz
) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT document->>p_field
    FROM holdfast.catalog_versions
    WHERE effective_from <= p_at
    ORDER BY effective_from DESC LIMIT 1
  ), p_default)
$$;

-- The hash of the link before the version, of nothing where there is none, and of what it says.
CREATE OR REPLACE FUNCTION holdfast.version_link(
  p_previous bytea, v holdfast.catalog_versions
) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(p_previous, '') || sha256(convert_to(concat_ws(E'\n',
    'holdfast-version-1', v.version, floor(extract(epoch FROM v.effective_from) * 1000)::bigint,
    encode(sha256(convert_to(v.document::text, 'UTF8')), 'hex')), 'UTF8')))
$$;
