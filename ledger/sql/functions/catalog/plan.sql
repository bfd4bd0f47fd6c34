-- A plan as the catalog sells it at that time; null if it does not.
CREATE OR REPLACE FUNCTION holdfast.plan_on_sale(p_plan_id text, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT document->'plans'->p_plan_id
  FROM holdfast.catalog_versions
  WHERE effective_from <= p_at
  ORDER BY effective_from DESC LIMIT 1
$$;

-- The credits of a cycle of that length, by the catalog in force at that time. A plan that is no
-- longer sold, or only with another cycle, goes on as it was last sold with this one: its holders
-- keep the promised credits.
CREATE OR REPLACE FUNCTION holdfast.plan_credits(
  p_plan_id text, p_length text, p_at timestamptz
) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT (document->'plans'->p_plan_id->>'credits')::bigint
  FROM holdfast.catalog_versions
  WHERE holdfast.same_length(document->'plans'->p_plan_id->>'cycle', p_length)
  ORDER BY effective_from <= p_at DESC, abs(extract(epoch FROM effective_from - p_at))
  LIMIT 1
$$;

-- The length of a plan's cycle, as it is sold or was sold last.
CREATE OR REPLACE FUNCTION holdfast.plan_length(p_plan_id text, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT document->'plans'->p_plan_id->>'cycle'
  FROM holdfast.catalog_versions
  WHERE effective_from <= p_at AND document->'plans'->p_plan_id IS NOT NULL
  ORDER BY effective_from DESC LIMIT 1
$$;
