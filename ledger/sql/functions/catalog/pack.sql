-- A pack as the catalog sells it at that time; null if it does not.
CREATE OR REPLACE FUNCTION holdfast.pack_on_sale(p_pack_id text, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT document->'packs'->p_pack_id
  FROM holdfast.catalog_versions
  WHERE effective_from <= p_at
  ORDER BY effective_from DESC LIMIT 1
$$;

-- A pack as it is sold, or was sold last.
CREATE OR REPLACE FUNCTION holdfast.pack_sold_last(p_pack_id text, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT document->'packs'->p_pack_id
  FROM holdfast.catalog_versions
  WHERE effective_from <= p_at AND document->'packs'->p_pack_id IS NOT NULL
  ORDER BY effective_from DESC LIMIT 1
$$;
