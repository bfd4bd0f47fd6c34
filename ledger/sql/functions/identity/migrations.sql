-- The migrations that the schema has, in their order.
CREATE OR REPLACE FUNCTION holdfast.applied_migrations() RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('name', name, 'appliedAt', holdfast.iso(applied_at))
  FROM holdfast.schema_migrations
  ORDER BY name
$$;
