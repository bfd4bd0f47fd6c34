-- Whether the body of a key holds what a person wrote. A list is a list of thresholds.
CREATE OR REPLACE FUNCTION holdfast.has_text(p_body jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_typeof(p_body) = 'object'
    AND coalesce(p_body->'reason', p_body->'paymentMethod') IS NOT NULL
$$;

-- These members, as one text.
CREATE OR REPLACE FUNCTION holdfast.text_in(p_body jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'reason', p_body->'reason',
    'paymentMethod', p_body->'paymentMethod'))::text
$$;

-- The body without them.
CREATE OR REPLACE FUNCTION holdfast.without_text(p_body jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN holdfast.has_text(p_body) THEN p_body - ARRAY['reason', 'paymentMethod']
    ELSE p_body
  END
$$;

-- Whether the key was used with this body. One whose text was erased takes any.
CREATE OR REPLACE FUNCTION holdfast.is_body_of(
  p_key holdfast.idempotency_keys, p_body jsonb
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_key.text_id IS NULL THEN p_key.body = p_body
    ELSE (
      SELECT t.text IS NULL OR (
        p_key.body = holdfast.without_text(p_body)
        AND holdfast.has_text(p_body)
        AND holdfast.text_commitment(t.salt, holdfast.text_in(p_body)) = p_key.text_commitment
      )
      FROM holdfast.personal_texts AS t
      WHERE t.account_id = p_key.account_id AND t.text_id = p_key.text_id
    )
  END
$$;
