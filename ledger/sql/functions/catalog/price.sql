-- The dimensions of a request's price besides its kind, as they were asked for: the rest of its
-- body, with the defaults of those that callers may leave out, or that were not there yet.
CREATE OR REPLACE FUNCTION holdfast.request_dimensions(p_body jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('seconds', NULL, 'audio', false)
    || coalesce(p_body - ARRAY['kind', 'inputHash', 'inputHashKey', 'metadata', 'maxCredits'], '{}')
$$;

-- What a request costs by a version's document; null if it is not on sale there. The rule is that
-- of domain/pricing/unit-price.ts, said twice on purpose: a test compares them.
CREATE OR REPLACE FUNCTION holdfast.catalog_price(
  p_document jsonb, p_body jsonb,
  OUT credits numeric, OUT unit_credits numeric, OUT is_by_time boolean
) LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
      WHEN asked.seconds IS NULL OR price.per_seconds IS NULL THEN asked.unit
      ELSE ceil(round(asked.seconds * 1000) / round(price.per_seconds * 1000)) * asked.unit
    END,
    asked.unit,
    price.per_seconds IS NOT NULL
  FROM (SELECT p_document->'kinds'->(p_body->>'kind')->'price' AS price) AS kind,
    LATERAL (SELECT (kind.price->>'perSeconds')::numeric AS per_seconds) AS price,
    LATERAL (
      SELECT (p_body->>'seconds')::numeric AS seconds,
        coalesce(
          CASE WHEN p_body->>'audio' = 'true' THEN kind.price->>'creditsWithAudio' END,
          kind.price->>'credits'
        )::numeric AS unit
    ) AS asked
$$;
