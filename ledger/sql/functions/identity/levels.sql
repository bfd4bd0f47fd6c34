-- What a process compares itself with before it works: the migrations that the schema has with
-- their functions, and the migration that a process has to know.
CREATE OR REPLACE FUNCTION holdfast.schema_levels() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'applied', (
      SELECT jsonb_agg(name ORDER BY name)
      FROM holdfast.schema_migrations
      WHERE switched_at IS NOT NULL
    ),
    'oldestKnown', oldest_known)
  FROM holdfast.schema_standing
$$;
